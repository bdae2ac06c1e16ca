"""Walks the groups of an HDF5 file and visits each named object once."""

from collections.abc import Iterator

from app.messages import sentence
from app.shown_text import shown_text
from app.untrusted.weights.errors import BrokenWeights, UnsupportedWeights
from app.untrusted.weights.hdf5.headers import UNDEFINED, Kind, Message, Messages, read_messages
from app.untrusted.weights.limits import Limits
from app.untrusted.weights.names import NameBudget
from app.untrusted.weights.source import Source

Links = Iterator[
    tuple[str, int]
]  # names and addresses, one at a time: many can share one long name

_MOST_DEPTH = 32
_MOST_NAME = 1024  # bytes
_ENTRY = 40  # bytes of a symbol table entry
_SOFT = 2
# The optimiser's arrays have the shapes of the kernels, and would be taken for them.
_OPTIMIZER_GROUPS = ("optimizer", "optimizer_weights")


def walk(source: Source, root: int, limits: Limits) -> Iterator[tuple[str, Messages]]:
    """Yield the path and the messages of every object below a group, except those of the optimiser.

    Raises:
        BrokenWeights, UnsupportedWeights: the message says what would work.
    """
    names, most = NameBudget(limits), 4 * limits.max_tensors
    seen, left = {root}, [("", root)]
    while left:
        path, address = left.pop()
        messages = read_messages(source, address)
        yield path, messages
        found: list[tuple[str, int]] = []
        for name, place in _links(source, messages):
            if place not in seen and (path or name not in _OPTIMIZER_GROUPS):
                _check_walk(path, len(seen), most=most)
                names.take(len(path) + 1 + len(name))
                seen.add(place)
                found.append((f"{path}/{name}".lstrip("/"), place))
        left += reversed(found)


def _check_walk(path: str, objects: int, *, most: int) -> None:
    if path.count("/") >= _MOST_DEPTH or objects >= most:
        raise UnsupportedWeights(
            sentence(
                "The HDF5 file has groups in more than {levels} levels, or more than {objects:,} "
                "objects; fewer would work.",
                levels=_MOST_DEPTH,
                objects=most,
            )
        )


def _links(source: Source, messages: Messages) -> Links:
    for message in messages.all(Kind.LINK_INFO):
        _refuse_dense(source, message)
    for message in messages.all(Kind.SYMBOL_TABLE):
        tree, heap = source.unpack("QQ", message.place)
        yield from _symbols(source, tree, _Names(source, heap))
    for message in messages.all(Kind.LINK):
        yield _link(source, message)


def _refuse_dense(source: Source, message: Message) -> None:
    _, flags = source.unpack("BB", message.place)
    (heap,) = source.unpack("Q", message.place + (10 if flags & 1 else 2))
    if heap != UNDEFINED:
        raise UnsupportedWeights(
            sentence(
                "A group of the HDF5 file is indexed in the way of newer libraries; one written "
                "by Keras, or by h5py with libver='earliest', would work."
            )
        )


class _Names:
    """The local heap of a group, which stores the names."""

    def __init__(self, source: Source, address: int) -> None:
        if source.read(address, 4) != b"HEAP":
            raise BrokenWeights(
                sentence(
                    "A group of the HDF5 file has no names; the same weights saved again would work."
                )
            )
        self._size, _, self._place = source.unpack("QQQ", address + 8)
        self._source = source

    def name(self, offset: int) -> str:
        room = min(self._size - offset, _MOST_NAME, self._source.size - self._place - offset)
        return _decoded(self._source.read(self._place + offset, room).partition(b"\0")[0])


def _symbols(source: Source, tree: int, names: _Names) -> Links:
    seen, left = {tree}, [tree]
    while left:
        place = left.pop()
        kind, level, entries = source.unpack("xxxxBBH", place)
        if source.read(place, 4) != b"TREE" or kind != 0:
            raise BrokenWeights(
                sentence(
                    "A group of the HDF5 file is damaged; the same weights saved again would work."
                )
            )
        children = [source.unpack("Q", place + 32 + 16 * entry)[0] for entry in range(entries)]
        if not seen.isdisjoint(children):
            raise BrokenWeights(
                sentence(
                    "A group of the HDF5 file goes in circles; the same weights saved again would "
                    "work."
                )
            )
        seen.update(children)
        if level:
            left += reversed(children)
        else:
            for child in children:
                yield from _node(source, child, names)


def _node(source: Source, place: int, names: _Names) -> Links:
    (entries,) = source.unpack("xxxxxxH", place)
    if source.read(place, 4) != b"SNOD":
        raise BrokenWeights(
            sentence(
                "A group of the HDF5 file is damaged; the same weights saved again would work."
            )
        )
    for entry in range(entries):
        offset, address, cached = source.unpack("QQI", place + 8 + _ENTRY * entry)
        name = names.name(offset)
        if cached == _SOFT:
            raise _refused_link(name)
        yield name, address


def _link(source: Source, message: Message) -> tuple[str, int]:
    _, flags = source.unpack("BB", message.place)
    place = message.place + 2
    hard = not flags & 8 or source.unpack("B", place) == (0,)
    place += sum(size for bit, size in ((8, 1), (4, 8), (16, 1)) if flags & bit)
    width = 1 << (flags & 3)
    length = int.from_bytes(source.read(place, width), "little")
    if length > _MOST_NAME:
        raise BrokenWeights(
            sentence(
                "A name in the HDF5 file is too long; the same weights saved again would work."
            )
        )
    name = _decoded(source.read(place + width, length))
    if not hard:
        raise _refused_link(name)
    return name, source.unpack("Q", place + width + length)[0]


def _decoded(name: bytes) -> str:
    try:
        return name.decode()
    except ValueError as error:
        raise BrokenWeights(
            sentence("A name in the HDF5 file is no text; the same weights saved again would work.")
        ) from error


def _refused_link(name: str) -> UnsupportedWeights:
    return UnsupportedWeights(
        sentence(
            "The HDF5 file has a link, {name!r}, to another place or file, and links are "
            "never followed; a file without links would work.",
            name=shown_text(name, most=80),
        )
    )
