"""Addresses of the live page and of its frames."""

from app.web.address.base import FeatureAddresses


class LiveAddresses(FeatureAddresses):
    """Addresses of the live page and of its frames."""

    def page(self) -> str:
        return self.at.at(f"{self.at.image}/live")

    def opened(self, layer: int, channel: int, *, step: int | None = None) -> str:
        """Return the address of the live page with the fold of a map open."""
        return self.at.at(f"{self.at.image}/live", _open(layer, channel, step))

    def steps(self, layer: int, channel: int, count: int) -> tuple[str, ...]:
        """Return the addresses of the live page with the fold of a map open at each step."""
        opened = _open(layer, channel, None)
        return self.at.numbered(f"{self.at.image}/live", "sum", range(count + 1), opened)

    def frames(self, opened: tuple[int, int] | None = None, step: int | None = None) -> str:
        """Return the address to which the page posts its frames."""
        return self.at.at("/live", None if opened is None else _open(*opened, step))


def _open(layer: int, channel: int, step: int | None) -> dict[str, object]:
    return {"open": f"{layer}.{channel}", "sum": step}
