"""The ladder: what each layer of a deep net makes of an image."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Response
from starlette.requests import Request
from starlette.responses import RedirectResponse

from app.engine.deep_nets.nets import written
from app.engine.errors import SpecError
from app.lab.deep_nets.build import (
    CHANNELS,
    DEFAULT_NET,
    SIZE,
    ladder_view,
    named,
    of_stack,
    read,
    without_pools,
)
from app.lab.deep_nets.views import LadderView
from app.lab.lab import DEFAULT_SAMPLE, Lab
from app.messages import Message, sentence
from app.web import htmx
from app.web.address.params import state_from_query, whole_or_none
from app.web.filters.shapes import in_order, shape
from app.web.filters.words import plural
from app.web.rendering import render, urls_of
from app.web.route_context import SUBMIT_MARK, get_lab
from app.web.route_facts import PAGE, SHARED_DATA, FactRouter

router = FactRouter()
SHOWN = ("axes",)  # the settings of other views that have a meaning here


@router.get("/ladder", PAGE, name="ladder")
@router.get("/ladder.json", SHARED_DATA, name="ladder.json")
def show_ladder(request: Request, lab: Annotated[Lab, Depends(get_lab)]) -> Response:
    """Answer the ladder of a net with a name, or of a list of layers."""
    query = request.query_params
    shown = {name: query[name] for name in SHOWN if name in query}
    state = state_from_query(DEFAULT_SAMPLE, shown)
    view = ladder_of(query)
    urls = urls_of(request, state)
    here = urls.deep_nets.page(view.written, size=view.size, channels=view.channels)
    fragment = htmx.wants_fragment(request)
    if SUBMIT_MARK in query and not fragment:
        return RedirectResponse(here, status_code=303)
    examples = _examples(lab)
    words = _words(view, state.display.axes)
    response = render(request, "ladder", view, state, here=here, examples=examples, words=words)
    if fragment:
        htmx.push_url(response, here)
    return response


def ladder_of(query: Mapping[str, str]) -> LadderView:
    """Describe the net that an address names.

    Raises:
        SpecError: a field has a value that cannot work.
    """
    text, net = query.get("layers", "").strip(), query.get("net", "").strip()
    if text and net:
        raise SpecError(
            "net", sentence("{field} and layers are both given; one of them would work.")
        )
    layers = read(text) if text else named(net or DEFAULT_NET)
    size, channels = (whole_or_none(name, query) for name in ("size", "channels"))
    return ladder_view(
        layers,
        size=SIZE if size is None else size,
        channels=CHANNELS if channels is None else channels,
    )


def _words(view: LadderView, axes: str) -> Message:
    """Say in one line what the net makes of an image."""
    total, last = view.total, view.layers[-1]
    first, end = (shape(in_order(one, axes)) for one in (view.input_shape, last.shape))
    convolutions, pools = plural(total.convolutions, "convolution"), plural(total.pools, "pool")
    if not total.pools:
        return sentence(
            "{first} → {convolutions} → {end}", first=first, convolutions=convolutions, end=end
        )
    if not total.convolutions:
        return sentence("{first} → {pools} → {end}", first=first, pools=pools, end=end)
    return sentence(
        "{first} → {convolutions} and {pools} → {end}",
        first=first,
        convolutions=convolutions,
        pools=pools,
        end=end,
    )


def _examples(lab: Lab) -> tuple[tuple[Message | str, str, int], ...]:
    """Return nets to look at: what they are called, the list of their layers, and the size of their image."""
    vgg, stack = named(DEFAULT_NET), lab.first_state().stack
    two = of_stack(stack) or ()
    return (
        ("VGG-16", written(vgg), SIZE),
        (sentence("VGG-16 without its pools"), written(without_pools(vgg)), SIZE),
        (sentence("the two layers of the lab"), written(two), stack.size),
    )
