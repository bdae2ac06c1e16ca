"""The contributions to one map: kept together where they are small, else made anew, a few at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.engine.arrays import Float
from app.engine.compute.threads import batches
from app.engine.compute.trace import Trace
from app.engine.explain import fold

KEPT_WHOLE = 32 * 2**20  # bytes
AT_A_TIME = 8  # contributions


@dataclass(frozen=True)
class Contributions:
    """What each input channel adds to one map of a pass, (C, H', W'); of other groups nothing, so zero."""

    trace: Trace
    layer: int
    channel: int
    threads: int
    kept: Float | None = None

    @property
    def shape(self) -> tuple[int, int, int]:
        """Return (C, H', W')."""
        height, width = self.trace.spec.map_shape(self.layer)[1:]
        return self.trace.spec.input_shape(self.layer)[0], height, width

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, channel: int) -> Float:
        """Return one contribution, (H', W')."""
        return next(self.of((channel,)))

    def of(self, channels: Sequence[int]) -> Iterator[Float]:
        """Yield the contributions of these channels, each (H', W'), in their order."""
        for start in range(0, len(channels), AT_A_TIME):
            some = channels[start : start + AT_A_TIME]
            yield from (
                self._made(some) if self.kept is None else (self.kept[channel] for channel in some)
            )

    def batches(self) -> list[slice]:
        """Return all channels in batches that are measured at a time."""
        if self.kept is not None:
            return batches(self.kept)
        starts = range(0, len(self), AT_A_TIME)
        return [slice(start, min(start + AT_A_TIME, len(self))) for start in starts]

    def batch(self, some: slice) -> Float:
        """Return the contributions of some channels, (c, H', W')."""
        return self._made(range(some.start, some.stop)) if self.kept is None else self.kept[some]

    def _made(self, channels: Sequence[int]) -> Float:
        return fold.contributions(
            self.trace, self.layer, self.channel, channels=channels, threads=self.threads
        )
