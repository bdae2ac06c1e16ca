"""Removes the form fields of locked settings from an embedded view; the settings keep their values."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from app.lab.stage.views import LabView
from app.lab.state.views import FieldView


def locked(view: Any, names: Iterable[str]) -> Any:
    """Return a view without the fields of some settings; its form submits their values as hidden fields."""
    fixed = frozenset(names)
    if not fixed or not isinstance(view, LabView):
        return view

    def rest(fields: tuple[FieldView, ...]) -> tuple[FieldView, ...]:
        return tuple(field for field in fields if field.name not in fixed)

    first, second = (replace(layer, fields=rest(layer.fields)) for layer in view.layers)
    return replace(
        view,
        picture=replace(view.picture, fields=rest(view.picture.fields)),
        layers=(first, second),
        display=rest(view.display),
        unshown=tuple(dict.fromkeys((*view.unshown, *sorted(fixed)))),
    )
