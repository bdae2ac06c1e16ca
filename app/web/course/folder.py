"""Reads the lessons and plans of a folder when the server starts; what cannot work stops it, with the reason."""

import tomllib
from collections.abc import Mapping, Set
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from app.engine.errors import EngineError, SpecError
from app.lab.errors import LessonsUnusable
from app.lab.lab import DEFAULT_SAMPLE
from app.lab.stage.lessons.book import LessonBook
from app.lab.stage.lessons.lesson import Lesson
from app.lab.stage.lessons.plan import Plan, PlanStep
from app.lab.stage.lessons.table import LESSONS
from app.lab.state.state import State, build
from app.messages import Message, sentence
from app.web.address.params import PARSERS, state_from_query
from app.web.course.checks import check_scene, has_view
from app.web.course.files import LessonFile, Name, Part, PlanFile, Setting
from app.web.course.lessons import lesson_of

LESSON, PLAN = ".lesson.toml", ".plan.toml"
File = TypeVar("File", bound=Part)


def read_book(folder: Path | None, samples: Set[str]) -> LessonBook:
    """Return the lessons that come with the product, and those and the plans of a folder.

    `samples` are the ids of the pictures that a plan may name; uploads are not kept for long.

    Raises:
        LessonsUnusable: a file cannot be read or cannot work; names the file and what is wrong in it.
    """
    if folder is None:
        return LessonBook(LESSONS)
    own = tuple(_lesson(path) for path in _files(folder, LESSON))
    book = LessonBook((*LESSONS, *own))
    plans = tuple(_plan(path, book, samples) for path in _files(folder, PLAN))
    return LessonBook(book.lessons, plans)


def _lesson(path: Path) -> Lesson:
    name, file = _name(path, LESSON), _read(path, LessonFile)
    if any(one.name == name for one in LESSONS):
        raise _unusable(path, sentence("a lesson with the name {name} exists", name=name))
    fixed = _settings(path, file.settings)
    _check_views(path, file, build(DEFAULT_SAMPLE, fixed))
    return lesson_of(name, file, tuple(fixed.items()))


def _plan(path: Path, book: LessonBook, samples: Set[str]) -> Plan:
    file = _read(path, PlanFile)
    names = {one.name for one in book.lessons}
    for place, step in enumerate(file.steps):
        if step.image and step.image not in samples:
            fault = sentence("there is no picture {name}", name=step.image)
            raise _unusable(path, _at(f"steps.{place}.image", fault))
        if step.lesson not in names:
            raise _unusable(path, sentence("there is no lesson {name}", name=step.lesson))
        _settings(path, step.settings)
    return Plan(
        name=_name(path, PLAN),
        title=sentence("{title}", title=file.title),
        steps=tuple(
            PlanStep(
                lesson=step.lesson,
                image=step.image,
                settings=tuple((name, str(value)) for name, value in step.settings.items()),
            )
            for step in file.steps
        ),
    )


def _files(folder: Path, suffix: str) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.name.endswith(suffix))
    except OSError as error:
        raise _unusable(folder, sentence("{reason}", reason=error.strerror)) from error


def _name(path: Path, suffix: str) -> str:
    name = path.name.removesuffix(suffix)
    try:
        TypeAdapter(Name).validate_python(name)
    except ValidationError as error:
        fault = sentence("its name should be up to 31 of a-z, 0-9 and -, then {end}", end=suffix)
        raise _unusable(path, fault) from error
    return name


def _read(path: Path, kind: type[File]) -> File:
    try:
        return kind.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or path.name
        raise _unusable(path, _at(where, first["msg"])) from error
    except (OSError, ValueError) as error:
        raise _unusable(path, sentence("{reason}", reason=str(error))) from error


def _settings(path: Path, given: Mapping[str, Setting]) -> dict[str, object]:
    """Return settings as values; those that an address does not have, or that cannot work, are refused."""
    texts = {name: str(value) for name, value in given.items()}
    unknown = sorted(set(texts) - set(PARSERS))
    if unknown:
        raise _unusable(path, sentence("there is no setting {name}", name=unknown[0]))
    try:
        state_from_query(DEFAULT_SAMPLE, texts)
        return {name: PARSERS[name](name, text) for name, text in texts.items()}
    except SpecError as error:
        raise _unusable(path, error.message) from error


def _check_views(path: Path, file: LessonFile, state: State) -> None:
    """Refuse a view of the lab that the net of the lesson does not have."""
    where = "see"
    try:
        found = has_view(file.see, {name: str(value) for name, value in file.settings.items()})
        for side, scenes in (("before", file.before), ("after", file.after)):
            for place, scene in enumerate(scenes):
                where = f"{side}.{place}"
                check_scene(state, scene)
    except EngineError as error:
        raise _unusable(path, _at(where, error.message)) from error
    if not found:
        fault = sentence(
            "see is {see}; a view below a picture, such as /layers/2/maps/3/contributions, would work",
            see=file.see,
        )
        raise _unusable(path, fault)


def _at(where: str, what: object) -> Message:
    return sentence("{where}: {what}", where=where, what=what)


def _unusable(path: Path, fault: Message) -> LessonsUnusable:
    return LessonsUnusable(
        sentence("LESSONS_DIR: {path} cannot be used ({fault}).", path=path, fault=fault)
    )
