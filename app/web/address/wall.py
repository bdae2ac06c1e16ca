"""Addresses of the wall of a layer and of its picture."""

from app.web.address.base import OfFeature


class WallAddresses(OfFeature):
    """Addresses of the wall of a layer and of its picture."""

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
        return self.at.lasting(f"{self.at.layer(layer)}/wall.png", self.at.that_change(layer))
