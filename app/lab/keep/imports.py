"""Imported weights of other programs: inspected, stored for a limited time, found and deleted."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

from app.engine.compute.trace import FilterBank
from app.engine.spec import weight_names
from app.engine.spec.weight_names import ImportedLayer
from app.lab.errors import UnknownWeights
from app.lab.keep.byte_cache import ByteCache
from app.lab.keep.convolution_choice import (
    LIMITS,
    ConvolutionChoice,
    choose_pair,
    contents_view,
    convolution_view,
)
from app.lab.keep.stored_weights import WEIGHTS, Origin, StoredWeights, serialise
from app.lab.keep.stores.base import Store, content_id
from app.lab.keep.stores.open import open_store
from app.lab.keep.views import ContentsView, DeletedView, ImportedView, ImportView
from app.messages import counted
from app.settings import Settings
from app.untrusted.weights.chains import Pair
from app.untrusted.weights.read import read
from app.untrusted.weights.weights import WeightFile

MIB = 2**20
RECENT_BYTES = 32 * MIB
MOST_BYTES = LIMITS.max_bytes  # of one file


@dataclass(frozen=True)
class ReadConvolutions:
    """Two convolutions read from a file, not stored yet; `name` will be their id."""

    name: str
    one: StoredWeights
    pair: Pair


class Imports:
    """Imported weights by id. Safe to share between threads."""

    def __init__(self, settings: Settings) -> None:
        self._hours = settings.image_hours
        self.store: Store[StoredWeights] = open_store(
            settings, WEIGHTS, folder="weights", mib=settings.weights_store_mib
        )
        self._reading = threading.Lock()  # one file at a time limits the memory of imports
        self._recent: ByteCache[StoredWeights] = ByteCache(
            RECENT_BYTES, size_of=lambda one: one.nbytes
        )
        self._when_forgotten: list[Callable[[str], None]] = []

    def offer(self) -> ImportView:
        """Return the view shown before a file is sent."""
        return ImportView(most_mib=MOST_BYTES // MIB, kept_hours=self._hours)

    def contents(self, file: BinaryIO) -> ContentsView:
        """Describe the convolutions in a file, and the two that are proposed.

        Raises:
            WeightsError: the file cannot be read, or holds no convolution.
        """
        with self._reading:
            return contents_view(read(file, limits=LIMITS))

    def take(self, file: BinaryIO, choice: ConvolutionChoice) -> ReadConvolutions:
        """Read two convolutions of a file without storing anything yet.

        Raises:
            WeightsError: the file cannot be read, or the chosen convolutions do not fit.
        """
        with self._reading:
            found = read(file, limits=LIMITS)
            pair = choose_pair(found, choice)
            one = _read(found, pair)
        return ReadConvolutions(_name(one, content_id(serialise(one))), one, pair)

    def keep(self, taken: ReadConvolutions) -> ImportedView:
        """Store the convolutions read from a file.

        Raises:
            StoreFull: there is no room for it.
        """
        one, pair = taken.one, taken.pair
        token = self.store.put(_key(taken.name), one)
        if self.store.is_too_full:
            with suppress(OSError):  # they are stored; the next sweep logs it
                self.sweep()
        return ImportedView(
            id=taken.name,
            token=token,
            format=one.origin.format,
            first=convolution_view(pair.first),
            second=convolution_view(pair.second),
            channels=pair.first.channels,
            groups=pair.groups,
            kept_hours=self._hours,
        )

    def bank(self, name: str, number: int) -> FilterBank:
        """Return the whole bank of layer `number` (1 or 2), weight (F, C // groups, kh, kw) and bias (F,).

        Raises:
            UnknownWeights: they are not kept, or no longer.
        """
        one = self.find(name)
        return FilterBank(one.weights[number - 1], one.biases[number - 1])

    def check(self, name: str) -> None:
        """Refuse weights that are not kept.

        Raises:
            UnknownWeights: they are not kept, or no longer.
        """
        if self.seconds_left(name) < 0:
            raise self._unknown()

    def find(self, name: str) -> StoredWeights:
        """Return imported weights.

        Raises:
            UnknownWeights: they are not kept, or no longer.
        """
        self.check(name)
        return self._recent.get(name, lambda: self._kept(name))

    def seconds_left(self, name: str) -> float:
        """Return how long imported weights will be kept, in seconds; below 0 if they are not kept."""
        return self.store.seconds_left(_key(name))

    def known_seconds_left(self, name: str) -> float | None:
        """Return the same as `seconds_left` if that is known without asking the store, else None."""
        return self.store.known_seconds_left(_key(name))

    def is_held(self, name: str, token: str) -> bool:
        """Return whether `token` was issued for an import of these weights."""
        return self.store.is_held(_key(name), token)

    def delete(self, name: str, token: str) -> None:
        """Delete one import.

        Raises:
            UnknownWeights: no import has this id, or it is no longer kept.
            WrongToken: the token was not issued for an import of these weights.
        """
        self.check(name)
        if self.store.remove(_key(name), token):
            self.forget(name)

    def deleted(self) -> DeletedView:
        """Return the view shown after a deletion."""
        return DeletedView(what="weights", kept_hours=self._hours)

    def sweep(self) -> None:
        """Delete imports that have expired."""
        for key in self.store.sweep():
            self.forget(key)

    def forget(self, name: str) -> None:
        """Drop deleted weights from memory, and everything computed with them."""
        key = _key(name)
        self._recent.drop(lambda one: isinstance(one, str) and _key(one) == key)
        for callback in self._when_forgotten:
            callback(key)

    def when_forgotten(self, callback: Callable[[str], None]) -> None:
        """Register a callback for deleted weights; it gets the hash at the end of their id."""
        self._when_forgotten.append(callback)

    def _kept(self, name: str) -> StoredWeights:
        one = self.store.get(_key(name))
        if one is None or _name(one, _key(name)) != name:
            raise self._unknown()
        return one

    def _unknown(self) -> UnknownWeights:
        return UnknownWeights(
            counted(
                "No weights have this id. Imports are kept for {count} hour; import the file again, or choose "
                "other weights.",
                "No weights have this id. Imports are kept for {count} hours; import the file again, or choose "
                "other weights.",
                self._hours,
            )
        )


def _read(found: WeightFile, pair: Pair) -> StoredWeights:
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
    first, second = (ImportedLayer(weight.shape) for weight in one.weights)
    return weight_names.imported_name((first, second), key)


def _key(name: str) -> str:
    return name.rpartition("-")[2]
