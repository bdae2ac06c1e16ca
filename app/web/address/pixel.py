"""Addresses of one pixel: its ledger as a page or a file, and the filter through which it sees the picture."""

from app.web.address.base import FeatureAddresses
from app.web.address.params import PARSERS
from app.web.address.query import settings_of_values


class PixelAddresses(FeatureAddresses):
    """Addresses of one pixel: its ledger as a page or a file, and the filter through which it sees the picture."""

    def page(
        self,
        layer: int,
        channel: int,
        row: int,
        col: int,
        *,
        step: int | None = None,
        value: int | None = None,
    ) -> str:
        more = {"row": row, "col": col, "sum": step, "value": value}
        return self.at.at(self._path(layer, channel), more)

    def form(self, layer: int, channel: int) -> str:
        """Return the address to which a form submits a row and a column."""
        return f"{self.at.base}{self._path(layer, channel)}"

    def csv(self, layer: int, channel: int, row: int, col: int, *, value: int | None = None) -> str:
        path = f"{self._path(layer, channel)}.csv"
        return self.at.data(path, PARSERS, {"row": row, "col": col, "value": value})

    def workbook(
        self, layer: int, channel: int, row: int, col: int, *, value: int | None = None
    ) -> str:
        path = f"{self._path(layer, channel)}.xlsx"
        return self.at.data(path, PARSERS, {"row": row, "col": col, "value": value})

    def filter_png(self, layer: int, channel: int, row: int, col: int) -> str:
        path = f"{self._path(layer, channel)}/filter.png"
        return self.at.immutable(path, settings_of_values(layer), {"row": row, "col": col})

    def _path(self, layer: int, channel: int) -> str:
        return f"{self.at.map(layer, channel)}/pixel"
