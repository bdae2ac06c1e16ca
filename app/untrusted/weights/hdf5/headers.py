"""Where an HDF5 file starts, and the header of each of its objects, which is a list of messages."""

from dataclasses import dataclass
from enum import IntEnum

from app.messages import sentence
from app.untrusted.weights.errors import BrokenWeights, UnsupportedWeights
from app.untrusted.weights.source import Source

UNDEFINED = 2**64 - 1  # the undefined address

_MOST_BLOCKS = 64  # in one header
_MOST_MESSAGES = 4096
_SHARED = 2  # the flag of a message that is stored elsewhere


class Kind(IntEnum):
    """The types of header message that are read."""

    DATASPACE = 0x01
    LINK_INFO = 0x02
    DATATYPE = 0x03
    LINK = 0x06
    EXTERNAL_FILES = 0x07
    LAYOUT = 0x08
    FILTERS = 0x0B
    CONTINUATION = 0x10
    SYMBOL_TABLE = 0x11


@dataclass(frozen=True)
class Message:
    """One message of an object header: its kind, and where its body is in the file."""

    kind: int
    place: int
    size: int
    flags: int


@dataclass(frozen=True)
class Messages:
    """The messages of one object."""

    found: tuple[Message, ...]

    def has(self, kind: Kind) -> bool:
        """Return whether there is a message of that kind."""
        return any(message.kind == kind for message in self.found)

    def all(self, kind: Kind) -> tuple[Message, ...]:
        """Return all messages of that kind.

        Raises:
            UnsupportedWeights: one of them is stored elsewhere in the file.
        """
        found = tuple(message for message in self.found if message.kind == kind)
        if any(message.flags & _SHARED for message in found):
            raise UnsupportedWeights(
                sentence(
                    "The HDF5 file names a type to use it in several places, which is rare; plain "
                    "arrays of numbers would work."
                )
            )
        return found

    def one(self, kind: Kind) -> Message:
        """Return the only message of that kind.

        Raises:
            BrokenWeights: there is no such message, or more than one.
        """
        found = self.all(kind)
        if len(found) != 1:
            raise BrokenWeights(
                sentence(
                    "An object of the HDF5 file has a damaged header; the same weights saved again "
                    "would work."
                )
            )
        return found[0]


def root_address(source: Source) -> int:
    """Return the address of the header of the root group.

    Raises:
        BrokenWeights, UnsupportedWeights: the message says what would work.
    """
    (version,) = source.unpack("B", 8)
    if version > 3:
        raise UnsupportedWeights(
            sentence("The HDF5 file is of version {version}; 0 to 3 would work.", version=version)
        )
    old = version < 2
    widths = source.unpack("BB", 13 if old else 9)
    addresses = 24 + 4 * version if old else 12  # the first is the base address
    if widths != (8, 8) or source.unpack("Q", addresses) != (0,):
        raise UnsupportedWeights(
            sentence("The HDF5 file is laid out in a rare way; one written by h5py would work.")
        )
    # In an old file the four addresses are followed by the entry of the root group, which starts with a name.
    return source.unpack("Q", addresses + (40 if old else 24))[0]


def read_messages(source: Source, address: int) -> Messages:
    """Return the messages of the object at an address.

    Raises:
        BrokenWeights: the header is damaged or circular.
    """
    new = source.read(address, 4) == b"OHDR"
    blocks = [_first_new_block(source, address) if new else _first_old_block(source, address)]
    found: list[Message] = []
    for place, size, head in blocks:  # the list grows during the loop
        for message in _block(source, place, size, head):
            found.append(message)
            if message.kind == Kind.CONTINUATION:
                blocks.append(_continued(source, message, head))
        if len(blocks) > _MOST_BLOCKS or len(found) > _MOST_MESSAGES:
            raise BrokenWeights(
                sentence(
                    "An object of the HDF5 file has an endless header; the same weights saved again "
                    "would work."
                )
            )
    return Messages(tuple(found))


Block = tuple[int, int, int]  # place, size, and the bytes of each message's own header


def _first_old_block(source: Source, address: int) -> Block:
    version, size = source.unpack("BxxxxxxxI", address)
    if version != 1:
        raise BrokenWeights(
            sentence(
                "An object of the HDF5 file has a damaged header; the same weights saved again "
                "would work."
            )
        )
    return address + 16, size, 8


def _first_new_block(source: Source, address: int) -> Block:
    version, flags = source.unpack("BB", address + 4)
    if version != 2:
        raise BrokenWeights(
            sentence(
                "An object of the HDF5 file has a damaged header; the same weights saved again "
                "would work."
            )
        )
    place = address + 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
    width = 1 << (flags & 3)
    size = int.from_bytes(source.read(place, width), "little")
    return place + width, size, 6 if flags & 4 else 4


def _continued(source: Source, message: Message, head: int) -> Block:
    place, size = source.unpack("QQ", message.place)
    if head == 8:
        return place, size, head
    if source.read(place, 4) != b"OCHK" or size < 8:
        raise BrokenWeights(
            sentence(
                "An object of the HDF5 file has a damaged header; the same weights saved again "
                "would work."
            )
        )
    return place + 4, size - 8, head  # without signature and checksum


def _block(source: Source, place: int, size: int, head: int) -> list[Message]:
    end = place + size
    found: list[Message] = []
    source.read(end, 0)
    while end - place >= head and len(found) <= _MOST_MESSAGES:
        if head == 8:
            kind, length, flags = source.unpack("HHBxxx", place)
        else:
            kind, length, flags = source.unpack("BHB", place)
        place += head
        if length > end - place:
            raise BrokenWeights(
                sentence(
                    "An object of the HDF5 file has a damaged header; the same weights saved again "
                    "would work."
                )
            )
        found.append(Message(kind, place, length, flags))
        place += length
    return found
