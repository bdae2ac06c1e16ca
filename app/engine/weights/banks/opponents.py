"""The bank of opponents: the difference of two colours, or of two sets of maps, as areas, spots, edges, lines."""

from collections.abc import Callable

from app.engine.weights.banks import axes, patterns
from app.engine.weights.banks.axes import Axis
from app.engine.weights.banks.patterns import SOBEL
from app.engine.weights.request import (
    Array,
    Bank,
    BankRequest,
    BankWeights,
    Filter,
    Pair,
    build_per_group,
    size_text,
)
from app.messages import Message, paragraph, sentence

SPOT_DEVIATION = 1 / 6  # as a part of the kernel's side
SMALLEST = 3  # side of the smallest kernels that have forms other than areas

ONE_COLOUR = sentence(
    "it sets channels against one another, and a filter here reads only one; channels=rgb would work"
)
ONE_MAP = sentence("it sets channels against one another, and a filter here reads only one")
TOO_FEW = sentence("it has {most} filters on {channels} channels with kernels of {size}")
TOO_FEW_IN_A_GROUP = sentence(
    "it has {most} filters on {channels} channels with kernels of {size}, for each group"
)

ALL_FORMS = sentence("areas, spots, edges and lines")
ONLY_AREAS = sentence("areas")
SCALED = sentence("The weights above zero sum to 1, those below to −1; not trained.")
AREA = sentence("Area")
FORMS: dict[Message, Callable[[Pair], Array]] = {
    AREA: lambda kernel: patterns.blur(kernel, SOBEL * max(max(kernel) - 1, 1) / 2),
    sentence("Spot"): lambda kernel: patterns.spot(kernel, SPOT_DEVIATION * max(kernel)),
    sentence("North edge"): lambda kernel: patterns.edge(kernel, 0),
    sentence("East edge"): lambda kernel: patterns.edge(kernel, 90),
    sentence("North-east edge"): lambda kernel: patterns.edge(kernel, 45),
    sentence("South-east edge"): lambda kernel: patterns.edge(kernel, 135),
    sentence("Horizontal line"): lambda kernel: patterns.line(kernel, 0),
    sentence("Vertical line"): lambda kernel: patterns.line(kernel, 90),
}


def _build(request: BankRequest) -> BankWeights:
    return build_per_group(request, lambda first: _filters(request, first))


def _filters(request: BankRequest, first: int) -> list[Filter]:
    over = _axes(request, first)
    members = [(form, axis) for form in _forms(request) for axis in over]
    return [
        Filter(axis.named(form), patterns.balanced(axis.of(FORMS[form](request.kernel))))
        for form, axis in members[: request.each]
    ]


def _forms(request: BankRequest) -> list[Message]:
    return list(FORMS) if min(request.kernel) >= SMALLEST else [AREA]


def _axes(request: BankRequest, first: int = 0) -> list[Axis]:
    if request.reads_colours:
        return axes.opposed_colours()
    return axes.opposed_parts(request.channels, first)


def _how_made(request: BankRequest) -> Message:
    forms = ALL_FORMS if len(_forms(request)) > 1 else ONLY_AREAS
    if request.reads_colours:
        made = sentence(
            "Every form ({forms}) on one colour less the same on its opposite: at each place of the kernel the "
            "weights of red, green and blue sum to 0, so a grey picture gives 0 everywhere.",
            forms=forms,
        )
    else:
        parts = len(_axes(request))
        made = sentence(
            "The maps are dealt in turn into {parts} parts, map 0 to the first, map 1 to the second. Every form "
            "({forms}) lies on the mean of one part less that of the part {half} further: what both have alike "
            "gives 0.",
            parts=parts,
            forms=forms,
            half=parts // 2,
        )
    return paragraph(made, SCALED)


def _why_not(request: BankRequest) -> Message | None:
    if request.channels < 2:
        return ONE_COLOUR if request.number == 1 else ONE_MAP
    most = len(_forms(request)) * len(_axes(request))
    if request.each > most:
        message = TOO_FEW_IN_A_GROUP if request.groups > 1 else TOO_FEW
        return message.having(most=most, channels=request.channels, size=size_text(request.kernel))
    return None


BANK = Bank(
    name="opponents",
    title=sentence("Colour opponents"),
    build=_build,
    how_made=_how_made,
    why_not=_why_not,
)
