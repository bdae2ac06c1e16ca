"""The blur pyramid: Gaussians from narrow to wide, each with weights that sum to 1."""

from app.engine.weights.banks import axes, patterns
from app.engine.weights.banks.axes import Axis
from app.engine.weights.request import Bank, BankRequest, BankWeights, Filter, build_per_group
from app.messages import Message, paragraph, sentence

FEWEST_LEVELS = 4
FINEST, COARSEST = 1 / 8, 1 / 3  # standard deviations, as parts of the kernel's side


def deviations(request: BankRequest) -> list[float]:
    """Return the standard deviation of each level in pixels, a geometric sequence."""
    side, levels = max(request.kernel), _levels(request)
    return [
        side * FINEST * (COARSEST / FINEST) ** (level / max(levels - 1, 1))
        for level in range(levels)
    ]


def _build(request: BankRequest) -> BankWeights:
    return build_per_group(request, lambda first: _filters(request, first))


def _filters(request: BankRequest, first: int) -> list[Filter]:
    over, sizes = _axes(request, first), deviations(request)
    made = []
    for level, part in (divmod(index, len(over)) for index in range(request.each)):
        weight = over[part].of(patterns.blur(request.kernel, sizes[level]))
        name = sentence("Blur, σ {deviation:.3g}", deviation=sizes[level])
        made.append(Filter(over[part].named(name), weight))
    return made


def _levels(request: BankRequest) -> int:
    return max(-(-request.each // request.channels), min(request.each, FEWEST_LEVELS))


def _axes(request: BankRequest, first: int) -> list[Axis]:
    count = -(-request.each // _levels(request))
    if request.reads_colours and count == request.channels:
        return list(axes.SINGLE_COLOURS)
    return axes.means(request.channels, count, first)


def _how_made(request: BankRequest) -> Message:
    sizes, count = deviations(request), len(_axes(request, 0))
    levels = sentence(
        "Gaussians of {levels} levels, their standard deviation growing in equal ratios from {least:.3g} to "
        "{most:.3g} pixels, cut to the kernel and scaled so that all weights of a filter sum to 1; not trained.",
        levels=len(sizes),
        least=sizes[0],
        most=sizes[-1],
    )
    return levels if request.channels == 1 else paragraph(levels, _what_is_blurred(request, count))


def _what_is_blurred(request: BankRequest, parts: int) -> Message:
    if parts == 1:
        return sentence("Each level blurs the mean of all channels.")
    if parts == request.channels:
        return sentence("Each level blurs every channel by itself, one filter each.")
    return sentence(
        "The maps are dealt in turn into {parts} parts, map 0 to the first, map 1 to the second; each level blurs "
        "the mean of every part, one filter each.",
        parts=parts,
    )


BANK = Bank(
    name="blur",
    title=sentence("Blur pyramid"),
    build=_build,
    how_made=_how_made,
    why_not=lambda request: None,
)
