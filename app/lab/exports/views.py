"""The view of the exports."""

from dataclasses import dataclass

from app.messages import Message


@dataclass(frozen=True, kw_only=True)
class CodeView:
    """The stack as a script for one framework; `text` is the whole script."""

    framework: str
    title: Message | str
    needs: Message
    text: str


@dataclass(frozen=True, kw_only=True)
class ExportsView:
    """All exports. The spreadsheet is for the pixel, and the figure for the map, that the view names.

    `height`, `width` and `maps` are the size and the number of maps of the layer's output.
    """

    title: Message | str
    codes: tuple[CodeView, ...]
    layer: int
    channel: int
    row: int
    col: int
    maps: int
    height: int
    width: int
