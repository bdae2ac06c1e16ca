"""The fields of a teacher's files: a lesson and a plan. docs/lessons.md explains them."""

from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    field_validator,
    model_validator,
)

from app.lab.stage.lessons.lesson import SKIPPED

MOST_OPTIONS = 8  # as many as there are letters for in templates/lessons/answers.html


def _whole(value: float) -> float:
    return int(value) if value.is_integer() else value  # to write 250, and not 250.000


Text = Annotated[str, Field(min_length=1, max_length=1000)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=31)]
Setting = str | int
Number = Annotated[FiniteFloat, AfterValidator(_whole)]
Place = Annotated[int, Field(ge=0, le=10_000)]


class Part(BaseModel):
    """A table of a file: a field that is not listed is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class OptionFile(Part):
    """One answer to choose, and the sentence for those who choose it."""

    value: Name
    text: Text
    says: Text
    right: bool = False

    @field_validator("value")
    @classmethod
    def check_value(cls, value: str) -> str:
        """Refuse the value that stands for a reader who skips the guess."""
        if value == SKIPPED:
            raise ValueError(f"{SKIPPED} is the answer of those who skip the guess")
        return value


class NumberFile(Part):
    """A number to guess. A guess at most `near` away from `truth` is right."""

    label: Text
    least: Number
    most: Number
    truth: Number
    near: Annotated[FiniteFloat, Field(ge=0)] = 0
    says_right: Text
    says_wrong: Text

    @model_validator(mode="after")
    def check_order(self) -> Self:
        """Refuse a truth that nobody could guess, and a line without a length to mark it on."""
        if not self.least < self.most:
            raise ValueError("least should be below most")
        if not self.least <= self.truth <= self.most:
            raise ValueError("truth should lie from least to most")
        return self


class FurtherFile(Part):
    """A further question with its answer."""

    question: Text
    answer: Text


class SceneFile(Part):
    """A view of the lab that stands next to the question."""

    kind: Literal["picture", "maps", "parts", "fold", "wall", "pixel", "one_layer", "costs"]
    layer: Literal[1, 2] = 2
    channel: Place = 0
    row: Place = 0
    col: Place = 0


class LessonFile(Part):
    """A lesson: `settings` are fixed, `before` and `after` the guess these views stand next to it."""

    title: Text
    question: Text
    seen: Text
    reason: str = ""
    verdict: Text
    see: Text
    settings: dict[str, Setting] = {}
    options: Annotated[tuple[OptionFile, ...], Field(max_length=MOST_OPTIONS)] = ()
    number: NumberFile | None = None
    before: tuple[SceneFile, ...] = ()
    after: tuple[SceneFile, ...]
    why: FurtherFile
    carry: FurtherFile

    @model_validator(mode="after")
    def check_answers(self) -> Self:
        """Refuse a question without answers, or without exactly one that is right."""
        if bool(self.options) == bool(self.number):
            raise ValueError("either [[options]] or [number] is needed, and not both")
        if self.options and [one.right for one in self.options].count(True) != 1:
            raise ValueError("exactly one of the options needs right = true")
        if len({one.value for one in self.options}) < len(self.options):
            raise ValueError("two options have the same value")
        return self


class StepFile(Part):
    """One lesson of a plan, on a picture and with settings."""

    lesson: Name
    image: Annotated[str, Field(pattern=r"^[a-z0-9-]{0,32}$")] = ""
    settings: dict[str, Setting] = {}


class PlanFile(Part):
    """A plan: its title and its lessons in order."""

    title: Text
    steps: Annotated[tuple[StepFile, ...], Field(min_length=1, max_length=50)]
