"""The last row of a ledger, and the sum of all others: what is the pixel? Worked out, or guessed, and compared."""

import numpy as np

from app.figures import Figure
from app.lab.compute.passes import Passes
from app.lab.pixel.views import PixelView
from app.lab.stage.lessons.last_row import pixel_with_last_row, sum_of_others
from app.lab.stage.lessons.lesson import (
    NOTHING_MUTED,
    SKIPPED,
    Explanation,
    Gap,
    Lesson,
    NumberGuess,
    Reveal,
    Scene,
    as_number,
    of_both_layers,
)
from app.lab.state.state import State
from app.messages import Message, sentence

MAPS = 64
MAP = 28  # its kernel for the last map has only three different weights, and they are not small
NEAR = 0.02  # of the range of the map
DIGITS = 4
MOST = 100_000


def _reveal(passes: Passes, state: State, guess: str) -> Reveal:
    pixel = pixel_with_last_row(passes, state, 2, MAP)
    number = None if guess == SKIPPED else as_number(guess)
    least, most = _range(passes, state)
    return Reveal(
        right=None if number is None else is_near(number, pixel.total, most - least),
        verdict=sentence("The pixel is {value}.", value=Figure(pixel.total, DIGITS)),
        says=_says(number, pixel, least, most),
        correct=None,
        scenes=(
            Scene(kind="added_row", channel=MAP),
            Scene(kind="pixel", channel=MAP, row=pixel.row, col=pixel.col),
        ),
        see=f"/layers/2/maps/{MAP}/pixel?row={pixel.row}&col={pixel.col}",
        why=Explanation(
            question=sentence("Why do so many small numbers make one pixel?"),
            answer=sentence(
                "{maps} maps with {each} products each are {products} products, and one bias. Each product speaks "
                "for the pattern of the filter or against it. All of them count, and none is chosen.",
                maps=MAPS,
                each=9,
                products=MAPS * 9,
            ),
        ),
        carry=Explanation(
            question=sentence("And what is the pixel after ReLU?"), answer=_after_relu(pixel)
        ),
        gap=None if number is None else _gap(number, pixel.total, least, most),
    )


def is_near(guess: float, truth: float, spread: float) -> bool:
    """Tell whether a guess is right: it is near for the range of the map, or has the same shown digits."""
    same = str(Figure(guess, DIGITS)) == str(Figure(truth, DIGITS))
    return same or abs(guess - truth) <= NEAR * spread


def _is_about(guess: float, value: float) -> bool:
    return abs(guess - value) <= NEAR * abs(value)


def _range(passes: Passes, state: State) -> tuple[float, float]:
    values = passes.fold(state, 2, MAP).preactivation
    return float(np.min(values)), float(np.max(values))


def _says(number: float | None, pixel: PixelView, least: float, most: float) -> Message:
    last, others = pixel.contributions[-1].sum, sum_of_others(pixel)
    shown = Figure(others, DIGITS)  # stands in the question already
    if number is None:
        return sentence(
            "The nine products of the last row add {last}. With {others} from the other rows and the bias of "
            "{bias} that is the pixel before ReLU.",
            last=Figure(last, DIGITS),
            others=shown,
            bias=Figure(pixel.bias),
        )
    spread = most - least
    if is_near(number, pixel.total, spread):
        return sentence(
            "You are {off} away, and map {map} reaches from {least} to {most} on this picture. The nine products "
            "of the last row add {last} to what was there.",
            off=Figure(abs(number - pixel.total), 2),
            map=MAP,
            least=Figure(least),
            most=Figure(most),
            last=Figure(last, DIGITS),
        )
    if _is_about(number, others + pixel.bias):
        return sentence(
            "That is what was there without the last row. Its nine products add {last}.",
            last=Figure(last, DIGITS),
        )
    if _is_about(number, last):
        return sentence(
            "That is the last row alone. What the other rows make, {others}, is not lost: it is added.",
            others=shown,
        )
    if number == 0 > pixel.total:
        return sentence(
            "0 is what ReLU makes of it. Before ReLU a pixel can be negative: more speaks against the pattern of "
            "the filter than for it."
        )
    if _is_about(number, pixel.total / MAPS):
        return sentence(
            "That is the sum divided by {maps}. Nothing is averaged: the rows are added.", maps=MAPS
        )
    return sentence(
        "You are {off} away, and map {map} reaches from {least} to {most} on this picture. Each weight is "
        "multiplied with the value in the same place of the window: the nine products add {last} to {others}.",
        off=Figure(abs(number - pixel.total), 2),
        map=MAP,
        least=Figure(least),
        most=Figure(most),
        last=Figure(last, DIGITS),
        others=shown,
    )


def _after_relu(pixel: PixelView) -> Message:
    value = Figure(pixel.total, DIGITS)
    if pixel.total > 0:
        return sentence(
            "It stays {value}. ReLU changes only what is below 0, and makes it 0.", value=value
        )
    return sentence(
        "It is 0. ReLU makes every number below 0 into 0, and how far below 0 this one was, {value}, is lost.",
        value=value,
    )


def _gap(number: float, truth: float, least: float, most: float) -> Gap | None:
    if max(most, number) == min(least, number):
        return None  # a map of one value, and that was the guess
    return Gap(
        label=sentence("The pixel before ReLU"),
        guess=number,
        truth=truth,
        least=min(least, number),
        most=max(most, number),
    )


LESSON = Lesson(
    name="number",
    title=sentence("One number by hand"),
    question=sentence(
        "63 of the 64 maps are already added. What is the value of the pixel with the last one?"
    ),
    seen=sentence(
        "Multiply each value of the window with the weight in the same place of the kernel, and add the nine "
        "products to what is there. A rough answer will do."
    ),
    reason=sentence("Work it out or guess: a number that you made yourself is one you understand."),
    scenes=(Scene(kind="row", channel=MAP),),
    reveal=_reveal,
    number=NumberGuess(
        label=sentence("The pixel before ReLU"), least=-MOST, most=MOST, grouped=False
    ),
    fixed=(
        ("filters1", MAPS),
        ("filters2", 32),
        ("kind2", "standard"),
        ("groups2", 1),
        ("kernel2", (3, 3)),
        *of_both_layers(stride=1, dilation=1, padding="same", pool="none"),
        ("activation2", "relu"),
        *NOTHING_MUTED,
        ("show", "activation"),
        ("order", "index"),
    ),
)
