"""The view of what a reader can take along."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class CodeView:
    """The stack as a script for one framework, complete as it stands in `text`."""

    framework: str
    title: str
    needs: str
    text: str


@dataclass(frozen=True, kw_only=True)
class ExportsView:
    """Everything offered. The spreadsheet and the figure are of the pixel and the map that are named.

    `height` and `width` are those of the layer's output, `maps` how many it has.
    """

    title: str
    codes: tuple[CodeView, ...]
    layer: int
    channel: int
    row: int
    col: int
    maps: int
    height: int
    width: int
