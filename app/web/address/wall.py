"""Addresses of the wall of a layer and of its pictures."""

from app.web.address.base import FeatureAddresses


class WallAddresses(FeatureAddresses):
    """Addresses of the wall of a layer and of its pictures."""

    def page(
        self,
        layer: int,
        *,
        column: int | None = None,
        row: int | None = None,
        folded: bool = False,
    ) -> str:
        more = {"column": column, "row": row, "folded": 1 if folded else None}
        return self.at.at(f"{self.at.layer(layer)}/wall", more)

    def png(self, layer: int) -> str:
        return self._picture(layer, "wall.png")

    def sums(self, layer: int) -> str:
        return self._picture(layer, "wall/sums.png")

    def _picture(self, layer: int, name: str) -> str:
        return self.at.immutable(
            f"{self.at.layer(layer)}/{name}", self.at.settings_of_picture(layer)
        )
