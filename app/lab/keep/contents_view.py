"""The view of what a weight file holds, and of one of its convolutions."""

from app.lab.keep.views import BatchNormView, ContentsView, ConvolutionView
from app.lab.keep.weight_jobs import LIMITS
from app.shown_text import shown_text
from app.untrusted.weights.layers.choice import ORDERS
from app.untrusted.weights.layers.contents import Contents
from app.untrusted.weights.layers.layer import FoundLayer

MOST_LISTED = 256  # convolutions on the page of an import, each with its name five times


def contents_view(found: Contents) -> ContentsView:
    """Describe the contents of a file, and the two convolutions that are proposed."""
    proposed = found.pair.places if found.pair else ()
    first, second = proposed or (None, None)
    return ContentsView(
        format=found.format,
        count=len(found.layers),
        convolutions=_listed(found, proposed),
        first=None if first is None else found.layers[first].name,
        second=None if second is None else found.layers[second].name,
        relation=found.relation,
        why_none=found.why_none,
        vectors=found.vectors,
        has_batch_norm=any(layer.batch_norm for layer in found.layers),
        batch_norms=tuple(
            BatchNormView(
                layer=number,
                name=shown_text(norm.label, most=80),
                epsilon=f"{norm.epsilon:.8f}".rstrip("0"),
                stated=norm.trust == "stated",
            )
            for number, place in enumerate(proposed, 1)
            if (norm := found.layers[place].batch_norm)
        ),
    )


def convolution_view(one: FoundLayer) -> ConvolutionView:
    """Describe one convolution."""
    others = [one.read_as(order) for order in ORDERS if order != one.order]
    may_differ = set(one.order) == set(ORDERS[0]) and one.kind == "standard"
    return ConvolutionView(
        name=shown_text(one.name),
        stored=one.stored,
        order=one.order,
        kind=one.kind,
        shape=one.shape,
        filters=one.filters,
        bias=shown_text(one.bias) if one.bias else None,
        batch_norm=shown_text(one.batch_norm.label, most=80) if one.batch_norm else None,
        fits=one.fits(LIMITS),
        fits_otherwise=may_differ and any(each.fits(LIMITS) for each in others),
    )


def _listed(found: Contents, proposed: tuple[int, ...]) -> tuple[ConvolutionView, ...]:
    """Describe the convolutions in the order of the file; of very many, the proposed ones and those that fit."""
    views = list(map(convolution_view, found.layers))

    def rank(place: int) -> tuple[bool, bool]:
        one = views[place]
        return place not in proposed, not (one.fits or one.fits_otherwise)

    places = sorted(range(len(views)), key=rank)[:MOST_LISTED]
    return tuple(views[place] for place in sorted(places))
