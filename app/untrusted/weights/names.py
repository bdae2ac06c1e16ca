"""The names that a file gives its tensors: counted before they are made, since small files repeat long ones."""

from app.messages import sentence
from app.untrusted.weights.errors import UnsupportedWeights
from app.untrusted.weights.limits import Limits


class NameBudget:
    """The characters that the names of one file can still have."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._used = 0

    def take(self, length: int) -> None:
        """Count a name of that many characters, or bytes.

        Raises:
            UnsupportedWeights: it is too long, or all names together are.
        """
        if length > self._limits.max_name:
            raise UnsupportedWeights(
                sentence(
                    "A name in the file has {length:,} characters; up to {most:,} would work.",
                    length=length,
                    most=self._limits.max_name,
                )
            )
        self._used += length
        if self._used > self._limits.max_names:
            raise UnsupportedWeights(
                sentence(
                    "The names in the file have more than {most:,} characters together; shorter "
                    "names, or fewer tensors, would work.",
                    most=self._limits.max_names,
                )
            )
