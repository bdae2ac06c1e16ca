"""The question of a room is made once for a class, and goes with the picture that it shows."""

import io
import threading
from dataclasses import replace

import numpy as np
import pytest
from fastapi import Response
from PIL import Image

from app.web.pages.question_pages import QuestionPages

JSON = {"Accept": "application/json"}


@pytest.fixture
def pages(client):
    return QuestionPages(client.app.state.lab)


class Makes:
    """Makes a page and counts how often."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> Response:
        self.times += 1
        return Response(b"<p>first</p>")


def test_a_class_that_asks_at_the_same_time_has_the_page_made_once(client, pages):
    state, begun, go_on, got = (
        client.app.state.lab.first_state(),
        threading.Event(),
        threading.Event(),
        [],
    )
    made = Makes()

    def make() -> Response:
        begun.set()
        assert go_on.wait(10)
        return made()

    first, second = (
        threading.Thread(
            target=lambda ballot=ballot: got.append(pages.page(state, "here", ballot, make).body)
        )
        for ballot in ("first", "second")
    )
    first.start()
    assert begun.wait(10)
    second.start()
    go_on.set()
    first.join()
    second.join()

    assert made.times == 1
    assert sorted(got) == [b"<p>first</p>", b"<p>second</p>"]


def test_the_kept_page_goes_with_the_picture(client, pages):
    file = io.BytesIO()
    pixels = np.random.default_rng(2026).integers(0, 256, (40, 60, 3), np.uint8)
    Image.fromarray(pixels).save(file, "PNG")
    body = client.post("/images", files={"file": file.getvalue()}, headers=JSON).json()
    lab = client.app.state.lab
    state = lab.first_state()
    uploaded = replace(state, image_id=body["id"])
    make = Makes()
    for one in (state, uploaded, uploaded):
        pages.page(one, "here", "first", make)
    assert make.times == 2

    client.delete(body["delete_url"])
    for one in (state, uploaded):
        pages.page(one, "here", "first", make)

    assert make.times == 3
