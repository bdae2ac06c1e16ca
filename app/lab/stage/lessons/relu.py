"""Without ReLU, what can two layers do that one cannot? Nothing, but for the outer ring."""

from app.figures import Figure
from app.lab.compute.passes import Passes
from app.lab.one_layer.build import one_layer_view
from app.lab.one_layer.views import OneLayerView
from app.lab.stage.lessons.lesson import (
    NOTHING_MUTED,
    SKIPPED,
    Explanation,
    Lesson,
    Option,
    Reveal,
    Scene,
    of_both_layers,
)
from app.lab.state.state import State
from app.messages import Message, sentence

RIGHT = "nothing"


def _reveal(passes: Passes, state: State, guess: str) -> Reveal:
    one = one_layer_view(passes, state)
    assert one.inside is not None  # with 3 x 3 kernels and at least 32 pixels there are
    assert one.ring is not None  # pixels of both kinds
    return Reveal(
        right=None if guess == SKIPPED else guess == RIGHT,
        verdict=sentence("Nothing: one layer does the same, except on the outer ring."),
        says=_says(one, one.inside, guess),
        correct=RIGHT,
        scenes=(Scene(kind="one_layer"),),
        see="/one_layer",
        why=Explanation(
            question=sentence("Why does ReLU change this?"),
            answer=sentence(
                "A sum of sums is again one sum, so the weights of both layers can be multiplied out beforehand. "
                "ReLU sets what is below 0 to 0, and which values these are depends on the picture. A single sum "
                "cannot do that. So with ReLU in between, two layers can find what one cannot."
            ),
        ),
        carry=Explanation(
            question=sentence("On the outer ring, one pixel wide, the two do differ. Why?"),
            answer=sentence(
                "There they differ by up to {ring}. At the edge layer 2 reads zeros round the maps of layer 1. "
                "The one layer reads zeros round the picture only, as if layer 1 had looked beyond the edge as "
                "well. This comes from the padding, not from the filters.",
                ring=Figure(one.ring),
            ),
        ),
    )


def _says(one: OneLayerView, inside: float, guess: str) -> Message:
    height, width, channels = one.filter_shape
    off, greatest = Figure(inside), Figure(one.greatest)
    if guess == "edges":
        return sentence(
            "An edge of an edge, when both are only sums, is one sum over {height}×{width} pixels. Measured on "
            "your picture, one layer of {height}×{width}×{channels} filters differs by at most {inside} "
            "inside, where the greatest value is {greatest}.",
            greatest=greatest,
            height=height,
            width=width,
            channels=channels,
            inside=off,
        )
    if guess == "colours":
        return sentence(
            "Layer 2 reads 64 maps, but each of them is a sum of the same {channels} channels of the picture. One "
            "layer of {height}×{width}×{channels} filters reads these channels itself. On your picture its maps "
            "differ by at most {inside} inside.",
            height=height,
            width=width,
            channels=channels,
            inside=off,
        )
    return sentence(
        "One layer of {height}×{width}×{channels} filters makes the same maps: on your picture it differs by "
        "at most {inside} inside, where the greatest value is {greatest}. That is rounding.",
        greatest=greatest,
        height=height,
        width=width,
        channels=channels,
        inside=off,
    )


LESSON = Lesson(
    name="relu",
    title=sentence("What is ReLU for?"),
    question=sentence("Without ReLU, what can two layers of 3×3 do that one layer of 5×5 cannot?"),
    seen=sentence(
        "These are the 64 maps of layer 1 without ReLU, so values below 0 stay as they are. Layer 2 "
        "weighs and adds them, without ReLU too."
    ),
    reason=sentence("Guess first: the two are then measured against each other on your picture."),
    scenes=(Scene(kind="maps", layer=1),),
    reveal=_reveal,
    options=(
        Option(value="edges", text=sentence("They find edges of edges, which one layer cannot.")),
        Option(value="colours", text=sentence("They can mix colours in more ways.")),
        Option(value="nothing", text=sentence("They do nothing more than that one layer.")),
    ),
    fixed=(
        ("filters1", 64),
        ("filters2", 32),
        *of_both_layers(
            kernel=(3, 3),
            stride=1,
            dilation=1,
            padding="same",
            padding_mode="zeros",
            kind="standard",
            groups=1,
            activation="linear",
            pool="none",
        ),
        *NOTHING_MUTED,
    ),
)
