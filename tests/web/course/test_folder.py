"""The lessons and plans of a folder: what docs/lessons.md shows works, and what cannot work stops the server."""

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.lab.errors import LessonsUnusable
from app.main import create_app
from app.settings import Settings
from app.web.course.folder import read_book

DOCS = Path(__file__).parents[3] / "docs/lessons.md"
LESSON, NUMBER, PLAN = re.findall(r"```toml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
WITH_NUMBER = re.sub(r"\[\[options\]\].*?(?=\[\[before)", NUMBER, LESSON, flags=re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tmp_path = tmp_path_factory.mktemp("lessons")
    (tmp_path / "bright.lesson.toml").write_text(LESSON, encoding="utf-8")
    (tmp_path / "weights-of-ten.lesson.toml").write_text(WITH_NUMBER, encoding="utf-8")
    (tmp_path / "week-3.plan.toml").write_text(PLAN, encoding="utf-8")
    (tmp_path / "notes.txt").write_text("not read", encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def own(folder, tmp_path_factory):
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"), lessons_dir=str(folder))
    with TestClient(create_app(settings), follow_redirects=False) as client:
        yield client


def test_the_lessons_of_the_docs_ask_and_answer(own):
    assert "Which part of the picture" in own.get("/lessons/bright").text
    right = own.get("/lessons/bright.json?guess=bright").json()["reveal"]
    wrong = own.get("/lessons/bright.json?guess=dark").json()["reveal"]

    assert (right["right"], wrong["right"]) == (True, False)
    assert right["says"].startswith("Map 28 is a sum of maps")
    assert wrong["says"].startswith("Look at the whiskers")
    assert own.get("/lessons/bright?guess=dark").status_code == 200


@pytest.mark.parametrize(("guess", "right"), [("250", True), ("25", False), ("show", None)])
def test_a_number_is_right_when_it_is_near_enough(own, guess, right):
    reveal = own.get(f"/lessons/weights-of-ten.json?guess={guess}").json()["reveal"]

    assert reveal["right"] is right


def test_before_a_guess_a_lesson_of_a_file_tells_nothing(own):
    for name in ("bright", "weights-of-ten"):
        page = own.get(f"/lessons/{name}").text
        assert "The bright places.</b>" not in page
        assert "whiskers" not in page
        assert "one kernel for each channel" not in page
        assert "positive for maps" not in page


def test_the_lists_have_the_lessons_and_the_plans_of_the_folder(own):
    assert "/lessons/bright" in own.get("/lessons").text
    assert "/lessons?plan=week-3" in own.get("/lessons").text
    plan = own.get("/lessons?plan=week-3&size=96").text

    assert "Week 3: convolutions" in plan
    assert "/lessons/sum?size=96&amp;plan=week-3&amp;part=1&amp;image=coffee" in plan
    assert "/lessons/sum?size=128&amp;plan=week-3&amp;part=2&amp;image=brick" in plan


def test_next_follows_the_plan(own):
    first = own.get("/lessons/sum?image=coffee&plan=week-3&part=1&guess=sum")
    following = own.get("/lessons/sum.json?plan=week-3&part=1").json()["following"]

    assert first.status_code == 200
    assert (following["part"], following["image"]) == (2, "brick")
    assert 'name="plan" value="week-3"' in first.text
    assert own.get("/lessons/sum.json?plan=week-3&part=2").json()["following"] is None


def test_an_unknown_plan_or_part_is_said(own):
    assert own.get("/lessons?plan=week-9").status_code == 404
    assert "week-3" in own.get("/lessons?plan=week-9").text
    assert own.get("/lessons/sum?plan=week-3&part=3").status_code == 422
    assert own.get("/lessons/bright?plan=week-3").status_code == 422


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.lesson.toml", "title =", "Invalid"),
        ("a.lesson.toml", LESSON.replace("verdict", "verdikt"), "verdict"),
        ("a.lesson.toml", LESSON.replace("right = true", ""), "exactly one"),
        ("a.lesson.toml", LESSON.replace('"dark"', '"bright"'), "same value"),
        ("a.lesson.toml", LESSON.replace("filters1 = 64", "filters1 = 640"), "1 to 128"),
        ("a.lesson.toml", LESSON.replace("filters1 =", "filter ="), "filter"),
        ("a.lesson.toml", LESSON.replace('"/layers/2', '"/layer/2'), "see is"),
        ("a.lesson.toml", LESSON.replace('"fold"', '"film"'), "after.0.kind"),
        ("A b.lesson.toml", LESSON, "31 of a-z"),
        ("sum.lesson.toml", LESSON, "exists"),
        ("a.plan.toml", PLAN.replace('"sum"', '"summe"'), "summe"),
        ("a.plan.toml", PLAN.replace("size = 128", "size = 1"), "32 to 512"),
        ("a.plan.toml", 'title = "Empty"\nsteps = []', "steps"),
    ],
)
def test_a_file_that_cannot_work_is_named_with_its_fault(tmp_path, name, text, says):
    (tmp_path / name).write_text(text, encoding="utf-8")

    with pytest.raises(LessonsUnusable) as raised:
        read_book(tmp_path)

    assert name in str(raised.value)
    assert says in str(raised.value)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(LessonsUnusable, match="nowhere"):
        read_book(tmp_path / "nowhere")


def test_braces_in_a_text_stay_as_they_are(tmp_path):
    text = LESSON.replace("Which part", "Which {part} {0}")
    (tmp_path / "braces.lesson.toml").write_text(text, encoding="utf-8")

    assert "Which {part} {0}" in str(read_book(tmp_path).lesson("braces").question)
