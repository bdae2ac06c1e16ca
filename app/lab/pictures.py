"""Pictures on their way into a stack: taken in, kept, found again, cut to the working square."""

from dataclasses import dataclass

from app.imaging.decode import DecodeLimits, Picture, decode
from app.imaging.errors import EmptyFile, PictureTooLarge
from app.imaging.prepare import Prepared, prepare
from app.lab.cache import ByteCache
from app.lab.errors import UnknownImage
from app.lab.images import ImageStore, StoredImage, content_id
from app.lab.samples import Samples
from app.lab.state import State
from app.lab.views import AddedView
from app.settings import Settings

MIB = 2**20
PREPARED_BYTES = 64 * MIB
RECENT_BYTES = 16 * MIB  # pictures as stored: the last upload is asked for at once


@dataclass(frozen=True)
class Ready:
    """A picture as a state reads it: facts of the original, and the working square."""

    height: int
    width: int
    notes: tuple[str, ...]
    prepared: Prepared


class Pictures:
    """Samples and uploads by id."""

    def __init__(self, settings: Settings, samples: Samples) -> None:
        self._settings = settings
        self._samples = samples
        self._store = ImageStore(
            settings.data_dir / "images",
            seconds=settings.image_hours * 3600,
            nbytes=settings.image_store_mib * MIB,
        )
        self._recent: ByteCache[StoredImage] = ByteCache(
            RECENT_BYTES, size_of=lambda image: image.pixels.nbytes
        )
        self._ready: ByteCache[Ready] = ByteCache(
            PREPARED_BYTES, size_of=lambda ready: ready.prepared.image.nbytes
        )

    def add(self, data: bytes) -> AddedView:
        """Decode and keep an upload.

        Raises:
            PictureError: the file is empty, too large, not an accepted picture, or damaged.
        """
        most = self._settings.upload_mib * MIB
        if not data:
            raise EmptyFile("The file is empty; a picture of at least one pixel would work.")
        if len(data) > most:
            raise PictureTooLarge(
                f"The file has {len(data):,} bytes; up to {self._settings.upload_mib} MiB would work."
            )
        image_id = content_id(data)
        image = self._decode(data)
        self._store.put(image_id, image)
        self._recent.get(image_id, lambda: image)
        return AddedView(id=image_id, height=image.height, width=image.width, notes=image.notes)

    def sweep(self) -> None:
        """Delete the uploads whose time is over."""
        self._store.sweep()

    def ready(self, state: State) -> Ready:
        """Return the picture of `state`, cut to its square.

        Raises:
            UnknownImage: no picture has this id, or it is no longer kept.
        """
        image_id = state.image_id
        if image_id not in self._samples and not self._store.has(image_id):
            raise UnknownImage(
                "No picture has this address. Uploads are kept for "
                f"{self._settings.image_hours} hours; upload it again, or open a sample."
            )
        key = (image_id, state.fit, state.stack.size, state.stack.channels)
        return self._ready.get(key, lambda: self._prepare(state))

    def _prepare(self, state: State) -> Ready:
        image = self._find(state.image_id)
        prepared = prepare(
            image.pixels, size=state.stack.size, fit=state.fit, channels=state.stack.channels
        )
        return Ready(
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
        image = self._store.get(image_id)
        if image is None:
            raise UnknownImage("This picture is no longer kept; upload it again, or open a sample.")
        return image

    def _decode(self, data: bytes) -> StoredImage:
        limits = DecodeLimits(
            max_pixels=self._settings.upload_megapixels * 1_000_000,
            max_side=self._settings.upload_side,
        )
        return _stored(decode(data, limits=limits))


def _stored(picture: Picture) -> StoredImage:
    return StoredImage(
        pixels=picture.pixels, height=picture.height, width=picture.width, notes=picture.notes
    )
