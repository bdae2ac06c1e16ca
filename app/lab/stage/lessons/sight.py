"""How many pixels of the picture does one value of layer 2 see? Five across."""

from app.engine.explain.receptive_field import receptive_field
from app.lab.compute.passes import Passes
from app.lab.stage.lessons.lesson import (
    SKIPPED,
    Explanation,
    Lesson,
    Option,
    Reveal,
    Scene,
    of_both_layers,
)
from app.lab.stage.lessons.spots import middle
from app.lab.state.state import State, build, flatten
from app.messages import Message, sentence

RIGHT = "5"


def _reveal(passes: Passes, state: State, guess: str) -> Reveal:
    across, pooled = _across(state), _across(state, pool1="max", pool_size1=2)
    row, col = middle(state.stack)
    return Reveal(
        right=None if guess == SKIPPED else guess == RIGHT,
        verdict=sentence("It sees {across} × {across} pixels.", across=across),
        says=_says(state, guess),
        correct=RIGHT,
        scenes=(Scene(kind="sight"),),
        see=f"/layers/2/maps/0/pixel?row={row}&col={col}",
        why=Explanation(
            question=sentence("Why only {more} more for the second layer?", more=across - 3),
            answer=sentence(
                "The 3×3 values that it reads are next to each other, so what they see overlaps. Each further "
                "layer of 3×3 adds one pixel on every side: after three layers 7 across, after ten 21. The part "
                "of the picture that one value sees is called its receptive field."
            ),
        ),
        carry=Explanation(
            question=sentence(
                "A pool of 2×2 is put between the two layers. How many pixels across does the value see then?"
            ),
            answer=sentence(
                "It sees {pooled}. Two neighbours after the pool lie two pixels apart in the picture, so the "
                "second layer reaches twice as far. The pool itself adds one more. This is how deep nets come to "
                "see large parts of a picture.",
                pooled=pooled,
            ),
        ),
    )


def _across(state: State, **changes: object) -> int:
    stack = build(state.image_id, flatten(state) | changes).stack
    return receptive_field(stack, 2, *middle(stack)).width


def _says(state: State, guess: str) -> Message:
    across = _across(state)
    if guess == "3":
        return sentence(
            "3 across is what it reads of layer 1. But each of these 3 values has itself read 3 pixels, and not "
            "the same ones: together they reach over {across}.",
            across=across,
        )
    if guess == "6":
        return sentence(
            "3 + 3 counts the middle twice. The 3 values stand on neighbouring pixels and reach one pixel further "
            "on each side: 1 + 3 + 1 = {across}.",
            across=across,
        )
    if guess == "9":
        return sentence(
            "{apart} would be right if what the 3 values see lay side by side, as with a stride of 3 in layer 1. "
            "Here they are one pixel apart and overlap, so it is {across}.",
            apart=_across(state, stride1=3),
            across=across,
        )
    return sentence(
        "The value reads 3×3 values of layer 1. Those at the edge of the 3×3 each see one pixel further: "
        "1 + 3 + 1 = {across}.",
        across=across,
    )


LESSON = Lesson(
    name="sight",
    title=sentence("How far does a value see?"),
    question=sentence(
        "Two layers of 3×3 kernels. How many pixels across does one value of layer 2 see?"
    ),
    seen=sentence(
        "One pixel is marked in your picture. Think of the value of layer 2 at this place: which pixels of the "
        "picture can change it?"
    ),
    reason=sentence("Guess first: then you see it drawn on the picture."),
    scenes=(Scene(kind="spot"),),
    reveal=_reveal,
    options=tuple(
        Option(value=str(count), text=sentence("{count} pixels across", count=count))
        for count in (3, 5, 6, 9)
    ),
    fixed=of_both_layers(
        kernel=(3, 3), stride=1, dilation=1, padding="same", padding_mode="zeros", pool="none"
    ),
)
