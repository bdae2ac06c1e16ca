"""64 maps go into a layer of 32 filters: how many come out? One from each filter."""

from app.figures import Figure
from app.lab.compute.passes import Passes
from app.lab.stage.lessons.lesson import (
    NOTHING_MUTED,
    Explanation,
    Lesson,
    Reveal,
    Scene,
)
from app.lab.stage.lessons.number_answers import (
    GUESS,
    NumberAnswer,
    NumberAnswers,
    NumberGuess,
    as_number,
)
from app.lab.state.state import State
from app.messages import Message, sentence

MAPS, FILTERS = 64, 32
PRODUCTS = MAPS * FILTERS
MOST = 100_000

BELIEFS: dict[float, Message] = {
    MAPS + FILTERS: sentence(
        "{guess} is 64 + 32, as if the filters put new maps next to the old ones. The 64 maps go into each of the "
        "32 filters and do not come out again: each filter hands on one new map.",
        guess=MAPS + FILTERS,
    ),
    PRODUCTS: sentence(
        "{guess} is 64 × 32: so many contributions are made, a picture for each pair of a map and a filter. But "
        "each filter adds its 64 into one map before anything is handed on.",
        guess=Figure(PRODUCTS),
    ),
    MAPS: sentence(
        "{guess} would be one map out for each map in, as if a filter read one map. Each filter reads all 64 and "
        "makes one map of them, so there are as many maps as filters.",
        guess=MAPS,
    ),
    MAPS // FILTERS: sentence(
        "{guess} is 64 ÷ 32, as if the maps were dealt out to the filters. Every filter reads all 64 maps, and "
        "each hands on one.",
        guess=MAPS // FILTERS,
    ),
    1: sentence(
        "One is what a single filter makes of the 64 maps. There are 32 filters, and each makes its own."
    ),
}


RIGHT = sentence(
    "You see all {products} contributions: a row for each of the 32 filters, a column for each of the 64 "
    "maps. Each row is added up into one map.",
    products=Figure(PRODUCTS),
)
ANSWERS = NumberAnswers(
    each=(
        NumberAnswer(right=True, says=RIGHT, least=FILTERS, most=FILTERS, gap=False),
        *(
            NumberAnswer(right=False, says=says, least=belief, most=belief)
            for belief, says in BELIEFS.items()
        ),
        NumberAnswer(
            right=False,
            says=sentence(
                "There is no need to reckon: count the filters. Each of the 32 filters reads all 64 maps, adds "
                "what its 64 kernels make of them, and hands on one map. So it is not {guess}.",
                guess=GUESS,
            ),
        ),
    ),
    skipped=RIGHT,
    label=sentence("Maps that come out"),
    truth=FILTERS,
    least=0,
    most=MAPS,
)


def _reveal(passes: Passes, state: State, guess: str) -> Reveal:
    number = as_number(guess)
    return Reveal(
        right=ANSWERS.right(number),
        verdict=sentence("{filters} maps come out, one from each filter.", filters=FILTERS),
        says=ANSWERS.says(number, guess),
        correct=None,
        scenes=(Scene(kind="wall"),),
        see="/layers/2/wall?folded=1",
        why=Explanation(
            question=sentence("Why is it not 64 for each filter?"),
            answer=sentence(
                "A filter is one pattern over all 64 maps, with a kernel for each. What the 64 kernels find at a "
                "place is added to one number: how well the whole pattern fits there. One number for each place "
                "is one map."
            ),
        ),
        carry=Explanation(
            question=sentence(
                "6 maps go into a layer of 16 filters. How many come out? Must one number be a multiple of the "
                "other?"
            ),
            answer=sentence(
                "16 maps come out. Neither number must divide the other: every filter reads all 6 maps, and "
                "the number of filters is free to choose."
            ),
        ),
        gap=ANSWERS.gap(number),
    )


LESSON = Lesson(
    name="count",
    title=sentence("How many maps come out?"),
    question=sentence("64 maps go into a layer of 32 filters. How many maps come out?"),
    seen=sentence("You see the 64 maps of layer 1. Every one of them goes into layer 2."),
    reason=sentence(
        "Guess first: those who say what they expect before they look remember the answer better."
    ),
    scenes=(Scene(kind="maps", layer=1),),
    reveal=_reveal,
    number=NumberGuess(label=sentence("Maps that come out"), least=0, most=MOST),
    answers=lambda passes, state: ANSWERS,
    fixed=(
        ("filters1", MAPS),
        ("filters2", FILTERS),
        ("kind2", "standard"),
        ("groups2", 1),
        *NOTHING_MUTED,
        ("show", "activation"),
    ),
)
