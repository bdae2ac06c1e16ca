"""Opens the rooms where the operator keeps uploads: in a folder, or in a server that replicas share."""

from app.lab.keep.rooms.base import Rooms
from app.lab.keep.rooms.disk import DiskRooms
from app.settings import Settings


def open_rooms(settings: Settings) -> Rooms:
    """Return the rooms that the operator chose. The folder must exist."""
    if settings.store:
        from app.lab.keep.rooms.remote import RemoteRooms

        return RemoteRooms(settings.store)
    return DiskRooms(settings.data_dir / "rooms.sqlite")
