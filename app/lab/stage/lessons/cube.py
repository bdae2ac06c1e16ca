"""How many weights has a 3x3 filter on an RGB picture? A kernel for each channel, so 27."""

from app.engine.explain.fold import kernels_equal
from app.engine.spec import geometry
from app.figures import Figure
from app.lab.compute.layer_cache import Pass
from app.lab.compute.passes import Passes
from app.lab.pieces.kernels import CHANNEL_NAMES
from app.lab.stage.lab_page import colour_filter
from app.lab.stage.lessons.lesson import SKIPPED, Explanation, Lesson, Option, Reveal, Scene
from app.lab.state.state import State
from app.messages import Message, sentence

PREFERRED = 50  # of the filters made by hand: an edge from yellow to blue
SIDE = 3
CHANNELS = len(CHANNEL_NAMES[3])
EACH = SIDE * SIDE
WEIGHTS = geometry.products_per_value((SIDE, SIDE), CHANNELS).value
CARRIED = geometry.products_per_value((5, 5), 10)


def _reveal(passes: Passes, state: State, guess: str) -> Reveal:
    channel = _filter(passes.layer_run(state, 1))
    return Reveal(
        right=None if guess == SKIPPED else guess == str(WEIGHTS),
        verdict=sentence("It has {weights}, a kernel for each channel.", weights=WEIGHTS),
        says=_says(passes, state, guess, channel),
        correct=str(WEIGHTS),
        scenes=(Scene(kind="fold", layer=1, channel=channel),),
        see=f"/layers/1/maps/{channel}/contributions",
        why=Explanation(
            question=sentence("Why a kernel for each channel?"),
            answer=sentence(
                "Red, green and blue can differ at the same place. With a kernel for each of them a filter can "
                "look for an edge from red to green, which has the same brightness on both sides. A layer deeper "
                "in the net does the same with the maps before it: a kernel for each map."
            ),
        ),
        carry=Explanation(
            question=sentence("How many weights has a 5 × 5 filter that reads 10 channels?"),
            answer=sentence(
                "{formula} = {weights}. The filter is always as deep as what it reads.",
                formula=CARRIED.formula,
                weights=CARRIED.value,
            ),
        ),
    )


def _filter(run: Pass) -> int:
    """Return a filter of layer 1 whose kernels differ and all have weights, or one that comes near."""
    bank = run.bank(1).full  # (F, C, kh, kw)
    tried: tuple[int, ...] = (min(PREFERRED, len(bank) - 1), *range(len(bank)))
    for channel in tried:
        if bank[channel].any(axis=(1, 2)).all() and not kernels_equal(bank[channel]):
            return channel
    return colour_filter(run)


def _says(passes: Passes, state: State, guess: str, channel: int) -> Message:
    if guess == str(EACH):
        return _says_of_one_kernel(passes, state, channel)
    if guess == str(CHANNELS):
        return sentence(
            "{channels} would be one weight for each channel, which is a 1 × 1 filter: it sees one pixel and no "
            "neighbour. This filter sees {each} pixels in each of the {channels} channels, so it has {channels} × "
            "{each} = {weights} weights.",
            channels=CHANNELS,
            each=EACH,
            weights=WEIGHTS,
        )
    if guess == str(EACH + CHANNELS):
        return sentence(
            "{sum} is {each} + {channels}. But a channel does not add one weight to a kernel: it brings a kernel "
            "of its own. So it is {each} × {channels} = {weights}.",
            sum=EACH + CHANNELS,
            each=EACH,
            channels=CHANNELS,
            weights=WEIGHTS,
        )
    return sentence(
        "{channels} channels with {each} weights each: {channels} × {each} = {weights}. You see filter {filter}: "
        "R, G and B each have a kernel, and the three results are added to one map.",
        channels=CHANNELS,
        each=EACH,
        weights=WEIGHTS,
        filter=channel,
    )


def _says_of_one_kernel(passes: Passes, state: State, channel: int) -> Message:
    fold = passes.fold(state, 1, channel)
    if kernels_equal(fold.run.bank(1).full[channel]):
        return sentence(
            "{each} is one kernel. In this net the kernels for R, G and B happen to be equal in every filter, but "
            "each channel still has its own: {channels} × {each} = {weights} weights, which could differ.",
            each=EACH,
            channels=CHANNELS,
            weights=WEIGHTS,
        )
    shared = fold.wrong["shared"]
    assert shared.kernel_of is not None
    return sentence(
        "{each} is one kernel. Then R, G and B would share it. If all three took the kernel of {name}, map {map} "
        "would differ by up to {off} on this picture. Each channel has its own: {channels} × {each} = {weights}.",
        each=EACH,
        name=CHANNEL_NAMES[3][shared.kernel_of],
        map=channel,
        off=Figure(shared.greatest_difference),
        channels=CHANNELS,
        weights=WEIGHTS,
    )


LESSON = Lesson(
    name="cube",
    title=sentence("How large is one filter?"),
    question=sentence(
        "A 3 × 3 filter meets an RGB picture. How many weights does the filter have?"
    ),
    seen=sentence(
        "You see the picture and what it is made of: red, green and blue. The bias is not counted."
    ),
    reason=sentence(
        "Guess first: those who say what they expect before they look remember the answer better."
    ),
    scenes=(Scene(kind="picture"),),
    reveal=_reveal,
    options=tuple(
        Option(value=str(count), text=sentence("{count} weights", count=count))
        for count in (EACH, WEIGHTS, CHANNELS, EACH + CHANNELS)
    ),
    fixed=(("channels", "rgb"), ("kernel1", (SIDE, SIDE)), ("kind1", "standard"), ("groups1", 1)),
)
