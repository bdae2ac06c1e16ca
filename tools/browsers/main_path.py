"""The main path, step by step: look, choose a map, play its sum, pin a pixel, send a picture, go back."""

import re
import time
from collections.abc import Callable

from tools.browsers.webdriver import Driver, StepFailed
from tools.serving import ROOT

PICTURE = ROOT / "static/samples/coffee.jpg"
FOLD = "/layers/2/maps/14/contributions"
BENCH = "#bench, #fold"
PLAY = "#play, .sum__play"
STEP_OF_SUM = "return Number(document.querySelector('input[name=sum]').value)"
ROWS_OF_LEDGER = "#pixel .ledger tbody tr"
UPLOADED = re.compile(r"/images/[0-9a-f]{32}\b")
PLAYING_S = 1.0  # within which a playing sum takes a step
LEAST_COLOURS = 20  # of a tile: a flat one, or one of text alone, has fewer
DECODED = """
return Promise.all([...document.querySelectorAll(`[id^="tile-${arguments[0]}-"]`)].map((tile) => {
  const drawn = tile.querySelector("img, image")
  const same = new Image()
  same.src = drawn.currentSrc ?? drawn.href.baseVal
  return same.decode().then(() => same.naturalWidth > 0 && tile.getBoundingClientRect().width > 0)
})).then((all) => all.filter(Boolean).length)
"""


def steps(driver: Driver, server: str) -> list[tuple[str, Callable[[], None]]]:
    """Return the steps of the path, each with its name, in their order."""
    return [
        ("both grids show their pictures", lambda: _see_both_grids(driver, server)),
        ("choosing map 14 opens its sum", lambda: _choose_a_map(driver)),
        ("the sum plays", lambda: _play(driver)),
        ("a pinned pixel shows its ledger", lambda: _pin(driver)),
        ("an uploaded picture takes the place of the sample", lambda: _upload(driver)),
        ("Back returns to the ledger of the sample", lambda: _go_back(driver)),
        ("Back again returns to the sum and to the grids", lambda: _go_back_to_grids(driver)),
    ]


def _see_both_grids(driver: Driver, server: str) -> None:
    driver.open(server)
    for layer, maps in ((1, 64), (2, 32)):
        shown = driver.run(DECODED, layer)
        if shown != maps:
            raise StepFailed(f"{shown} of {maps} maps of layer {layer} have a picture")
    _see_a_picture_in(driver, "#tile-1-63")
    _see_a_picture_in(driver, "#tile-2-14")


def _choose_a_map(driver: Driver) -> None:
    driver.click("#tile-2-14")
    driver.wait_until(lambda: driver.address().endswith(FOLD), f"an address that ends in {FOLD}")
    driver.wait_until(lambda: driver.count(BENCH), "the bench of the fold")


def _play(driver: Driver) -> None:
    if not _is_playing(driver):  # a page may play it as soon as the map is chosen
        driver.click(PLAY)
    driver.wait_until(lambda: _is_playing(driver), "another step of the sum")
    driver.click(PLAY)  # pauses
    step = driver.run(STEP_OF_SUM)
    driver.wait_until(lambda: f"sum={step}" in driver.address(), f"step {step} in the address")


def _is_playing(driver: Driver) -> bool:
    step = driver.run(STEP_OF_SUM)
    time.sleep(PLAYING_S)
    return bool(driver.run(STEP_OF_SUM) != step)


def _pin(driver: Driver) -> None:
    driver.click(".pin__button")
    driver.wait_until(lambda: "/pixel?" in driver.address(), "the address of a pixel")
    driver.wait_until(lambda: driver.count(ROWS_OF_LEDGER) == 64, "64 rows in the ledger")


def _upload(driver: Driver) -> None:
    driver.choose_file(".upload__file", PICTURE)
    driver.wait_until(lambda: UPLOADED.search(driver.address()), "the address of the upload")
    _see_a_picture_in(driver, "#tile-2-14")


def _go_back(driver: Driver) -> None:
    driver.back()
    driver.wait_until(lambda: "/images/cat/" in driver.address(), "the address of the sample")
    driver.wait_until(lambda: driver.count(ROWS_OF_LEDGER) == 64, "64 rows in the ledger")


def _go_back_to_grids(driver: Driver) -> None:
    driver.back()
    driver.wait_until(lambda: FOLD in driver.address(), "the address of the fold")
    driver.wait_until(lambda: not driver.count("#pixel"), "no ledger")
    _see_a_picture_in(driver, "#tile-2-14")


def _see_a_picture_in(driver: Driver, selector: str) -> None:
    driver.wait_until(
        lambda: driver.colours_of(selector) >= LEAST_COLOURS, f"a picture drawn in {selector}"
    )
