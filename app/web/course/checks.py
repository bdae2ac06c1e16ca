"""Checks the views of the lab that a teacher's lesson names against the net of its settings."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from app.engine.explain.compose import check_composable
from app.engine.spec.windows import check_place
from app.lab.lab import DEFAULT_SAMPLE
from app.lab.state.state import State
from app.web.course.files import SceneFile
from app.web.embedding.view_table import place_at


def check_scene(state: State, scene: SceneFile) -> None:
    """Refuse a view that the net does not have.

    Raises:
        PlaceError: there is no such map, row or column.
        SpecError: the two layers do not equal one.
    """
    if scene.kind == "one_layer":
        check_composable(state.stack)
    check_place(state.stack, scene.layer, scene.channel, scene.row, scene.col, pooled=True)


def has_view(see: str, settings: Mapping[str, str]) -> bool:
    """Tell whether the lab has a view at `see`, which follows the picture in an address, with these settings.

    Raises:
        PlaceError: there is no such layer, map, row or column.
        SpecError: a field of it cannot work.
    """
    path, _, fields = see.partition("?")
    place = place_at(f"/images/{DEFAULT_SAMPLE}{path}", {**settings, **dict(parse_qsl(fields))})
    if place is None or not path.startswith("/"):
        return False
    stack, pixel = place.state.stack, place.extras if place.view.name == "pixel" else {}
    if place.view.name == "one_layer":
        check_composable(stack)
    if "layer" in place.numbers:
        row, col = (int(pixel.get(name, 0)) for name in ("row", "col"))
        channel = place.numbers.get("channel", 0)
        check_place(stack, place.numbers["layer"], channel, row, col, pooled=True)
    return True
