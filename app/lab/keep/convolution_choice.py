"""Which two convolutions of a file become the layers, and the view of a file's contents."""

from dataclasses import dataclass

from app.engine.spec.stack import FILTERS, KERNELS
from app.lab.keep.views import ContentsView, ConvolutionView
from app.messages import sentence
from app.untrusted.weights.chains import Pair, chain
from app.untrusted.weights.convolution import ORDERS, Convolution, Order
from app.untrusted.weights.errors import NoPair, NoSuchConvolution
from app.untrusted.weights.limits import Limits
from app.untrusted.weights.weights import WeightFile

LIMITS = Limits(filters=FILTERS, kernels=KERNELS)

MOST_LISTED = 256  # convolutions on the page of an import, each with its name five times

NONE_FOLLOWS = sentence(
    "No convolution of the file can follow {given}; naming both, or another one, would work."
)
NONE_COMES_BEFORE = sentence(
    "No convolution of the file can come before {given}; naming both, or another one, would work."
)


@dataclass(frozen=True, kw_only=True)
class ConvolutionChoice:
    """The tensors chosen as the two layers, and the order of their axes; None leaves it to the reader of the
    file.
    """

    first: str | None = None
    second: str | None = None
    first_order: Order | None = None
    second_order: Order | None = None


def choose_pair(found: WeightFile, choice: ConvolutionChoice) -> Pair:
    """Return the two chosen convolutions; for one that was not chosen, the first that fits.

    Raises:
        NoSuchConvolution: the file has none with that name; `field` says which of the two.
        NoPair: they do not chain, or nothing chains with the chosen one.
    """
    first, second = _named(found, choice, "first"), _named(found, choice, "second")
    if first is None and second is None:
        pair = found.first_pair()
        first, second = (pair.first.read_as(choice.first_order), pair.second)
        second = second.read_as(choice.second_order)
    if first is None or second is None:
        return _with_one(found, first, second, choice)
    return chain(first, second, found.limits)


def contents_view(found: WeightFile) -> ContentsView:
    """Describe the contents of a file, and the two convolutions that are proposed."""
    pair, why_none = None, None
    try:
        pair = found.first_pair()
    except NoPair as error:
        why_none = error.message
    return ContentsView(
        format=found.format,
        count=len(found.convolutions),
        convolutions=_listed(found, pair),
        first=pair.first.name if pair else None,
        second=pair.second.name if pair else None,
        why_none=why_none,
    )


def convolution_view(one: Convolution) -> ConvolutionView:
    """Describe one convolution."""
    other = next(order for order in ORDERS if order != one.order)
    return ConvolutionView(
        name=one.name,
        stored=one.stored,
        order=one.order,
        shape=one.shape,
        bias=one.bias,
        fits=one.fits(LIMITS),
        fits_otherwise=one.read_as(other).fits(LIMITS),
    )


def _listed(found: WeightFile, pair: Pair | None) -> tuple[ConvolutionView, ...]:
    """Describe the convolutions in the order of the file; of very many, the proposed ones and those that fit."""
    views = list(map(convolution_view, found.convolutions))
    proposed = {pair.first.name, pair.second.name} if pair else set()

    def rank(place: int) -> tuple[bool, bool]:
        one = views[place]
        return one.name not in proposed, not (one.fits or one.fits_otherwise)

    places = sorted(range(len(views)), key=rank)[:MOST_LISTED]
    return tuple(views[place] for place in sorted(places))


def _named(found: WeightFile, choice: ConvolutionChoice, field: str) -> Convolution | None:
    name: str | None = getattr(choice, field)
    order: Order | None = getattr(choice, f"{field}_order")
    if name is None:
        return None
    try:
        return found.find(name).read_as(order)
    except NoSuchConvolution as error:
        error.field = field
        raise


def _with_one(
    found: WeightFile,
    first: Convolution | None,
    second: Convolution | None,
    choice: ConvolutionChoice,
) -> Pair:
    """Return the pair of the given convolution and the nearest one after it that chains, or else before it."""
    given = first or second
    assert given is not None
    names = [one.name for one in found.convolutions]
    place = names.index(given.name)
    behind, before = found.convolutions[place + 1 :], found.convolutions[:place]
    others = [*behind, *before] if first else [*reversed(before), *behind]
    fitting: list[Pair] = []
    for other in others:
        try:
            fitting.append(
                chain(given, other.read_as(choice.second_order), found.limits)
                if first
                else chain(other.read_as(choice.first_order), given, found.limits)
            )
        except NoPair:
            continue
    if not fitting:
        raise NoPair((NONE_FOLLOWS if first else NONE_COMES_BEFORE).having(given=given))
    return min(fitting, key=_guesses_groups)  # the first of those that are as good


def _guesses_groups(pair: Pair) -> bool:
    return pair.second.channels != pair.first.filters
