"""The lessons in their order."""

from app.lab.stage.lessons import cheaper, depth, relu, sight, training
from app.lab.stage.lessons import sum as sum_lesson
from app.lab.stage.lessons.lesson import Lesson

LESSONS: tuple[Lesson, ...] = (
    sum_lesson.LESSON,
    sight.LESSON,
    relu.LESSON,
    training.LESSON,
    depth.LESSON,
    cheaper.LESSON,
)
