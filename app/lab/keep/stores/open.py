"""Opens the store that the operator chose: a folder, or a server shared by replicas."""

from typing import TypeVar

from app.lab.keep.stores.base import Kind, Store
from app.lab.keep.stores.disk import DiskStore
from app.settings import Settings

Kept = TypeVar("Kept")
MIB = 2**20


def open_store(settings: Settings, of: Kind[Kept], *, folder: str, mib: int) -> Store[Kept]:
    """Open the store for one kind of upload; on disk it is in `folder`, with at most `mib` MiB.

    Raises:
        FolderUnusable: the folder cannot be created or written.
    """
    seconds = settings.image_hours * 3600
    if settings.store:
        from app.lab.keep.stores.remote import RemoteStore

        return RemoteStore(settings.store, of=of, seconds=seconds)
    return DiskStore(settings.data_dir / folder, of=of, seconds=seconds, nbytes=mib * MIB)
