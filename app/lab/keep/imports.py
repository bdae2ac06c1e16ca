"""Imported weights of other programs: inspected, stored for a limited time, found and deleted."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from app.engine.compute.trace import FilterBank
from app.engine.spec.weight_names import ImportedLayer
from app.lab.errors import UnknownWeights
from app.lab.keep.byte_cache import ByteCache
from app.lab.keep.contents_view import contents_view, convolution_view
from app.lab.keep.stored_weights import WEIGHTS, Origin, StoredLayer, StoredWeights, serialise
from app.lab.keep.stores.base import Store, content_id
from app.lab.keep.stores.open import open_store
from app.lab.keep.views import ContentsView, DeletedView, ImportedView, ImportView
from app.lab.keep.weight_jobs import LIMITS, WeightJobs
from app.messages import counted
from app.settings import Settings
from app.shown_text import shown_text
from app.untrusted.weights.layers.choice import Choice
from app.untrusted.weights.layers.extract import Extracted, ExtractedLayer
from app.untrusted.weights.recognise import TORCH

MIB = 2**20
RECENT_BYTES = 32 * MIB
MOST_BYTES = LIMITS.max_bytes  # of one file


@dataclass(frozen=True)
class ReadConvolutions:
    """Two convolutions read from a file, not stored yet; `name` will be their id."""

    name: str
    one: StoredWeights
    extracted: Extracted


class Imports:
    """Imported weights by id. Safe to share between threads."""

    def __init__(self, settings: Settings, jobs: WeightJobs) -> None:
        self._hours = settings.image_hours
        self.store: Store[StoredWeights] = open_store(
            settings, WEIGHTS, folder="weights", mib=settings.weights_store_mib
        )
        self._jobs = jobs
        self._recent: ByteCache[StoredWeights] = ByteCache(
            RECENT_BYTES, size_of=lambda one: one.nbytes
        )
        self._when_forgotten: list[Callable[[str], None]] = []

    def offer(self) -> ImportView:
        """Return the view shown before a file is sent."""
        return ImportView(most_mib=MOST_BYTES // MIB, kept_hours=self._hours, torch_line=TORCH)

    def contents(self, file: BinaryIO) -> ContentsView:
        """Describe the convolutions in a file, and the two that are proposed.

        Raises:
            WeightsError: the file cannot be read, or holds no convolution.
        """
        return contents_view(self._jobs.describe(file))

    def take(self, file: BinaryIO, choice: Choice) -> ReadConvolutions:
        """Read two convolutions of a file without storing anything yet.

        Raises:
            WeightsError: the file cannot be read, or the chosen convolutions do not fit.
        """
        extracted = self._jobs.take(file, choice)
        one = _stored(extracted)
        return ReadConvolutions(one.name(content_id(serialise(one))), one, extracted)

    def keep(self, taken: ReadConvolutions) -> ImportedView:
        """Store the convolutions read from a file.

        Raises:
            StoreFull: there is no room for it.
        """
        token = self.store.put(_key(taken.name), taken.one)
        if self.store.is_too_full:
            with suppress(OSError):  # they are stored; the next sweep logs it
                self.sweep()
        first, second = (layer.found for layer in taken.extracted.layers)
        return ImportedView(
            id=taken.name,
            token=token,
            format=taken.extracted.format,
            first=convolution_view(first),
            second=convolution_view(second),
            channels=first.channels,
            groups=(first.groups or 1, second.groups or 1),
            relation=taken.extracted.relation,
            followed=taken.extracted.followed,
            unfollowed=taken.extracted.unfollowed,
            guessed=taken.extracted.guessed,
            kept_hours=self._hours,
        )

    def bank(self, name: str, number: int) -> FilterBank:
        """Return the whole bank of layer `number` (1 or 2), without kind and groups; shapes as in `FilterBank`.

        Raises:
            UnknownWeights: they are not kept, or no longer.
        """
        layer = self.find(name).layers[number - 1]
        return FilterBank(layer.weight, layer.bias, pointwise=layer.pointwise)

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
        if one is None or one.name(_key(name)) != name:
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


def _stored(extracted: Extracted) -> StoredWeights:
    first, second = (_stored_layer(layer) for layer in extracted.layers)
    names = [shown_text(layer.found.name) for layer in extracted.layers]
    origin = Origin(
        format=extracted.format,
        layers="-".join(str(imported_layer(layer)) for layer in extracted.layers),
        first=names[0],
        second=names[1],
        first_order=extracted.layers[0].found.order,
        second_order=extracted.layers[1].found.order,
        relation=extracted.relation,
        followed=extracted.followed,
        unfollowed=extracted.unfollowed,
        guessed=extracted.guessed,
    )
    return StoredWeights((first, second), origin)


def _stored_layer(layer: ExtractedLayer) -> StoredLayer:
    values, found = layer.values, layer.found
    bias = values.bias if values.bias is not None else np.zeros(found.filters, np.float32)
    return StoredLayer(values.weight, bias, values.pointwise)


def imported_layer(layer: ExtractedLayer) -> ImportedLayer:
    """Return what the name of imported weights says of a layer."""
    found = layer.found
    _, per_filter, height, width = found.shape
    if found.kind == "standard":
        return ImportedLayer((found.filters, per_filter, height, width))
    assert found.kind != "transposed"
    shape = (found.filters, found.channels, height, width)
    return ImportedLayer(shape, found.kind, found.multiplier)


def _key(name: str) -> str:
    return name.rpartition("-")[2]
