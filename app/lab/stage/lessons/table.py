"""The lessons that come with the product, in their order."""

from app.lab.stage.lessons import sum as sum_lesson
from app.lab.stage.lessons.lesson import Lesson

LESSONS: tuple[Lesson, ...] = (sum_lesson.LESSON,)
