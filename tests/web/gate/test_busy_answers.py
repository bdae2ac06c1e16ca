"""What is said where the queue is full is kept for everybody, so it holds nothing of one reader."""

import asyncio
import re
from itertools import permutations

import pytest

from app.main import create_app
from app.settings import Settings
from tests.web.gate.asgi import PendingRequest, settled
from tests.web.gate.test_admission import busy, view

FILE = "/images/cat/layers/2/maps.png?size=32"
PAGE = "/images/cat?size=32"
LANGUAGES = {f"{FILE}&lang=de": "en", f"{PAGE}&lang=de": "de", f"{PAGE}&lang=es": "es"}
HTML = re.compile(r'<html lang="([^"]+)"')


def refused(folder, addresses: list[str], language: str = "") -> list[str]:
    """Return the answers to requests that find the queue full."""

    async def scene() -> list[str]:
        async with busy(app):
            waiting = [PendingRequest(app, view(number)) for number in range(4)]
            await settled()
            beyond = [await PendingRequest(app, one).answer() for one in addresses]
        for one in waiting:
            await one.answer()
        assert {one.status for one in beyond} == {503}
        return [one.body.decode() for one in beyond]

    app = create_app(Settings(data_dir=folder, threads=1, queue_length=4, language=language))
    try:
        return asyncio.run(scene())
    finally:
        app.state.lab.close()


@pytest.mark.parametrize("order", [*permutations(LANGUAGES)])
def test_a_page_is_in_its_language_and_a_file_in_english_whichever_was_asked_first(tmp_path, order):
    said = [HTML.findall(text) for text in refused(tmp_path, list(order))]

    assert said == [[LANGUAGES[address]] for address in order]


@pytest.mark.parametrize("order", [(FILE, PAGE), (PAGE, FILE)], ids=["file first", "page first"])
def test_the_language_of_the_operator_is_that_of_pages_alone(tmp_path, order):
    said = [HTML.findall(text) for text in refused(tmp_path, list(order), language="de")]

    assert said == [["de" if address == PAGE else "en"] for address in order]


def test_nothing_of_the_address_of_one_reader_is_in_the_answer_to_the_next(tmp_path):
    first, second = refused(tmp_path, ["/images/cat?size=33&token=secret", PAGE])

    assert first == second
    for part in ("secret", "token", "size=33"):
        assert part not in first
