"""Weights of other programs: looked into, taken in, kept for a time and found again."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from app.engine import sources
from app.engine.spec import FILTERS, KERNELS
from app.engine.trace import FilterBank
from app.lab.cache import ByteCache
from app.lab.errors import UnknownWeights
from app.lab.store.base import Store, content_id
from app.lab.store.open import open_store
from app.lab.views.weights import ContentsView, ConvolutionView, ImportedView
from app.lab.weights.stored import WEIGHTS, Origin, StoredWeights, packed
from app.settings import Settings
from app.tensors.chains import Pair
from app.tensors.convolution import Convolution, Order
from app.tensors.limits import Limits
from app.tensors.read import read
from app.tensors.weights import WeightFile

MIB = 2**20
RECENT_BYTES = 32 * MIB
LIMITS = Limits(filters=FILTERS, kernels=KERNELS)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Which two tensors of a file become the layers, and how their axes are read; None leaves it to the file."""

    first: str | None = None
    second: str | None = None
    first_order: Order | None = None
    second_order: Order | None = None


class Imports:
    """Imported weights by id. Safe to share between threads."""

    def __init__(self, settings: Settings) -> None:
        self._hours = settings.image_hours
        self.store: Store[StoredWeights] = open_store(
            settings, WEIGHTS, folder="weights", mib=settings.weights_store_mib
        )
        self._reading = threading.Lock()  # one file at a time bounds the memory that imports take
        self._recent: ByteCache[StoredWeights] = ByteCache(
            RECENT_BYTES, size_of=lambda one: one.nbytes
        )
        self._told: list[Callable[[str], None]] = []

    def contents(self, file: BinaryIO) -> ContentsView:
        """Return the convolutions that a file holds, and the two that are proposed.

        Raises:
            WeightsError: the file cannot be read, or no two of its convolutions chain.
        """
        with self._reading:
            found = read(file, limits=LIMITS)
            pair = found.first_pair()
        return ContentsView(
            format=found.format,
            convolutions=tuple(map(_convolution_view, found.convolutions)),
            first=pair.first.name,
            second=pair.second.name,
        )

    def add(self, file: BinaryIO, choice: Choice) -> ImportedView:
        """Keep two convolutions of a file.

        Raises:
            WeightsError: the file cannot be read, or what is chosen does not fit.
            StoreFull: there is no room for it.
        """
        with self._reading:
            found = read(file, limits=LIMITS)
            pair = _chosen(found, choice)
            one = _taken(found, pair)
        key = content_id(bytes(packed(one)))
        name = _name(one, key)
        token = self.store.put(key, one)
        self._recent.put(name, one)
        if self.store.is_too_full:
            self.sweep()
        return ImportedView(
            id=name,
            token=token,
            format=one.origin.format,
            first=_convolution_view(pair.first),
            second=_convolution_view(pair.second),
            channels=pair.first.channels,
            groups=pair.groups,
            kept_hours=self._hours,
        )

    def bank(self, name: str, number: int) -> FilterBank:
        """Return the whole bank of layer `number` (1 or 2).

        Raises:
            UnknownWeights: they are not kept, or no longer.
        """
        one = self.find(name)
        return FilterBank(one.weights[number - 1], one.biases[number - 1])

    def find(self, name: str) -> StoredWeights:
        """Return imported weights.

        Raises:
            UnknownWeights: they are not kept, or no longer.
        """
        if self.seconds_left(name) < 0:
            raise self._unknown()
        return self._recent.get(name, lambda: self._kept(name))

    def seconds_left(self, name: str) -> float:
        """Return how long imported weights will be kept; less than 0 if they are not."""
        return self.store.seconds_left(_key(name))

    def known_seconds_left(self, name: str) -> float | None:
        """Return what `seconds_left` does where that takes no time, else None."""
        return self.store.known_seconds_left(_key(name))

    def delete(self, name: str, token: str) -> None:
        """Take one import away.

        Raises:
            UnknownWeights: no import has this id, or it is no longer kept.
            WrongToken: the token came with no import of these weights.
        """
        if self.seconds_left(name) < 0:
            raise self._unknown()
        if self.store.remove(_key(name), token):
            self._forget([_key(name)])

    def sweep(self) -> None:
        """Delete what has had its time."""
        self._forget(self.store.sweep())

    def when_forgotten(self, told: Callable[[str], None]) -> None:
        """Have `told` called with the hash that ends the id of what was deleted."""
        self._told.append(told)

    def _forget(self, keys: list[str]) -> None:
        gone = set(keys)
        self._recent.drop(lambda name: isinstance(name, str) and _key(name) in gone)
        for key in keys:
            for told in self._told:
                told(key)

    def _kept(self, name: str) -> StoredWeights:
        one = self.store.get(_key(name))
        if one is None or _name(one, _key(name)) != name:
            raise self._unknown()
        return one

    def _unknown(self) -> UnknownWeights:
        return UnknownWeights(
            f"No weights have this id. Imports are kept for {self._hours} hours; import the file again, or "
            "choose other weights."
        )


def _chosen(found: WeightFile, choice: Choice) -> Pair:
    if choice.first is None and choice.second is None:
        return found.first_pair()
    proposed = found.first_pair() if None in (choice.first, choice.second) else None
    first = choice.first or (proposed.first.name if proposed else "")
    second = choice.second or (proposed.second.name if proposed else "")
    return found.pair(
        first, second, first_order=choice.first_order, second_order=choice.second_order
    )


def _taken(found: WeightFile, pair: Pair) -> StoredWeights:
    first, second = (found.convolution(each.name, each.order) for each in (pair.first, pair.second))
    origin = Origin(
        format=found.format,
        first=pair.first.name,
        second=pair.second.name,
        first_order=pair.first.order,
        second_order=pair.second.order,
    )
    return StoredWeights((first[0], second[0]), (first[1], second[1]), origin)


def _name(one: StoredWeights, key: str) -> str:
    shapes = ["x".join(map(str, weight.shape)) for weight in one.weights]
    return sources.imported_name((shapes[0], shapes[1]), key)


def _key(name: str) -> str:
    return name.rpartition("-")[2]


def _convolution_view(one: Convolution) -> ConvolutionView:
    return ConvolutionView(
        name=one.name,
        stored=one.stored,
        order=one.order,
        shape=one.shape,
        bias=one.bias,
        fits=one.fits(LIMITS),
    )
