"""Separable instead of standard: how many of the 18,432 weights are left? A seventh."""

from app.figures import Figure, Percentage
from app.lab.compute.passes import Passes
from app.lab.kinds.costs import costs_view
from app.lab.kinds.views import CountView
from app.lab.stage.lessons.lesson import SKIPPED, Explanation, Lesson, Option, Reveal, Scene
from app.lab.state.state import State, build, flatten
from app.messages import Message, sentence

RIGHT = "seventh"
SEPARABLE = (("kind2", "separable"), ("multiplier2", 1))


def _reveal(passes: Passes, state: State, guess: str) -> Reveal:
    weights = _weights(passes, state)
    one_filter = _weights(passes, build(state.image_id, flatten(state) | {"filters2": 1}))
    return Reveal(
        right=None if guess == SKIPPED else guess == RIGHT,
        verdict=sentence("It needs about a seventh."),
        says=_says(weights, guess),
        correct=RIGHT,
        scenes=(Scene(kind="costs"), Scene(kind="between", changes=SEPARABLE)),
        see="/layers/2/costs",
        why=Explanation(
            question=sentence("What is given up for that?"),
            answer=sentence(
                "In a standard layer each of the 32 filters has a kernel of its own for each map. In a separable "
                "layer all filters share one kernel for each map, and differ only in one number for it. The layer "
                "can make fewer different maps. In many nets that is enough."
            ),
        ),
        carry=Explanation(
            question=sentence("When does separable cost more than standard?"),
            answer=sentence(
                "When there is little to share. With one filter instead of 32 the standard layer has {standard} "
                "weights and the separable one {separable}. The same with kernels of 1×1, or with many kernels "
                "for each map.",
                standard=Figure(one_filter["standard"].value),
                separable=Figure(one_filter["separable"].value),
            ),
        ),
    )


def _weights(passes: Passes, state: State) -> dict[str, CountView]:
    return {row.way: row.weights for row in costs_view(state, 2, passes.limits).rows}


def _says(weights: dict[str, CountView], guess: str) -> Message:
    standard, pointwise = weights["standard"].value, weights["pointwise"].value
    formula, separable = weights["separable"].formula, Figure(weights["separable"].value)
    if guess == "all":
        return sentence(
            "As many maps go in and come out, but the weights are shared: {formula} = {separable} instead of "
            "{standard:,}. All 32 filters use the same 64 kernels.",
            formula=formula,
            separable=separable,
            standard=standard,
        )
    if guess == "half":
        return sentence(
            "Two steps are not two halves. There are 64 kernels of 3×3 in the first step, and 64 × 32 single "
            "numbers in the second: {formula} = {separable} of {standard:,}.",
            formula=formula,
            separable=separable,
            standard=standard,
        )
    if guess == "ninth":
        return sentence(
            "A ninth is what the 1×1 step alone has: {pointwise} of {standard:,}. The {kernels} weights of the "
            "64 kernels come on top: {formula} = {separable}.",
            pointwise=Figure(pointwise),
            kernels=weights["separable"].value - pointwise,
            formula=formula,
            separable=separable,
            standard=standard,
        )
    return sentence(
        "{formula} = {separable} of {standard:,}, that is {share}. This order, the kernels first, is the one of "
        "Keras. With the 1×1 step first it is {first}, about an eighth.",
        share=Percentage(100 * weights["separable"].ratio),
        first=Figure(weights["pointwise_first"].value),
        formula=formula,
        separable=separable,
        standard=standard,
    )


LESSON = Lesson(
    name="cheaper",
    title=sentence("What does separable save?"),
    question=sentence(
        "Layer 2 is made separable: one kernel for each map, then a 1×1 layer. How many weights does it need, "
        "instead of 18,432?"
    ),
    seen=sentence(
        "You see the 64 kernels of one of the 32 filters of a standard layer 2. Every other filter has 64 kernels "
        "of its own."
    ),
    reason=sentence("Guess first: then you see the costs of both, side by side."),
    scenes=(Scene(kind="filter", channel=14),),
    reveal=_reveal,
    options=(
        Option(value="all", text=sentence("As many: still 64 maps go in and 32 come out.")),
        Option(value="half", text=sentence("About half: one step becomes two.")),
        Option(value="seventh", text=sentence("About a seventh: the filters share their kernels.")),
        Option(value="ninth", text=sentence("About a ninth: 1×1 instead of 3×3.")),
    ),
    fixed=(
        ("filters1", 64),
        ("filters2", 32),
        ("kernel2", (3, 3)),
        ("kind1", "standard"),
        ("kind2", "standard"),
        ("groups1", 1),
        ("groups2", 1),
        ("multiplier2", 1),
    ),
)
