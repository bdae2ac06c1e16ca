"""Which views have a file, and what each puts into it."""

from app.engine.errors import SpecError
from app.lab.compute.passes import check_layer
from app.lab.fold.build import fold_view
from app.lab.maps.build import grid_view
from app.lab.pixel.build import pixel_view
from app.lab.stage.snapshots.fold import fold_pictures
from app.lab.stage.wall_page import wall_view
from app.messages import sentence
from app.web.embedding.share import Share
from app.web.pages.deep_nets import ladder_of
from app.web.snapshot.lesson import fill_lesson
from app.web.snapshot.making import Contents, Kind, Making, with_folds

MOST_CELLS = 4_000  # of a ledger that is written out, in its windows
OF_A_ROW, OF_A_CELL = 1_500, 147  # characters of a ledger, about
MOST_OF_A_WALL = 6_400  # contributions
# Greatest sides of the maps in a grid: the first that fits is used.
TILES = (256, 128, 96, 64, 48, 32)


def _fold(making: Making) -> Contents:
    state, at = making.place.state, (making.number("layer"), making.number("channel"))
    fold = fold_view(making.lab.passes, state, *at, step=making.extra("sum"))
    pictures = fold_pictures(making.lab.passes, state, *at, room=making.room)
    context = {"fold": fold, "pictures": pictures, "at": "", "words": _words(making)}
    return with_folds(context, making.urls, {"": pictures})


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
    short = cells > MOST_CELLS
    ledger = OF_A_ROW * len(pixel.contributions) + (0 if short else OF_A_CELL * cells)
    pictures = fold_pictures(passes, state, *at, room=making.room_with(ledger))
    context = {
        "pixel": pixel,
        "short": short,
        "fold": fold,
        "pictures": pictures,
        "at": "",
        "words": _words(making),
    }
    return with_folds(context, making.urls, {"": pictures})


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
    return Contents({"wall": wall}, making.urls, {})


def _maps(making: Making) -> Contents:
    lab, state, layer = making.lab, making.place.state, making.number("layer")
    check_layer(layer)
    sheets = ((tile, len(lab.sheets.png(state, layer, tile))) for tile in TILES)
    tile, nbytes = next((one for one in sheets if one[1] <= making.room), (TILES[-1], 0))
    run = lab.passes.layer_run(state, layer)
    maps = grid_view(run, layer, state.display, tile)
    return Contents({"maps": maps, "words": _words(making)}, making.urls, {}, nbytes)


def _ladder(making: Making) -> Contents:
    return Contents({"ladder": ladder_of(making.query)}, making.urls, {})


def _words(making: Making) -> str:
    return Share(making.urls, "").words


SUM_STYLES = ("grid", "fold", "equation", "field")
SUM_SCRIPTS = ("sum", "grid", "values")
IN_A_LESSON = (
    *("field", "grid", "fold", "equation", "pixel", "kinds", "ladder", "one-layer", "learning"),
    *("training", "faces", "map", "lesson", "lesson-scenes", "lesson-views", "numbers"),
    *("stage-grid", "wall"),
)
KINDS = {
    one.name: one
    for one in (
        Kind(name="fold", fill=_fold, styles=SUM_STYLES, scripts=SUM_SCRIPTS),
        Kind(
            name="pixel",
            fill=_pixel,
            styles=(*SUM_STYLES, "pixel", "kinds"),
            scripts=(*SUM_SCRIPTS, "more"),
        ),
        Kind(name="wall", fill=_wall, styles=(), scripts=("closer",)),
        Kind(name="maps", fill=_maps, styles=("grid",), scripts=("grid", "closer")),
        Kind(name="ladder", fill=_ladder, styles=("finding", "ladder")),
        Kind(
            name="lesson",
            fill=fill_lesson,
            styles=IN_A_LESSON,
            scripts=(*SUM_SCRIPTS, "closer", "more", "training", "answers"),
        ),
    )
}
