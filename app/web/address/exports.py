"""Addresses of what a reader takes along."""

from dataclasses import dataclass

from app.web.address.base import Addresses
from app.web.address.params import PARSERS
from app.web.address.query import BOTH_LAYERS, SHOWN


@dataclass(frozen=True)
class OfExports(Addresses):
    """Addresses of what a reader takes along. They are the same from an embedded view."""

    @property
    def exports(self) -> str:
        """Return the address of everything that is offered."""
        return self._with_query(f"{self._image}/export", PARSERS)

    def exports_of(
        self, layer: int, channel: int, row: int | None = None, col: int | None = None
    ) -> str:
        """Return the same with a map, or a pixel, for the figure and the spreadsheet."""
        given = {"layer": layer, "channel": channel, "row": row, "col": col}
        more = {name: str(number) for name, number in given.items() if number is not None}
        return self._with_query(f"{self._image}/export", PARSERS, more)

    @property
    def exports_form(self) -> str:
        """Return the address that a form sends a map and a pixel to."""
        return f"{self.root}{self._image}/export"

    def code(self, framework: str) -> str:
        return self._export(f"stack_{framework}.py")

    @property
    def notebook(self) -> str:
        return self._export("stack.ipynb")

    def weights_file(self, form: str) -> str:
        return self._export(f"weights.{form}")

    @property
    def maps_csv(self) -> str:
        return self._export("maps.csv")

    def pixel_workbook(
        self, layer: int, channel: int, row: int, col: int, *, value: int | None = None
    ) -> str:
        path = f"{self._layer(layer)}/{channel}/pixel.xlsx"
        more = {"row": str(row), "col": str(col)} | ({} if value is None else {"value": str(value)})
        return self._with_query(path, PARSERS, more)

    def figure(self, layer: int, channel: int, form: str) -> str:
        path = f"{self._layer(layer)}/{channel}/contributions/figure.{form}"
        return self._with_query(path, (*BOTH_LAYERS, *SHOWN, "order"))

    def _export(self, name: str) -> str:
        return self._with_query(f"{self._image}/export/{name}", BOTH_LAYERS)
