"""Opens the store that the operator chose: a folder, or a server that replicas share."""

from typing import TypeVar

from app.lab.keep.stores.base import Kind, Store
from app.lab.keep.stores.disk import DiskStore
from app.settings import Settings

Kept = TypeVar("Kept")
MIB = 2**20


def open_store(settings: Settings, of: Kind[Kept], *, folder: str, mib: int) -> Store[Kept]:
    """Return the store for one kind of upload, in `folder` and within `mib` MiB where it is on disk.

    Raises:
        FolderUnusable: the folder cannot be made or written.
    """
    seconds = settings.image_hours * 3600
    if settings.store:
        from app.lab.keep.stores.remote import RemoteStore

        return RemoteStore(settings.store, of=of, seconds=seconds)
    return DiskStore(settings.data_dir / folder, of=of, seconds=seconds, nbytes=mib * MIB)
