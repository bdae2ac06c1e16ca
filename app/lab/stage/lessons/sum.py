"""What does one filter do with its 64 results? It adds them, and one bias."""

from app.engine.explain import fold
from app.figures import Figure
from app.lab.compute.passes import Passes
from app.lab.stage.lessons.lesson import (
    NOTHING_MUTED,
    SKIPPED,
    Explanation,
    Lesson,
    Option,
    Reveal,
    Scene,
)
from app.lab.state.state import State
from app.messages import Message, sentence

MAP = 14
RIGHT = "sum"


def _reveal(passes: Passes, state: State, guess: str) -> Reveal:
    trace = passes.run(state).trace()
    with_kernels, alone = (
        fold.reversed_maps(trace, 2, MAP, kernels_too=too).greatest_difference
        for too in (True, False)
    )
    return Reveal(
        right=None if guess == SKIPPED else guess == RIGHT,
        verdict=sentence("The 64 are added."),
        says=_says(passes, state, guess),
        correct=RIGHT,
        scenes=(Scene(kind="fold", channel=MAP),),
        see=f"/layers/2/maps/{MAP}/contributions",
        why=Explanation(
            question=sentence("Why add them?"),
            answer=sentence(
                "A filter has one kernel for each map, and all of them together are one pattern: an edge here, no "
                "colour there. Unlike maps can be added because each is weighted first. The sum is large where "
                "all parts of the pattern are found. Nothing is lost that another filter could not keep: each of "
                "the 32 adds the same 64 maps with other weights."
            ),
        ),
        carry=Explanation(
            question=sentence(
                "Two maps of layer 1 change places, and their kernels with them. What changes in layer 2?"
            ),
            answer=sentence(
                "Nothing. A sum does not depend on the order of what is added. With all 64 maps and their kernels "
                "in reverse order, map {map} differs by at most {with_kernels}, which is rounding. With the maps "
                "alone in reverse order, each meets a kernel made for another map, and map {map} differs by up to "
                "{alone}.",
                map=MAP,
                with_kernels=Figure(with_kernels, 2),
                alone=Figure(alone),
            ),
        ),
    )


def _says(passes: Passes, state: State, guess: str) -> Message:
    wrong = passes.fold(state, 2, MAP).wrong
    if guess == "mean":
        return sentence(
            "The plain mean of the maps gives every map the same weight. On this picture it differs from map "
            "{map} by up to {off} before ReLU.",
            map=MAP,
            off=Figure(wrong["mean"].greatest_difference),
        )
    if guess == "strongest":
        return sentence(
            "The strongest contribution alone differs from map {map} by up to {off} before ReLU on this picture. "
            "Weak ones count too, also those below 0.",
            map=MAP,
            off=Figure(wrong["strongest"].greatest_difference),
        )
    if guess == "all":
        return sentence(
            "Then layer 2 would hand on 32 × 64 = 2,048 pictures. Each filter hands on one: after the last of its "
            "64 contributions and the bias, the sum is map {map}.",
            map=MAP,
        )
    return sentence(
        "After the last of the 64 and the bias, the sum is map {map}. On this picture the plain mean of the maps "
        "would differ by up to {off} before ReLU, and the strongest contribution by up to {strongest}.",
        map=MAP,
        strongest=Figure(wrong["strongest"].greatest_difference),
        off=Figure(wrong["mean"].greatest_difference),
    )


LESSON = Lesson(
    name="sum",
    title=sentence("How are the 64 put together?"),
    question=sentence(
        "64 pictures, one for each kernel. What does filter {map} do with them?", map=MAP
    ),
    seen=sentence(
        "You see what filter {map} of layer 2 makes of each of the 64 maps of layer 1, each with its own kernel.",
        map=MAP,
    ),
    reason=sentence(
        "Guess first: those who say what they expect before they look remember the answer better."
    ),
    scenes=(Scene(kind="parts", channel=MAP),),
    reveal=_reveal,
    options=(
        Option(value="strongest", text=sentence("It keeps the strongest of the 64 at each pixel.")),
        Option(value="mean", text=sentence("It averages the 64 maps and ignores the kernels.")),
        Option(value="sum", text=sentence("It adds all 64, and one bias.")),
        Option(value="all", text=sentence("It hands on all 64.")),
    ),
    fixed=(
        ("filters1", 64),
        ("filters2", 32),
        ("kind2", "standard"),
        ("groups2", 1),
        *NOTHING_MUTED,
        ("show", "activation"),
    ),
)
