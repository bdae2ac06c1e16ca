"""The picture gets twice as wide and high: what happens to the number of weights? Nothing."""

from math import prod

from app.figures import Figure
from app.lab.compute.passes import Passes
from app.lab.stage.lessons.both_sizes import counts_at
from app.lab.stage.lessons.lesson import (
    SKIPPED,
    Explanation,
    Lesson,
    Option,
    Reveal,
    Scene,
    of_both_layers,
)
from app.lab.stage.lessons.views import CountRowView, CountsView
from app.lab.state.state import LAYERS, State, build, changed
from app.messages import Message, sentence

RIGHT = "1"
FIXED = (
    ("channels", "rgb"),
    ("filters1", 64),
    ("filters2", 32),
    *of_both_layers(
        kernel=(3, 3),
        kind="standard",
        groups=1,
        bias=True,
        stride=1,
        padding="same",
        pool="none",
    ),
)
STACK = build("", dict(FIXED)).stack
PARAMETERS = Figure(sum(STACK.parameters(number).value for number in LAYERS))
MIB = 2**20


def _reveal(passes: Passes, state: State, guess: str) -> Reveal:
    passes.ready(state)  # or UnknownImage
    counts = counts_at(state)
    work, memory = (_row(counts, kind) for kind in ("multiply_adds", "memory"))
    return Reveal(
        right=None if guess == SKIPPED else guess == RIGHT,
        verdict=sentence("The number stays {count}.", count=PARAMETERS),
        says=_says(state, guess, counts.sizes, work),
        correct=RIGHT,
        scenes=(Scene(kind="counts"),),
        see="?below=numbers",
        why=Explanation(
            question=sentence("Why does it not depend on the size of the picture?"),
            answer=sentence(
                "A kernel slides over the picture, and at every place it is the same kernel. A larger picture has "
                "more places, not more kernels. That is why trained layers can read pictures of any size."
            ),
        ),
        carry=Explanation(
            question=sentence("What does become four times as large?"),
            answer=sentence(
                "The multiply-adds, from {work} to {more_work}, and the memory of the maps, from {memory} to "
                "{more_memory} MiB. Both count places, and there are {times} times as many.",
                work=Figure(work.at[0].total),
                more_work=Figure(work.at[1].total),
                memory=Figure(memory.at[0].total / MIB),
                more_memory=Figure(memory.at[1].total / MIB),
                times=Figure(round(work.times)),
            ),
        ),
    )


def _row(counts: CountsView, kind: str) -> CountRowView:
    return next(row for row in counts.rows if row.kind == kind)


def _says(state: State, guess: str, sizes: tuple[int, int], work: CountRowView) -> Message:
    small, large = sizes
    if guess == "2":
        return sentence(
            "What doubles is the number of places in a row, from {small} to {large}. A kernel has {weights} "
            "weights whether it slides over {small} places or over {large}.",
            small=small,
            large=large,
            weights=prod(state.stack.layers[1].kernel),
        )
    if guess == "4":
        second = changed(state, "size", small).stack
        return sentence(
            "Four times would be right if every place had weights of its own. Layer 2 alone would then have "
            "{many} weights on a picture of {small} × {small}, instead of {few}. But the same weights are used at "
            "every place.",
            many=Figure(second.multiply_adds(2).value),
            small=small,
            few=Figure(second.weights(2).value),
        )
    return sentence(
        "The same kernels slide over more places. At {small} × {small} they make {work} multiply-adds, at {large} "
        "× {large} {more_work}, with the same {count} weights and biases.",
        small=small,
        large=large,
        work=Figure(work.at[0].total),
        more_work=Figure(work.at[1].total),
        count=PARAMETERS,
    )


LESSON = Lesson(
    name="weights",
    title=sentence("Does a larger picture need more weights?"),
    question=sentence(
        "The picture gets twice as wide and twice as high. What happens to the {count} weights and biases of the "
        "two layers?",
        count=PARAMETERS,
    ),
    seen=sentence("You see the picture at both sizes, drawn to scale."),
    reason=sentence(
        "Guess first: those who say what they expect before they look remember the answer better."
    ),
    scenes=(Scene(kind="both_sizes"),),
    reveal=_reveal,
    options=(
        Option(value="1", text=sentence("× 1: it stays the same.")),
        Option(value="2", text=sentence("× 2: it doubles.")),
        Option(value="4", text=sentence("× 4: it becomes four times as large.")),
    ),
    fixed=FIXED,
)
