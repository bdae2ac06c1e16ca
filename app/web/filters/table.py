"""The filters by the names that the templates use."""

from typing import Any

from app import figures
from app.web.address.below import with_below
from app.web.embedding.print_layout import on_paper
from app.web.filters import files, numbers, shapes, stage, sums, words

FILTERS: dict[str, Any] = {
    "marked_list": figures.marked_list,
    "number": figures.number,
    "marked": figures.marked,
    "typed": numbers.typed,
    "path": numbers.path,
    "percent": numbers.percent,
    "signed_percent": numbers.signed_percent,
    "times": numbers.times,
    "mebibytes": numbers.mebibytes,
    "plural": words.plural,
    "fixed": numbers.fixed,
    "signed": numbers.signed,
    "shape": shapes.shape,
    "map_shape": shapes.map_shape,
    "dense_shape": shapes.dense_shape,
    "face_sum": sums.face_sum,
    "face_rule": sums.face_rule,
    "places": sums.places,
    "row_places": sums.row_places,
    "written": sums.written,
    "sum_rounding": sums.sum_rounding,
    "total_rounding": sums.total_rounding,
    "share_words": words.share_words,
    "relative_change": words.relative_change,
    "sum_label": words.sum_label,
    "activation": words.activation,
    "sum_at": words.sum_at,
    "pool_words": words.pool_words,
    "made_by": words.made_by,
    "last_lines": words.last_lines,
    "way": words.way,
    "lines": stage.lines,
    "view_box": stage.view_box,
    "weight": stage.weight,
    "weight_lines": stage.weight_lines,
    "is_written": stage.is_written,
    "with_below": with_below,
    "on_paper": on_paper,
    "base64": files.base64,
    "share_bars": files.share_bars,
    "wall_names": files.wall_names,
    "wall_means": files.wall_means,
}
