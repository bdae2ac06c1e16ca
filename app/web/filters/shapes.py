"""Shapes as text: the sizes of maps and filters, in the order of axes that the page has."""

from jinja2 import pass_context
from jinja2.runtime import Context

from app.figures import marked

TIMES = "\N{MULTIPLICATION SIGN}"


def shape(sizes: tuple[int, ...]) -> str:
    """Write sizes with multiplication signs between them."""
    return f"\N{NO-BREAK SPACE}{TIMES}\N{NO-BREAK SPACE}".join(
        marked(f"{size:,}") for size in sizes
    )


def in_order(sizes: tuple[int, ...], axes: str) -> tuple[int, ...]:
    """Return the sizes of maps, (C, H, W), in the order in which they are to be written."""
    return (*sizes[1:], sizes[0]) if axes == "last" else sizes


@pass_context
def map_shape(context: Context, sizes: tuple[int, ...]) -> str:
    """Write the shape of maps, (C, H, W), with the channels where the page has them: first or last."""
    return shape(in_order(sizes, context["urls"].state.display.axes))


def dense_shape(sizes: tuple[int, ...]) -> str:
    """Write sizes without spaces, for use inside a sentence."""
    return TIMES.join(str(size) for size in sizes)
