"""Addresses of what a reader takes along. They are the same from an embedded view."""

from app.web.address.base import FeatureAddresses
from app.web.address.query import BOTH_LAYERS


class ExportAddresses(FeatureAddresses):
    """Addresses of what a reader takes along. They are the same from an embedded view."""

    @property
    def page(self) -> str:
        """Return the address of the page of all exports."""
        return self.at.page(f"{self.at.image}/export")

    def page_of(
        self, layer: int, channel: int, row: int | None = None, col: int | None = None
    ) -> str:
        """Return the page with a map or a pixel selected, for the figure and the spreadsheet."""
        more = {"layer": layer, "channel": channel, "row": row, "col": col}
        return self.at.page(f"{self.at.image}/export", more)

    @property
    def form(self) -> str:
        """Return the address to which a form submits a map and a pixel."""
        return f"{self.at.root}{self.at.image}/export"

    def code(self, framework: str) -> str:
        return self._file(f"stack_{framework}.py")

    @property
    def notebook(self) -> str:
        return self._file("stack.ipynb")

    def weights(self, form: str) -> str:
        return self._file(f"weights.{form}")

    @property
    def maps(self) -> str:
        return self._file("maps.csv")

    @property
    def trace(self) -> str:
        return self.at.data(f"{self.at.image}/trace.npz", BOTH_LAYERS)

    def _file(self, name: str) -> str:
        return self.at.data(f"{self.at.image}/export/{name}", BOTH_LAYERS)
