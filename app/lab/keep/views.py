"""What is said of an upload."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class DeletionView:
    """What its uploader needs to delete an upload: the token that the address came with."""

    token: str


@dataclass(frozen=True, kw_only=True)
class AddedView:
    """An accepted upload. `token` deletes it, and is told to its uploader only."""

    id: str
    token: str
    height: int
    width: int
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DeletedView:
    """A deletion that was carried out, of a `picture` or of `weights`."""

    what: str
    kept_hours: int
