"""VGG ends in maps of 7 x 7. How can they know a face? Each value sees most of the picture, through its parts."""

from app.figures import Figure
from app.lab.compute.passes import Passes
from app.lab.deep_nets.build import DEFAULT_NET, ladder_view, named
from app.lab.stage.faces import faces_view
from app.lab.stage.lessons.deep_scenes import FACE_VALUES
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

RIGHT = "sees"
VGG = ladder_view(named(DEFAULT_NET))
FIRST, LAST = VGG.layers[0], VGG.layers[-1]


def _reveal(passes: Passes, state: State, guess: str) -> Reveal:
    return Reveal(
        right=None if guess == SKIPPED else guess == RIGHT,
        verdict=sentence(
            "Each value sees nearly the whole picture, and reads parts that were found before."
        ),
        says=_says(passes, state, guess),
        correct=RIGHT,
        scenes=(Scene(kind="faces"), Scene(kind="ladder")),
        see="/layers/2/maps/0/contributions",
        why=Explanation(
            question=sentence("What does a pool do for this?"),
            answer=sentence(
                "It keeps that a part was found and drops where exactly. So an eye may lie a few pixels off and "
                "still counts, and the next filter reaches further with as few weights. What is not needed any "
                "more is the fine position, not the finding."
            ),
        ),
        carry=Explanation(
            question=sentence(
                "{side}×{side}×{maps}: are these more or fewer numbers than the picture has?",
                side=LAST.shape[1],
                maps=LAST.shape[0],
            ),
            answer=sentence(
                "Fewer: {values:,} instead of {size} × {size} × {channels} = {picture:,}, about a sixth. There "
                "are more maps at the end, but each is so small that fewer numbers are left. What stays is what "
                "the filters answer to.",
                values=LAST.values,
                size=VGG.size,
                channels=VGG.channels,
                picture=VGG.size * VGG.size * VGG.channels,
            ),
        ),
    )


def _says(passes: Passes, state: State, guess: str) -> Message:
    sees = Figure(LAST.receptive_field)
    if guess == "maps":
        return sentence(
            "The {maps} maps hold fewer numbers than the picture, so they cannot keep all of it. And many maps "
            "alone do not help: layer {name} has {first}, but each value there sees only {near} × {near} pixels. "
            "At the end each value sees {sees} × {sees} of {size} × {size}.",
            maps=LAST.shape[0],
            name=FIRST.name,
            first=FIRST.shape[0],
            near=FIRST.receptive_field,
            sees=sees,
            size=VGG.size,
        )
    if guess == "cannot":
        return sentence(
            "A map of {side}×{side} is not a small picture. Each of its values is the answer of a filter that "
            "sees {sees} × {sees} of the {size} × {size} pixels, through all layers before it.",
            side=LAST.shape[1],
            sees=sees,
            size=VGG.size,
        )
    found = faces_view(passes.run(state))
    assert found is not None  # the lesson fixes the filters that look for faces
    return sentence(
        "At the end of VGG it sees {sees} × {sees} of {size} × {size} pixels. A net of two layers shows the idea: "
        "what it reads for two eyes, a nose and a mouth is added up. On your picture the sum, with the bias, is "
        "{total} at most; above 0 it would be a face as this net knows it.",
        sees=sees,
        size=VGG.size,
        total=Figure(found.total),
    )


LESSON = Lesson(
    name="depth",
    title=sentence("How can small maps know more?"),
    question=sentence(
        "VGG ends in maps of {side}×{side}. How can so small a map know that there is a face?",
        side=LAST.shape[1],
    ),
    seen=sentence(
        "VGG is a net of many layers. Its maps get smaller from block to block: pools halve their sides."
    ),
    reason=sentence("Guess first: then a face is found, in a net small enough to look at."),
    scenes=(Scene(kind="sizes"),),
    reveal=_reveal,
    options=(
        Option(
            value="maps",
            text=sentence(
                "There are {maps} such maps. Together they keep the whole picture.",
                maps=LAST.shape[0],
            ),
        ),
        Option(
            value="sees",
            text=sentence(
                "Each value sees a large part of the picture, and reads what earlier layers found in it."
            ),
        ),
        Option(
            value="cannot",
            text=sentence(
                "It cannot. {side}×{side} pixels are too few for a face.", side=LAST.shape[1]
            ),
        ),
    ),
    fixed=(
        *FACE_VALUES,
        ("channels", "rgb"),
        *of_both_layers(
            kind="standard",
            groups=1,
            stride=1,
            dilation=1,
            padding="same",
            padding_mode="zeros",
            bias=True,
            edit=(),
        ),
        ("pool2", "none"),
        ("flip", False),
        *NOTHING_MUTED,
        ("show", "activation"),
    ),
)
