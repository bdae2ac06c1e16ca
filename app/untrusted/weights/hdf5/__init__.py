"""The part of HDF5 (its file format specification, version 3) that Keras and h5py write, read as data only.

Groups are symbol tables or compact links; values are contiguous, compact or in chunks indexed by a
version 1 B-tree. Links of any kind but hard ones, other files and virtual datasets are refused.
"""

from app.messages import sentence
from app.untrusted.weights.errors import UnsupportedWeights
from app.untrusted.weights.hdf5.datasets import read_dataset
from app.untrusted.weights.hdf5.groups import walk
from app.untrusted.weights.hdf5.headers import root_address
from app.untrusted.weights.limits import Limits
from app.untrusted.weights.source import Source
from app.untrusted.weights.tensor import Tensor

MAGIC = b"\x89HDF\r\n\x1a\n"


def read_hdf5(source: Source, limits: Limits) -> list[Tensor]:
    """Return the datasets of the file, under their paths.

    Raises:
        BrokenWeights, UnsupportedWeights: the message says what would work.
    """
    found = []
    for path, messages in walk(source, root_address(source), limits):
        tensor = read_dataset(source, path, messages)
        if tensor is not None:
            found.append(tensor)
        if len(found) > limits.max_tensors:
            raise UnsupportedWeights(
                sentence(
                    "The file holds more than {most:,} tensors; fewer would work.",
                    most=limits.max_tensors,
                )
            )
    return found
