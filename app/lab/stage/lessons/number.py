"""The last row of a ledger, and the sum of all others: what is the pixel? Worked out, or guessed, and compared."""

from collections.abc import Iterator

import numpy as np

from app.figures import Figure, decimals
from app.lab.compute.passes import Passes
from app.lab.pixel.views import PixelView
from app.lab.stage.lessons.last_row import pixel_with_last_row, sum_of_others
from app.lab.stage.lessons.lesson import (
    NOTHING_MUTED,
    Explanation,
    Lesson,
    Reveal,
    Scene,
    of_both_layers,
)
from app.lab.stage.lessons.number_answers import (
    OFF,
    NumberAnswer,
    NumberAnswers,
    NumberGuess,
    as_number,
)
from app.lab.state.state import State
from app.messages import Message, sentence

MAPS = 64
MAP = 28  # its kernel for the last map has only three different weights, and they are not small
NEAR = 0.02  # of the range of the map
DIGITS = 4
TINY = 0.0001  # smaller distances would be written with an exponent
MOST = 100_000


def _reveal(passes: Passes, state: State, guess: str) -> Reveal:
    pixel = pixel_with_last_row(passes, state, 2, MAP)
    number, answers = as_number(guess), _answers(passes, state)
    return Reveal(
        right=answers.right(number),
        verdict=sentence("The pixel is {value}.", value=Figure(pixel.total, DIGITS)),
        says=answers.says(number, guess),
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
        gap=answers.gap(number),
    )


def _answers(passes: Passes, state: State) -> NumberAnswers:
    pixel = pixel_with_last_row(passes, state, 2, MAP)
    values = passes.fold(state, 2, MAP).preactivation
    least, most = float(np.min(values)), float(np.max(values))
    last = Figure(pixel.contributions[-1].sum, DIGITS)
    others = Figure(sum_of_others(pixel), DIGITS)  # stands in the question already
    hit = sentence(
        "You are less than {tiny} away, and map {map} reaches from {least} to {most} on this picture. The nine "
        "products of the last row add {last} to what was there.",
        tiny=Figure(TINY, 1),
        map=MAP,
        least=Figure(least),
        most=Figure(most),
        last=last,
    )
    right = sentence(
        "You are {off} away, and map {map} reaches from {least} to {most} on this picture. The nine products "
        "of the last row add {last} to what was there.",
        off=OFF,
        map=MAP,
        least=Figure(least),
        most=Figure(most),
        last=last,
    )
    far = sentence(
        "You are {off} away, and map {map} reaches from {least} to {most} on this picture. Each weight is "
        "multiplied with the value in the same place of the window: the nine products add {last} to {others}.",
        off=OFF,
        map=MAP,
        least=Figure(least),
        most=Figure(most),
        last=last,
        others=others,
    )
    from_low, to_high = near(pixel.total, most - least)
    return NumberAnswers(
        each=(
            NumberAnswer(
                right=True,
                says=hit,
                least=max(from_low, pixel.total - TINY),
                most=min(to_high, pixel.total + TINY),
            ),
            NumberAnswer(right=True, says=right, least=from_low, most=to_high),
            *_mistakes(pixel),
            NumberAnswer(right=False, says=far),
        ),
        skipped=sentence(
            "The nine products of the last row add {last}. With {others} from the other rows and the bias of "
            "{bias} that is the pixel before ReLU.",
            last=last,
            others=others,
            bias=Figure(pixel.bias),
        ),
        label=sentence("The pixel before ReLU"),
        truth=pixel.total,
        least=least,
        most=most,
    )


def near(truth: float, spread: float) -> tuple[float, float]:
    """Return the least and the greatest right guess: near for the range of the map, or with the same digits."""
    places = decimals(truth, DIGITS) if truth else 0
    shown, half = round(truth, places), 0.5 * 10**-places if truth else 0
    reach = NEAR * spread
    return min(truth - reach, shown - half), max(truth + reach, shown + half)


def _mistakes(pixel: PixelView) -> Iterator[NumberAnswer]:
    last, others = pixel.contributions[-1].sum, sum_of_others(pixel)
    yield _about(
        others + pixel.bias,
        sentence(
            "That is what was there without the last row. Its nine products add {last}.",
            last=Figure(last, DIGITS),
        ),
    )
    yield _about(
        last,
        sentence(
            "That is the last row alone. What the other rows make, {others}, is not lost: it is added.",
            others=Figure(others, DIGITS),
        ),
    )
    if pixel.total < 0:
        yield _about(
            0,
            sentence(
                "0 is what ReLU makes of it. Before ReLU a pixel can be negative: more speaks against the pattern "
                "of the filter than for it."
            ),
        )
    yield _about(
        pixel.total / MAPS,
        sentence(
            "That is the sum divided by {maps}. Nothing is averaged: the rows are added.", maps=MAPS
        ),
    )


def _about(value: float, says: Message) -> NumberAnswer:
    reach = NEAR * abs(value)
    return NumberAnswer(right=False, says=says, least=value - reach, most=value + reach)


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
    answers=_answers,
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
