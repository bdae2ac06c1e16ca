"""Addresses of deep nets by their sizes, and of two layers as one."""

from dataclasses import dataclass
from urllib.parse import urlencode

from app.engine.deep_nets.nets import written
from app.lab.deep_nets.build import CHANNELS, DEFAULT_NET, SIZE, named, of_stack
from app.web.address.base import Addresses
from app.web.address.query import BOTH_LAYERS


@dataclass(frozen=True)
class OfNets(Addresses):
    """Addresses of deep nets by their sizes, and of two layers as one."""

    def ladder(self, layers: str = "", *, size: int = SIZE, channels: int = CHANNELS) -> str:
        """Return the address of a deep net by the list of its layers, of VGG-16 where it is left out."""
        known = written(named(DEFAULT_NET))
        given = {"layers": layers} if layers not in ("", known) else {}
        given |= {"size": str(size)} if size != SIZE else {}
        given |= {"channels": str(channels)} if channels != CHANNELS else {}
        fields = {"axes": self._given["axes"]} if "axes" in self._given else {}
        query = urlencode({**fields, **given, **self.frame_given}, safe=",")
        return f"{self._base}/ladder?{query}" if query else f"{self._base}/ladder"

    @property
    def stack_ladder(self) -> str | None:
        """Return the address of the two layers as a deep net; None where a list has no words for them."""
        stack = self.state.stack
        layers = of_stack(stack)
        if layers is None:
            return None
        return self.ladder(written(layers), size=stack.size, channels=stack.channels)

    @property
    def one_layer(self) -> str:
        return self._view(f"{self._image}/one_layer")

    @property
    def one_layer_png(self) -> str:
        return self._lasting(f"{self._image}/one_layer.png", BOTH_LAYERS)
