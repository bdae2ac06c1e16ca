"""Which views have a file, and what each puts into it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from app.engine.errors import SpecError
from app.lab.compute.passes import check_layer
from app.lab.fold.build import fold_view
from app.lab.lab import Lab
from app.lab.maps.build import grid_view
from app.lab.pixel.build import pixel_view
from app.lab.stage.lessons.build import lesson_state, lesson_view
from app.lab.stage.lessons.lesson import SKIPPED
from app.lab.stage.lessons.views import LessonView, SceneView
from app.lab.stage.snapshots.fold import fold_pictures
from app.lab.stage.snapshots.views import FoldPicturesView
from app.lab.stage.wall_page import wall_view
from app.lab.state.state import State, build, flatten
from app.messages import sentence
from app.web.address.urls import Urls
from app.web.embedding.share import Share
from app.web.embedding.view_table import Place
from app.web.pages.deep_nets import ladder_of

MOST_BYTES = 2_000_000  # of a file
OF_THE_TEXT = 280_000  # of these, for what is no picture
IN_BASE64 = 3 / 4
OF_THE_PHOTO = 2.5  # bytes that a pixel of it takes, as text
MOST_CELLS = 4_000  # of a ledger that is written out, in its windows
MOST_OF_A_WALL = 6_400  # contributions
TILES = (
    256,
    128,
    96,
    64,
    48,
    32,
)  # greatest sides of the maps in a grid: the first that fits is used


@dataclass(frozen=True, kw_only=True)
class Making:
    """What a file is made from: `query` are the fields of its address, `free` bytes are for other pictures."""

    place: Place
    lab: Lab
    urls: Urls
    query: Mapping[str, str]
    templates: Environment
    free: int = 0

    def number(self, name: str) -> int:
        """Return the layer or the map of the path."""
        return self.place.numbers[name]

    def extra(self, name: str) -> int | None:
        """Return a whole number of the query, None where it is not given."""
        given = self.place.extras.get(name)
        return None if given is None else int(given)


@dataclass(frozen=True)
class Contents:
    """What a template of a file shows, by name, and the pictures that only a file has, by their addresses."""

    context: dict[str, Any]
    pictures: dict[str, bytes]
    urls: Urls


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A view that has a file: the function that fills its template, its style sheets and its scripts."""

    fill: Callable[[Making], Contents]
    styles: tuple[str, ...]
    scripts: tuple[str, ...] = ()
    name: str


def _fold(making: Making) -> Contents:
    state, at = making.place.state, (making.number("layer"), making.number("channel"))
    fold = fold_view(making.lab.passes, state, *at, step=making.extra("sum"))
    pictures = fold_pictures(making.lab.passes, state, *at, room=_room(making.free))
    return Contents(
        {"fold": fold, "pictures": pictures, "words": Share(making.urls, "").words},
        _addressed(pictures),
        making.urls,
    )


def _pixel(making: Making) -> Contents:
    state, passes = making.place.state, making.lab.passes
    at = (making.number("layer"), making.number("channel"))
    row, col = making.extra("row"), making.extra("col")
    assert row is not None
    assert col is not None
    fold = fold_view(passes, state, *at, step=making.extra("sum"))
    pixel = pixel_view(
        passes, state, (*at, row, col), summed=fold.ordered, value=making.extra("value")
    )
    cells = sum(len(one.window) * len(one.window[0]) for one in pixel.contributions)
    context = {"pixel": pixel, "short": cells > MOST_CELLS, "urls": making.urls, "offline": True}
    ledger = making.templates.get_template("snapshot/snapshot_ledger.html").render(context)
    photo = int(OF_THE_PHOTO * state.stack.size**2)
    pictures = fold_pictures(passes, state, *at, room=_room(making.free + len(ledger) + photo))
    return Contents(
        {
            **context,
            "fold": fold,
            "pictures": pictures,
            "ledger": Markup(ledger),
            "words": Share(making.urls, "").words,
        },
        _addressed(pictures),
        making.urls,
    )


