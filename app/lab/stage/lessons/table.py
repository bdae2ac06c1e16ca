"""The lessons that come with the product, in their order."""

from app.lab.stage.lessons import (
    cheaper,
    count,
    cube,
    depth,
    number,
    relu,
    sight,
    training,
    weights,
)
from app.lab.stage.lessons import sum as sum_lesson
from app.lab.stage.lessons.lesson import Lesson

LESSONS: tuple[Lesson, ...] = (
    cube.LESSON,
    count.LESSON,
    sum_lesson.LESSON,
    number.LESSON,
    weights.LESSON,
    sight.LESSON,
    relu.LESSON,
    training.LESSON,
    depth.LESSON,
    cheaper.LESSON,
)
