"""Addresses of deep nets by their sizes."""

from urllib.parse import urlencode

from app.engine.deep_nets.nets import written
from app.lab.deep_nets.build import CHANNELS, DEFAULT_NET, SIZE, named, of_stack
from app.web.address.base import FeatureAddresses


class DeepNetAddresses(FeatureAddresses):
    """Addresses of deep nets by their sizes."""

    def page(self, layers: str = "", *, size: int = SIZE, channels: int = CHANNELS) -> str:
        """Return the address of a deep net given by its list of layers; the default is VGG-16."""
        known = written(named(DEFAULT_NET))
        given = {"layers": layers} if layers not in ("", known) else {}
        given |= {"size": str(size)} if size != SIZE else {}
        given |= {"channels": str(channels)} if channels != CHANNELS else {}
        axes = self.at.given("axes")
        fields = {"axes": axes} if axes else {}
        query = urlencode({**fields, **given, **self.at.kept}, safe=",")
        return f"{self.at.base}/ladder?{query}" if query else f"{self.at.base}/ladder"

    @property
    def of_stack(self) -> str | None:
        """Return the address of the two layers as a deep net, or None if a list cannot express them."""
        stack = self.at.state.stack
        layers = of_stack(stack)
        if layers is None:
            return None
        return self.page(written(layers), size=stack.size, channels=stack.channels)