def _wall(making: Making) -> Contents:
    state, layer = making.place.state, making.number("layer")
    wall = wall_view(
        making.lab.passes, state, layer, column=making.extra("column"), row=making.extra("row")
    )
    if wall.channels * wall.filters > MOST_OF_A_WALL:
        raise SpecError(
            f"filters{layer}",
            sentence(
                "A file of {count:,} contributions would take more than 2 MB; a wall of up to {most:,}, "
                "with fewer filters, would work, and so would the file of one map.",
                count=wall.channels * wall.filters,
                most=MOST_OF_A_WALL,
            ),
        )
    return Contents({"wall": wall}, {}, making.urls)


def _maps(making: Making) -> Contents:
    lab, state, layer = making.lab, making.place.state, making.number("layer")
    check_layer(layer)
    fitting = (
        tile for tile in TILES if len(lab.sheets.png(state, layer, tile)) <= _room(making.free)
    )
    run = lab.passes.layer_run(state, layer)
    maps = grid_view(run, layer, state.display, next(fitting, TILES[-1]))
    return Contents({"maps": maps, "words": Share(making.urls, "").words}, {}, making.urls)


def _ladder(making: Making) -> Contents:
    return Contents({"ladder": ladder_of(making.query)}, {}, making.urls)


def _lesson(making: Making) -> Contents:
    lab, given = making.lab, making.place.state
    lesson = lab.lessons.lesson(making.place.name)
    state, _ = lesson_state(lesson, given)

    def view(guess: str | None) -> LessonView:
        return lesson_view(lab.passes, given, lesson, lab.lessons, guess=guess)

    answered = view(SKIPPED)
    assert answered.reveal  # nobody votes on a file
    told = {one.value: lesson.reveal(lab.passes, state, one.value) for one in lesson.options}
    drawn: dict[str, bytes] = {}

    def pictures_of(scene: SceneView) -> FoldPicturesView:
        its = _with(state, scene)
        made = fold_pictures(lab.passes, its, scene.layer, scene.channel, room=_room(making.free))
        drawn.update(_addressed(made))
        return made

    context = {
        "lesson": view(None),
        "answered": answered,
        "reveals": {**told, SKIPPED: answered.reveal},
        "own": making.urls,
        "pictures_of": pictures_of,
        "presented": False,
    }
    return Contents(context, drawn, replace(making.urls, state=state))


KINDS = {
    "fold": Kind(
        name="fold", fill=_fold, styles=("grid", "fold", "field"), scripts=("sum", "grid", "values")
    ),
    "pixel": Kind(
        name="pixel",
        fill=_pixel,
        styles=("grid", "fold", "field", "pixel"),
        scripts=("sum", "grid", "values"),
    ),
    "wall": Kind(name="wall", fill=_wall, styles=(), scripts=("closer",)),
    "maps": Kind(name="maps", fill=_maps, styles=("grid",), scripts=("grid", "closer")),
    "ladder": Kind(name="ladder", fill=_ladder, styles=("finding", "ladder")),
    "lesson": Kind(
        name="lesson",
        fill=_lesson,
        styles=(
            *(
                "field",
                "grid",
                "fold",
                "pixel",
                "kinds",
                "ladder",
                "one-layer",
                "learning",
                "training",
                "faces",
            ),
            *("map", "lesson", "lesson-scenes", "lesson-views", "numbers", "wall"),
        ),
        scripts=("sum", "grid", "values", "closer", "answers"),
    ),
}


def _room(other: int) -> int:
    return int((MOST_BYTES - OF_THE_TEXT - other) * IN_BASE64)


def _with(state: State, scene: SceneView) -> State:
    return build(state.image_id, flatten(state) | dict(scene.settings))


def _addressed(pictures: FoldPicturesView) -> dict[str, bytes]:
    each = {
        "steps": pictures.steps.png,
        "last": pictures.last,
        "contributions": pictures.contributions.png,
        "kernels": pictures.kernels,
        **{f"channel-{number}": png for number, png in enumerate(pictures.channels)},
    }
    if pictures.inputs:
        each["inputs"] = pictures.inputs.png
    return {f"snapshot:{name}": png for name, png in each.items()}
