"""The live path: draw, take the camera where the browser has one, freeze, and come out at an ordinary picture."""

import re
from collections.abc import Callable

from tools.browsers.webdriver import Driver

FROZEN = re.compile(r"/images/[0-9a-f]{32}\b")
TILES = ".live-picture"
FREEZE = ".live__freeze"
LIT = """
const canvas = document.querySelector(arguments[0] + " .live-picture")
const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
return new Set(new Uint32Array(data.buffer)).size
"""
CHOOSE = "document.querySelector('[name=source][value=' + arguments[0] + ']').click()"
SAID = "return document.querySelector('.live__said').textContent"
HAS_CAMERA = """
return (async () => {
const devices = await navigator.mediaDevices?.enumerateDevices()
return Boolean(devices?.some((one) => one.kind === "videoinput"))
})()
"""
READY = "once it is started"
ASKED = "may use the camera"
ON = "The camera is on."


def live_steps(driver: Driver, server: str) -> list[tuple[str, Callable[[], None]]]:
    """Return the steps of the path, each with its name, in their order."""
    return [
        ("a drawing is the picture of both grids", lambda: _draw(driver, server)),
        ("the camera is the picture, or words say why not", lambda: _start(driver)),
        ("the other camera takes over", lambda: _switch(driver)),
        ("freeze leads to an ordinary picture", lambda: _freeze(driver)),
    ]


def _draw(driver: Driver, server: str) -> None:
    driver.open(f"{server}/images/cat/live#drawing")
    driver.wait_until(lambda: driver.count(TILES) == 96, "96 live tiles")
    blank = driver.run(LIT, "#tile-2-0")
    driver.click(".pad__paper")
    driver.wait_until(lambda: driver.run(LIT, "#tile-2-0") > blank, "a dot in map 0 of layer 2")


def _start(driver: Driver) -> None:
    driver.run(CHOOSE, "camera")
    driver.click(".camera__start")
    driver.wait_until(
        lambda: not any(words in driver.run(SAID) for words in (READY, ASKED)), "an answer"
    )
    if driver.run(HAS_CAMERA):
        driver.wait_until(lambda: ON in driver.run(SAID), "the camera")


def _switch(driver: Driver) -> None:
    if driver.run(HAS_CAMERA):
        driver.click(".camera__switch")
        driver.wait_until(lambda: ON in driver.run(SAID), "the camera again")
        driver.wait_until(lambda: driver.run(LIT, "#tile-1-0") > 1, "a picture of it")


def _freeze(driver: Driver) -> None:
    if not driver.run(HAS_CAMERA):  # there is no frame to freeze, but the drawing is still there
        driver.run(CHOOSE, "pad")
    driver.wait_until(lambda: driver.count(f"{FREEZE}:enabled"), "a frame of what is chosen")
    driver.click(FREEZE)
    driver.wait_until(lambda: FROZEN.search(driver.address()), "the address of a picture")
    driver.wait_until(lambda: not driver.count(TILES), "exact maps")
