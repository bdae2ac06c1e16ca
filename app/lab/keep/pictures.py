"""Pictures: decoded, stored for a limited time, found, prepared as the working square, and deleted."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from math import inf

from app.engine.arrays import Float
from app.lab.compute_timing import timed
from app.lab.errors import UnknownImage, WrongToken
from app.lab.keep.byte_cache import ByteCache, belongs_to
from app.lab.keep.decoding import Decoder
from app.lab.keep.failed_uploads import FailedUploads
from app.lab.keep.frames import read_frame
from app.lab.keep.prepare import Prepared, prepare
from app.lab.keep.samples import Samples
from app.lab.keep.stores.base import content_id
from app.lab.keep.stores.open import open_store
from app.lab.keep.stores.stored_pictures import PICTURES, ImageStore, StoredImage
from app.lab.keep.views import AddedView, DeletedView
from app.lab.state.state import State
from app.messages import Message, Note, counted, note, sentence
from app.settings import Settings
from app.untrusted.pictures.decode import Picture, decode
from app.untrusted.pictures.errors import EmptyFile, PictureError, PictureTooLarge
from app.untrusted.pictures.refusals import EMPTY, TOO_MANY_BYTES
from app.untrusted.pool import JobAbandoned, JobTimedOut, Workers

MIB = 2**20
UPLOAD_TITLE = sentence("Your picture")
PREPARED_BYTES = 64 * MIB
RECENT_BYTES = 16 * MIB  # pictures as stored; an upload is requested right after it is stored


@dataclass(frozen=True)
class ReducedBefore:
    """What the sender's browser says of a picture that it reduced: the size before, and codes of notes.

    It is claimed by the sender: noted if it is plausible, and used for nothing else.
    """

    width: int
    height: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class PreparedPicture:
    """A picture prepared for a state: facts of the original, and the working square."""

    height: int
    width: int
    notes: tuple[Note, ...]
    prepared: Prepared


class Pictures:
    """Samples and uploads by id, and the callbacks that forget results computed from one."""

    def __init__(self, settings: Settings, samples: Samples, workers: Workers) -> None:
        self._settings = settings
        self._samples = samples
        self.decoder = Decoder(settings, workers)
        self._failed_uploads = FailedUploads()
        self.store: ImageStore = open_store(
            settings, PICTURES, folder="images", mib=settings.image_store_mib
        )
        self._when_forgotten: list[Callable[[str], None]] = []
        self._recent: ByteCache[StoredImage] = ByteCache(
            RECENT_BYTES, size_of=lambda image: image.pixels.nbytes
        )
        self._ready: ByteCache[PreparedPicture] = ByteCache(
            PREPARED_BYTES, size_of=lambda ready: ready.prepared.image.nbytes
        )

    def add(
        self,
        data: bytes,
        *,
        before: ReducedBefore | None = None,
        is_abandoned: Callable[[], bool] | None = None,
    ) -> AddedView:
        """Decode and store an upload. A file that is already stored, or that failed before, is not decoded
        again.

        `before` is what the sender's browser says of the picture before it reduced it; it becomes notes.
        `is_abandoned` tells whether the sender is gone, so that decoding stops.

        Raises:
            JobAbandoned: the sender is gone.
            PictureError: the file is empty, too large, not an accepted picture, or damaged.
            StoreFull: it cannot be stored.
        """
        most = self._settings.upload_mib * MIB
        if not data:
            raise EmptyFile(EMPTY)
        if len(data) > most:
            raise PictureTooLarge(
                TOO_MANY_BYTES.having(nbytes=len(data), mib=self._settings.upload_mib)
            )
        image_id = content_id(data)
        self._failed_uploads.check(image_id)
        image = self._shared(
            image_id, lambda: self._taken_in(image_id, data, before, is_abandoned), is_abandoned
        )
        token = self.store.put(image_id, image)
        if self.store.is_too_full:
            with suppress(OSError):  # the upload is stored; the next sweep logs it
                self.sweep()
        return AddedView(
            id=image_id, token=token, height=image.height, width=image.width, notes=image.notes
        )

    def frame(self, data: bytes, state: State) -> Float:
        """Return the square of one frame of a live picture, (C, size, size) in [0, 1]. Nothing of it is kept.

        Raises:
            PictureError: it is empty, no JPEG or PNG, too large, or damaged.
        """
        return read_frame(self.decoder, data, state)

    def title(self, image_id: str) -> Message | str:
        """Return the title of a picture."""
        samples = self._samples
        return samples.view(image_id).title if image_id in samples else UPLOAD_TITLE

    def has(self, image_id: str) -> bool:
        """Return whether a picture can be shown: a sample, or an upload that is still stored."""
        return image_id in self._samples or self.store.has(image_id)

    def seconds_left(self, image_id: str) -> float:
        """Return how long a picture will be kept, in seconds: infinite for a sample, below 0 if it is not kept."""
        return inf if image_id in self._samples else self.store.seconds_left(image_id)

    def known_seconds_left(self, image_id: str) -> float | None:
        """Return the same as `seconds_left` if that is known without asking the store, else None."""
        return inf if image_id in self._samples else self.store.known_seconds_left(image_id)

    def forget(self, image_id: str) -> None:
        """Drop a deleted upload from memory, and everything computed from it."""
        self._recent.drop(lambda key: key == image_id)
        self._ready.drop(belongs_to(image_id))
        for callback in self._when_forgotten:
            callback(image_id)

    def when_forgotten(self, callback: Callable[[str], None]) -> None:
        """Register a callback for deleted pictures; it gets their id."""
        self._when_forgotten.append(callback)

    def delete(self, image_id: str, token: str) -> None:
        """Delete one upload; the picture stays while another upload of the same file is stored.

        Raises:
            UnknownImage: no upload has this id, or it is no longer kept.
            WrongToken: the token was not issued for an upload of this picture, or it is a sample.
        """
        if image_id in self._samples:
            raise WrongToken(
                sentence("The samples stay; an upload can be deleted by its uploader.")
            )
        self._check(image_id)
        if self.store.remove(image_id, token):
            self.forget(image_id)

    def deleted(self) -> DeletedView:
        """Return the view shown after a deletion."""
        return DeletedView(what="picture", kept_hours=self._settings.image_hours)

    def sweep(self) -> None:
        """Delete uploads that have expired."""
        for image_id in self.store.sweep():
            self.forget(image_id)

    def ready(self, state: State) -> PreparedPicture:
        """Return the picture of `state`, prepared as a square.

        Raises:
            UnknownImage: no picture has this id, or it is no longer kept.
        """
        self._check(state.image_id)
        key = (state.image_id, state.fit, state.stack.size, state.stack.channels)
        return self._ready.get(key, lambda: self._prepare(state))

    def _check(self, image_id: str) -> None:
        if not self.has(image_id):
            raise UnknownImage(
                counted(
                    "No picture has this address. Uploads are kept for {count} hour; upload it again, or open "
                    "a sample.",
                    "No picture has this address. Uploads are kept for {count} hours; upload it again, or open "
                    "a sample.",
                    self._settings.image_hours,
                )
            )

    def _prepare(self, state: State) -> PreparedPicture:
        image = self._find(state.image_id)
        prepared = prepare(
            image.pixels, size=state.stack.size, fit=state.fit, channels=state.stack.channels
        )
        return PreparedPicture(
            height=image.height,
            width=image.width,
            notes=(*image.notes, *prepared.notes),
            prepared=prepared,
        )

    def _find(self, image_id: str) -> StoredImage:
        if image_id in self._samples:
            return _stored(decode(self._samples.read(image_id)))
        return self._recent.get(image_id, lambda: self._kept(image_id))

    def _kept(self, image_id: str) -> StoredImage:
        image = self.store.get(image_id)
        if image is None:
            raise UnknownImage(
                sentence("This picture is no longer kept; upload it again, or open a sample.")
            )
        return image

    def _shared(
        self,
        image_id: str,
        compute: Callable[[], StoredImage],
        is_abandoned: Callable[[], bool] | None,
    ) -> StoredImage:
        """Return what several senders of the same file wait for, even if the first of them goes away."""
        while True:
            try:
                return self._recent.get(image_id, compute)
            except JobAbandoned:
                if is_abandoned is not None and is_abandoned():
                    raise

    def _taken_in(
        self,
        image_id: str,
        data: bytes,
        before: ReducedBefore | None,
        is_abandoned: Callable[[], bool] | None,
    ) -> StoredImage:
        kept = self.store.get(image_id)
        if kept is not None:
            return kept
        try:
            return _reduced_before(before, self._decode(data, is_abandoned))
        except PictureError as error:
            if not isinstance(error.__cause__, JobTimedOut):  # then the machine may have been busy
                self._failed_uploads.add(image_id, error)
            raise

    @timed("decode")
    def _decode(self, data: bytes, is_abandoned: Callable[[], bool] | None) -> StoredImage:
        return _stored(self.decoder.decode(data, is_abandoned=is_abandoned))


def _stored(picture: Picture) -> StoredImage:
    return StoredImage(
        pixels=picture.pixels, height=picture.height, width=picture.width, notes=picture.notes
    )


def _reduced_before(before: ReducedBefore | None, image: StoredImage) -> StoredImage:
    if before is None or before.width <= image.width or before.height <= image.height:
        return image
    size = {"from_width": before.width, "from_height": before.height}
    reduced = note("reduced_in_browser", **size, width=image.width, height=image.height)
    left_out = tuple(note(code) for code in before.notes if note(code) not in image.notes)
    return replace(image, notes=(reduced, *left_out, *image.notes))
