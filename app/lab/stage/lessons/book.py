"""All lessons and plans that a server has, by name."""

from app.lab.errors import NoSuchLesson
from app.lab.stage.lessons.lesson import Lesson
from app.lab.stage.lessons.plan import Plan
from app.messages import listed, sentence
from app.shown_text import shown_text


class LessonBook:
    """The lessons in their order, and the plans."""

    def __init__(self, lessons: tuple[Lesson, ...], plans: tuple[Plan, ...] = ()) -> None:
        self.lessons = lessons
        self.plans = plans

    def lesson(self, name: str) -> Lesson:
        """Return the lesson of a name.

        Raises:
            NoSuchLesson: lists the lessons that there are.
        """
        for one in self.lessons:
            if one.name == name:
                return one
        raise NoSuchLesson(
            sentence(
                "There is no lesson {name}; {names} would work.",
                name=shown_text(name, most=40),
                names=listed(one.name for one in self.lessons),
            )
        )

    def plan(self, name: str) -> Plan:
        """Return the plan of a name.

        Raises:
            NoSuchLesson: lists the plans that there are.
        """
        for one in self.plans:
            if one.name == name:
                return one
        if not self.plans:
            raise NoSuchLesson(
                sentence(
                    "There is no plan {name}: this server has no plans.",
                    name=shown_text(name, most=40),
                )
            )
        raise NoSuchLesson(
            sentence(
                "There is no plan {name}; {names} would work.",
                name=shown_text(name, most=40),
                names=listed(one.name for one in self.plans),
            )
        )
