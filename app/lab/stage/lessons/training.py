"""After how many of 4,096 steps is the net better than guessing? After some 64."""

from functools import cache

from app.figures import Percentage
from app.lab.compute.passes import Passes
from app.lab.pieces.training import place_of
from app.lab.stage.lessons.lesson import (
    NOTHING_MUTED,
    Explanation,
    Lesson,
    Reveal,
    Scene,
    of_both_layers,
)
from app.lab.stage.lessons.number_answers import (
    NumberAnswer,
    NumberAnswers,
    NumberGuess,
    as_number,
)
from app.lab.state import trained_weights
from app.lab.state.state import State
from app.messages import Message, sentence

TIMES = 2  # better than guessing: right this many times as often; one test alone may be lucky
NEAR = 2  # a guess is near enough within this factor
FACTS = trained_weights.training_facts()
CURVE = FACTS.curve
LAST = FACTS.steps[-1]
STEPS_ON_THE_LINE = (*range(128), *range(128, LAST + 1, 64))  # between them it is even enough


def better_from() -> int:
    """Return the first tested step at which the net is better than guessing."""
    tested = zip(CURVE.steps, CURVE.held_out_accuracy, strict=True)
    return next(step for step, score in tested if score >= TIMES * FACTS.chance)


def _reveal(passes: Passes, state: State, guess: str) -> Reveal:
    truth, number, answers = better_from(), as_number(guess), _answers()
    last_not = CURVE.steps[CURVE.steps.index(truth) - 1]
    return Reveal(
        right=answers.right(number),
        verdict=sentence(
            "The first test that finds it better comes after {truth} of {last:,} steps; the one after {before} "
            "does not yet.",
            before=last_not,
            truth=truth,
            last=LAST,
        ),
        says=answers.says(number, guess),
        correct=None,
        scenes=(Scene(kind="training", layer=1),),
        see="/training",
        why=Explanation(
            question=sentence("Who chooses the filters, then?"),
            answer=sentence(
                "Nobody. After each step every weight is changed a little, so that the net would have been wrong "
                "by less. Some filters come to look like edges or colours because those help with the task, not "
                "because somebody wrote them down."
            ),
        ),
        carry=Explanation(
            question=sentence(
                "All filters learn from the same errors. What makes two of them differ?"
            ),
            answer=sentence(
                "Their different random start. Two filters with equal weights, read with equal weights by the "
                "next layer, would get equal corrections and stay equal for ever. Nothing else forces filters to "
                "differ."
            ),
        ),
        gap=answers.gap(number),
    )


@cache
def _answers() -> NumberAnswers:
    truth = better_from()
    near = sentence(
        "From half to double this number counts as right. After {tested} steps it was right on {score} of "
        "the patches, and after the last of the {last:,} steps on {final}.",
        tested=truth,
        score=_score(truth),
        last=LAST,
        final=_score(LAST),
    )
    return NumberAnswers(
        each=(
            NumberAnswer(right=True, says=near, least=truth / NEAR, most=NEAR * truth),
            *(
                NumberAnswer(right=False, says=_too_early_or_late(tested, truth), least=tested)
                for tested in reversed(CURVE.steps)
            ),
        ),
        skipped=near,
        label=sentence("Steps until a test finds it better than guessing"),
        truth=truth,
        least=0,
        most=LAST,
        places=tuple((step, place_of(step)) for step in STEPS_ON_THE_LINE),
    )


def _too_early_or_late(tested: int, truth: int) -> Message:
    """Return what is said of a guess whose last test was after `tested` steps."""
    if tested < truth:
        return sentence(
            "That is too early. When it was tested after {tested} steps, it was right on {score} of the "
            "patches. Each step changes the weights only a little.",
            tested=tested,
            score=_score(tested),
        )
    return sentence(
        "That is too late. When it was tested after {tested:,} steps, it was already right on {score} of the "
        "patches. The first few hundred steps gain most.",
        tested=tested,
        score=_score(tested),
    )


def _score(step: int) -> Percentage:
    return Percentage(100 * CURVE.held_out_accuracy[CURVE.steps.index(step)])


LESSON = Lesson(
    name="training",
    title=sentence("Where do the filters come from?"),
    question=sentence(
        "Nobody chose these filters. After how many of {last:,} training steps is the net better than guessing?",
        last=LAST,
    ),
    seen=sentence(
        "You see the 64 filters of layer 1 at step 0: random numbers. The net learns to name one of {classes} "
        "kinds of patches, so a blind guess is right once in {classes}. Better means here: right at least twice "
        "as often as that, on patches that it has not seen.",
        classes=FACTS.classes,
    ),
    reason=sentence("Guess first: your number is then marked on the curve."),
    scenes=(Scene(kind="filters", layer=1, changes=(("step", 0),)),),
    reveal=_reveal,
    number=NumberGuess(label=sentence("Steps, from 0 to {last:,}", last=LAST), least=0, most=LAST),
    answers=lambda passes, state: _answers(),
    fixed=(
        ("channels", "rgb"),
        ("filters1", 64),
        ("filters2", 32),
        *of_both_layers(kernel=(3, 3), kind="standard", groups=1, weights="trained", edit=()),
        *NOTHING_MUTED,
    ),
)
