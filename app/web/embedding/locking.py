"""What a lock of an embedded view does: fields are not shown, and what would change a locked setting is refused.

The address of a view states its settings, so another address is another view. A lock holds what a view offers:
none of its links, forms and scripts leads to another value of what is locked.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from starlette.requests import Request

from app.engine.errors import SpecError
from app.lab.stage.views import LabView
from app.lab.state.state import text_of
from app.lab.state.views import FieldView, OptionView
from app.messages import Message, Refusal, sentence
from app.web.address.base import CHANGED_BY_IMPORT
from app.web.address.params import PARSERS, state_from_query
from app.web.address.query import DECIDED_BY_OTHERS, in_effect
from app.web.address.urls import Urls
from app.web.embedding.frame import PICTURE, Frame
from app.web.watch.route_names import route_of

EDITING = ("kernel", "w", "was")  # the fields of the kernel that is being set by hand
OF_PICTURES = ("embed.upload", "embed.delete", "embed.live", "embed.live.frame")
OF_WEIGHTS = ("embed.weights", "embed.contents", "embed.import")
LADDER = "embed.ladder"  # its fields are those of another net


def locked(view: Any, urls: Urls) -> Any:
    """Return a view without the fields of locked settings; its form submits their values as hidden fields.

    An option of another field that would change a locked setting cannot be chosen.
    """
    frame = urls.frame
    if frame is None or not frame.lock or not isinstance(view, LabView):
        return view

    def rest(fields: tuple[FieldView, ...]) -> tuple[FieldView, ...]:
        free = (field for field in fields if field.name not in frame.locked)
        return tuple(replace(field, options=_options(field, urls, frame)) for field in free)

    first, second = (replace(layer, fields=rest(layer.fields)) for layer in view.layers)
    return replace(
        view,
        picture=replace(view.picture, fields=rest(view.picture.fields)),
        layers=(first, second),
        display=rest(view.display),
        unshown=tuple(dict.fromkeys((*view.unshown, *sorted(frame.locked)))),
    )


def _options(field: FieldView, urls: Urls, frame: Frame) -> tuple[OptionView, ...]:
    def why_not(value: str) -> Message | None:
        try:
            _check_values(frame, {**urls.all_given, field.name: value})
        except (Locked, SpecError) as error:
            return error.message
        return None

    return tuple(
        replace(one, refusal=one.refusal or (None if one.chosen else why_not(one.value)))
        for one in field.options
    )


class Locked(Refusal):
    """The page that embeds the view has locked what the request would change; `field` names it."""

    def __init__(self, field: str, message: Message) -> None:
        super().__init__(message.having(field=field))
        self.field = field


def check_locks(request: Request, frame: Frame) -> None:
    """Refuse a request that would change something that `frame` locks.

    Raises:
        Locked: names the field and says what would work.
        SpecError: a setting has a value that cannot work.
    """
    name = route_of(request.scope).name
    if name in OF_PICTURES and PICTURE in frame.locked:
        raise Locked(
            PICTURE,
            sentence("The {field} of this view is locked; its full page would work."),
        )
    if name in OF_WEIGHTS and not frame.locked.isdisjoint(CHANGED_BY_IMPORT):
        field = next(one for one in PARSERS if one in frame.locked & CHANGED_BY_IMPORT)
        raise Locked(
            field,
            sentence(
                "{field} is locked in this view, and an import would change it; its full page would work."
            ),
        )
    _check_editing(frame, request.query_params, str(request.path_params.get("layer")))
    if name != LADDER:
        _check_values(frame, request.query_params)


def without_editing(path: str, fields: Mapping[str, str], frame: Frame) -> dict[str, str]:
    """Return the fields of a view without those that set a kernel which `frame` locks."""
    layer = re.search(r"/layers/(\d)/", path)
    locked = layer is not None and f"edit{layer[1]}" in frame.locked
    return {name: text for name, text in fields.items() if not (locked and name in EDITING)}


def _check_editing(frame: Frame, query: Mapping[str, str], layer: str) -> None:
    field = next((one for one in EDITING if one in query), None)
    if field and f"edit{layer}" in frame.locked:
        raise Locked(
            field,
            sentence(
                "The kernels of layer {layer} are locked in this view; its address without {field} would work.",
                layer=layer,
            ),
        )


def _check_values(frame: Frame, query: Mapping[str, str]) -> None:
    held = [one for one in DECIDED_BY_OTHERS if one in frame.locked and query.get(one, "").strip()]
    if not held:
        return
    now = in_effect(state_from_query("", query))
    for field in held:
        stated, value = PARSERS[field](field, query[field].strip()), now[field]
        if stated != value:
            raise Locked(
                field,
                sentence(
                    "{field} is locked at {stated}, and these settings make it {value}; a change of other "
                    "settings would work.",
                    stated=text_of(stated),
                    value=text_of(value),
                ),
            )
