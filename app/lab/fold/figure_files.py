"""A figure as a file: SVG that holds its pictures and keeps text as text, or PNG."""

import base64
import unicodedata
from collections.abc import Iterable
from html import escape

from app.drawing.boards import GREEN, INK, PAPER, Board
from app.drawing.png import encode_png, encode_rgb_png
from app.lab.compute.passes import Passes
from app.lab.compute_timing import timed
from app.lab.errors import NoSuchFile
from app.lab.fold.figure import Box, Figure, Picture, Text, fold_figure
from app.lab.pieces.stack_facts import Source
from app.lab.state.state import State
from app.messages import enumerated, sentence
from app.shown_text import shown_text

FONTS = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', 'Liberation Sans', sans-serif"
ANCHORS = {"start": "ls", "middle": "ms"}  # Pillow's, of the base line


@timed("export")
def figure_file(
    passes: Passes, state: State, layer: int, channel: int, form: str, source: Source
) -> bytes:
    """Return the figure of the fold of one map, as `svg` or `png`.

    Raises:
        NoSuchMap: the stack has no such map.
        NoSuchFile: there is no such form of the figure.
    """
    if form not in DRAWN:
        raise NoSuchFile(
            sentence(
                "There is no figure as {form}; {forms} would work.",
                form=shown_text(form, most=20),
                forms=enumerated(DRAWN),
            )
        )
    return DRAWN[form](fold_figure(passes.fold(state, layer, channel), state, source))


def figure_svg(figure: Figure) -> bytes:
    """Return the figure as an SVG that needs no other file."""
    size = f"{figure.width} {figure.height}"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" width="{figure.width}" '
        f'height="{figure.height}" font-family="{FONTS}" fill="{_colour(INK)}">',
        f"<title>{escape(figure.title)}</title>",
        f'<rect width="{figure.width}" height="{figure.height}" fill="{_colour(PAPER)}"/>',
        *map(_image, figure.pictures),
        _arrow(figure.arrow),
        *map(_text, figure.texts),
        "</svg>",
    ]
    return "\n".join(lines).encode()


def figure_png(figure: Figure) -> bytes:
    """Return the figure as a PNG. Its font knows no other letters than those of ASCII."""
    board = Board(figure.width, figure.height)
    for one in figure.pictures:
        board.put(one.table[one.indices], one.box)
    board.arrow(figure.arrow)
    for text in figure.texts:
        known = unicodedata.normalize("NFKD", text.text).encode("ascii", "ignore").decode()
        board.write(known, text.at, size=text.size, anchor=ANCHORS[text.anchor])
    return encode_rgb_png(board.pixels())


def _image(one: Picture) -> str:
    left, top, width, height = one.box
    data = base64.b64encode(encode_png(one.indices, one.table)).decode()
    return (
        f'<image x="{left}" y="{top}" width="{width}" height="{height}" image-rendering="pixelated" '
        f'preserveAspectRatio="none" href="data:image/png;base64,{data}">'
        f"<title>{escape(one.title)}</title></image>"
    )


def _arrow(box: Box) -> str:
    left, top, width, height = box
    middle, tip, head = top + height / 2, left + width, height / 4
    back = f"{tip - head:g}"
    path = f"M{left} {middle:g}H{tip}M{back} {middle - head:g}L{tip} {middle:g}L{back} {middle + head:g}"
    return f'<path d="{path}" fill="none" stroke="{_colour(GREEN)}" stroke-width="4"/>'


def _text(one: Text) -> str:
    x, y = one.at
    anchor = "" if one.anchor == "start" else f' text-anchor="{one.anchor}"'
    return f'<text x="{x}" y="{y}" font-size="{one.size}"{anchor}>{escape(one.text)}</text>'


def _colour(parts: Iterable[int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*parts)


DRAWN = {"svg": figure_svg, "png": figure_png}
