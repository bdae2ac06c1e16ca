"""What a worker does with a weight file, which is given as a path: the only functions that the server names.

The packages that read the formats are imported here at the first weight file, not by the server, nor by workers
that only decode pictures.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.untrusted.weights.description import Description
from app.untrusted.weights.layers.choice import Choice
from app.untrusted.weights.layers.contents import Contents, contents
from app.untrusted.weights.layers.extract import Extracted, extract
from app.untrusted.weights.limits import Limits

_ENVIRONMENT = {
    "RUST_BACKTRACE": "0",  # with it, a failed allocation in safetensors can wait for ever
    "HDF5_PLUGIN_PRELOAD": "::",  # no plugins, whatever a file asks for
    "HDF5_USE_FILE_LOCKING": "FALSE",
}


def describe(path: Path, limits: Limits) -> Contents:
    """Return the convolutions that a file holds, and the two that are proposed.

    Raises:
        WeightsError: the message says what would work.
    """
    with opened(path, limits) as description:
        return contents(description, limits)


def take(path: Path, choice: Choice, limits: Limits) -> Extracted:
    """Return two layers of a file with their values.

    Raises:
        WeightsError: the message says what would work.
    """
    with opened(path, limits) as description:
        return extract(description, choice, limits)


@contextmanager
def opened(path: Path, limits: Limits) -> Iterator[Description]:
    """Describe a weight file, whose tensors can be loaded inside the context; no other file can be opened there.

    Raises:
        WeightsError: the message says what would work.
    """
    _prepare()
    from app.untrusted.weights.by_graph.simplified import simplified
    from app.untrusted.weights.readers.read import described

    with described(path, limits) as description, _no_more_files():
        yield simplified(description, limits)


def _prepare() -> None:
    if "h5py" in sys.modules:
        return
    for name, value in _ENVIRONMENT.items():
        os.putenv(name, value)  # for the libraries; this process reads no environment


@contextmanager
def _no_more_files() -> Iterator[None]:
    """Keep this process from opening files, whatever the libraries are told to by the one that is open."""
    if sys.platform == "win32":
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = os.open(os.devnull, os.O_RDONLY)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
