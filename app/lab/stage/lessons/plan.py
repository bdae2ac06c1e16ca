"""The plan of a course: lessons in order, each on a picture and with settings."""

from dataclasses import dataclass

from app.messages import Message


@dataclass(frozen=True, kw_only=True)
class PlanStep:
    """One lesson of a plan; an empty `image` is the reader's own, `settings` are as in an address."""

    lesson: str
    image: str
    settings: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A course by name."""

    name: str
    title: Message
    steps: tuple[PlanStep, ...]
