"""The lessons in their order."""

from app.lab.errors import NoSuchLesson
from app.lab.stage.lessons import sum as sum_lesson
from app.lab.stage.lessons.lesson import Lesson
from app.messages import listed, sentence

LESSONS: tuple[Lesson, ...] = (sum_lesson.LESSON,)


def lesson_named(name: str) -> Lesson:
    """Return the lesson of a name.

    Raises:
        NoSuchLesson: lists the lessons that there are.
    """
    for one in LESSONS:
        if one.name == name:
            return one
    raise NoSuchLesson(
        sentence(
            "There is no lesson {name}; {names} would work.",
            name=name[:40],
            names=listed(one.name for one in LESSONS),
        )
    )
