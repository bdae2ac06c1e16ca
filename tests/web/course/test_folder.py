"""The lessons and plans of a folder: what docs/lessons.md shows works, and what cannot work stops the server."""

import json
import re
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.lab.errors import LessonsUnusable
from app.lab.stage.lessons.table import LESSONS
from app.main import create_app
from app.settings import Settings
from app.web.course.folder import read_book
from app.web.embedding.qr import QUIET_ZONE
from tests.web import qr

DOCS = Path(__file__).parents[3] / "docs/lessons.md"
LESSON, NUMBER, PLAN = re.findall(r"```toml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
SAMPLES = {"coffee", "brick"}
OPTION = '[[options]]\nvalue = "o{}"\ntext = "t"\nsays = "s"\n\n'
NINE = "".join(map(OPTION.format, range(7))) + "[[before]]"
WITH_NUMBER = re.sub(r"\[\[options\]\].*?(?=\[\[before)", NUMBER, LESSON, flags=re.DOTALL)


def with_see(see: str) -> str:
    return LESSON.replace("/layers/2/maps/28/contributions", see)


BEFORE = """[[before]]
kind = "picture"

[[before]]
kind = "parts"

[[before]]"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tmp_path = tmp_path_factory.mktemp("lessons")
    (tmp_path / "bright.lesson.toml").write_text(LESSON, encoding="utf-8")
    (tmp_path / "weights-of-ten.lesson.toml").write_text(WITH_NUMBER, encoding="utf-8")
    (tmp_path / "week-3.plan.toml").write_text(PLAN, encoding="utf-8")
    two = LESSON.replace("[[before]]", BEFORE)
    (tmp_path / "picture-and-parts.lesson.toml").write_text(two, encoding="utf-8")
    plan = PLAN.replace('"sum"', '"training"')
    (tmp_path / "week-4.plan.toml").write_text(plan, encoding="utf-8")
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


IN_PLAN = "plan=week-3&part=1"


def links(page: str) -> list[str]:
    return [unescape(one) for one in re.findall(r'(?:href|src|action)="([^"]+)"', page)]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("", (f"?{IN_PLAN}&present=on", f"/rooms?{IN_PLAN}")),
        ("&present=on", (f"/qr.svg?{IN_PLAN}", f"?{IN_PLAN}", f"/rooms?{IN_PLAN}")),
    ],
)
def test_with_a_class_a_lesson_stays_in_its_plan(own, more, expected):
    page = own.get(f"/lessons/sum?{IN_PLAN}{more}").text
    teaching = page.partition('<div class="teaching">')[2].partition("</div>")[0]

    assert links(teaching) == [f"/lessons/sum{one}" for one in expected]


def test_the_code_of_a_question_leads_into_its_plan(own):
    code = own.get(f"/lessons/sum/qr.svg?{IN_PLAN}").text

    assert qr.read(qr.modules_of(code, QUIET_ZONE)).endswith(f"/lessons/sum?{IN_PLAN}")


@pytest.mark.parametrize(("plan", "others"), [(IN_PLAN, 2), ("", len(LESSONS) + 3)])
@pytest.mark.parametrize("present", [True, False])
def test_what_is_presented_stays_large_on_the_way_to_another_lesson(own, plan, others, present):
    query = f"{plan}&guess=sum" + ("&present=on" if present else "")
    page = own.get(f"/lessons/sum?{query}").text
    bar = re.search(r'<ol class="progress__bar">.*?</ol>', page, re.DOTALL)[0]
    following = re.search(r'<a class="button" id="next"[^>]*>', page)[0]
    steps = links(bar + following)

    assert len(steps) == others + 1
    assert all(("present=on" in one) == present for one in steps)


def test_a_step_of_the_training_stays_in_the_plan_and_large(own):
    page = own.get("/lessons/training?plan=week-4&part=1&guess=9&present=on").text
    steps = [one for one in links(page) if one.startswith("/lessons/training?") and "step=" in one]

    assert steps
    assert all("plan=week-4&part=1&present=on" in one for one in steps)


def test_a_vote_stays_in_the_plan_of_its_presenter(own):
    presented = own.post(f"/lessons/sum/rooms?{IN_PLAN}", follow_redirects=False).headers[
        "location"
    ]
    room = own.get(presented).text.partition('<section id="room"')[2].partition("</section>")[0]
    polled = own.get(unescape(re.search(r'hx-get="([^"]+)"', room)[1])).text
    key = re.search(r'name="key" value="([^"]+)"', room)[1]

    for page in (room, polled):
        forms = re.findall(r'action="([^"]+)"', page)
        assert len(forms) == 2
        for one in forms:
            answer = own.post(unescape(one), data={"key": key}, follow_redirects=False)
            assert f"&{IN_PLAN}" in answer.headers["location"]
    assert IN_PLAN in presented


def test_no_page_of_a_lesson_has_an_id_twice(own):
    for name in (*(one.name for one in LESSONS), "bright", "picture-and-parts"):
        for query in ("", "?guess=show", "?guess=show&present=on"):
            ids = re.findall(r'\sid="([^"]+)"', own.get(f"/lessons/{name}{query}").text)
            assert len(ids) == len(set(ids)), (name, query)


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
        (
            "a.lesson.toml",
            LESSON.replace("[[before]]", NINE),
            "options: Tuple should have at most 8",
        ),
        ("a.lesson.toml", LESSON.replace('"dark"', '"show"'), "options.0.value"),
        ("a.lesson.toml", WITH_NUMBER.replace("1000", "inf"), "number.most"),
        ("a.lesson.toml", WITH_NUMBER.replace("1000", "nan"), "number.most"),
        ("a.lesson.toml", WITH_NUMBER.replace("near = 0", "near = inf"), "number.near"),
        (
            "a.lesson.toml",
            re.sub(r"(least|most) = \d+", r"\1 = 250", WITH_NUMBER),
            "number: Value error, least should be below most",
        ),
        ("a.lesson.toml", LESSON.replace("channel = 28", "channel = 32"), "after.0: channel is 32"),
        (
            "a.lesson.toml",
            LESSON.replace("channel = 28", "row = 256").replace('"fold"', '"pixel"'),
            "after.0: row is 256; 0 to 255",
        ),
        (
            "a.lesson.toml",
            LESSON.replace('kind = "maps"', 'kind = "one_layer"'),
            "before.0: activation1 is relu",
        ),
        ("a.lesson.toml", with_see("/layers/2/maps/32/contributions"), "see: channel is 32"),
        ("a.lesson.toml", with_see("/layers/3/maps"), "see: layer is 3"),
        ("a.lesson.toml", with_see("/layers/2/maps/3/pixel?row=2"), "see: col is missing"),
        ("a.lesson.toml", with_see("/layers/2/maps/3/pixel?row=256&col=0"), "see: row is 256"),
        ("a.lesson.toml", with_see("/layers/2/maps?size=1"), "see: size is 1; 32 to 512"),
        ("a.lesson.toml", with_see("/one_layer"), "see: activation1 is relu"),
        (
            "a.plan.toml",
            PLAN.replace('"brick"', '"brik"'),
            "steps.1.image: there is no picture brik",
        ),
        ("a.plan.toml", 'title = "Empty"\nsteps = []', "steps"),
    ],
)
def test_a_file_that_cannot_work_is_named_with_its_fault(tmp_path, name, text, says):
    (tmp_path / name).write_text(text, encoding="utf-8")

    with pytest.raises(LessonsUnusable) as raised:
        read_book(tmp_path, SAMPLES)

    assert name in str(raised.value)
    assert says in str(raised.value)


@pytest.mark.parametrize(
    "see",
    [
        "/layers/2/maps/31/pixel?row=255&col=255",
        "/one_layer?activation1=linear&activation2=linear",
        "/layers/1/wall?folded=1&row=63",
        "/training",
    ],
)
def test_every_view_of_the_lab_can_decide(tmp_path, see):
    (tmp_path / "a.lesson.toml").write_text(with_see(see), encoding="utf-8")

    assert read_book(tmp_path, SAMPLES).lesson("a").name == "a"


def test_whole_numbers_of_a_file_are_written_as_such(own):
    page = own.get("/lessons/weights-of-ten?guess=25").text
    refused = own.get("/lessons/weights-of-ten?guess=1001").text

    assert "you said 25, it is 250." in page
    assert "a number from 0 to 1,000 would work" in refused


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(LessonsUnusable, match="nowhere"):
        read_book(tmp_path / "nowhere", SAMPLES)


def test_braces_in_a_text_stay_as_they_are(tmp_path):
    text = LESSON.replace("Which part", "Which {part} {0}")
    (tmp_path / "braces.lesson.toml").write_text(text, encoding="utf-8")

    assert "Which {part} {0}" in str(read_book(tmp_path, SAMPLES).lesson("braces").question)


def test_braces_of_a_teacher_are_not_filled_in_by_a_file(tmp_path):
    text = re.sub('says_wrong = ".*"', 'says_wrong = "Not {guess}, {off} &"', WITH_NUMBER)
    (tmp_path / "braces.lesson.toml").write_text(text, encoding="utf-8")
    settings = Settings(data_dir=tmp_path / "data", lessons_dir=str(tmp_path))
    with TestClient(create_app(settings)) as own:
        page = own.get("/lessons/braces/snapshot.html?size=64").text
    data = re.search(r'class="answers__data"[^>]*>(.*?)</script>', page, re.DOTALL)

    assert data
    wrong = json.loads(data[1])["answers"][1]
    assert wrong["says"] == "Not {guess}, {off} &"
    assert wrong["open"] == []


def test_two_folds_in_the_file_of_a_lesson_have_their_own_pictures_and_ids(tmp_path):
    folds = LESSON.replace("[why]", '[[after]]\nkind = "fold"\nchannel = 3\n\n[why]')
    (tmp_path / "two-folds.lesson.toml").write_text(folds, encoding="utf-8")
    settings = Settings(data_dir=tmp_path / "data", lessons_dir=str(tmp_path))
    with TestClient(create_app(settings)) as own:
        page = own.get("/lessons/two-folds/snapshot.html?size=64").text
    tags = re.sub(r"<(script|style|template)[^>]*>.*?</\1>", "", page, flags=re.DOTALL)
    ids = re.findall(r'\sid="([^"]+)"', tags)
    finished = re.findall(r'class="folded__whole values" src="([^"]+)"', tags)

    assert len(ids) == len(set(ids))
    assert len(finished) == len(set(finished)) == 2
