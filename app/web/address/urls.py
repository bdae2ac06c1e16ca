"""Builds every address. Settings that have their default are left out, in one fixed order."""

from dataclasses import dataclass

from app.web.address.changed import OfChanges
from app.web.address.explained import OfExplanations
from app.web.address.exports import OfExports
from app.web.address.maps import OfMaps
from app.web.address.nets import OfNets
from app.web.address.pictures import OfPictures
from app.web.address.query import query_of
from app.web.address.weights import OfWeights

__all__ = ["Urls", "query_of"]


@dataclass(frozen=True)
class Urls(OfPictures, OfMaps, OfExplanations, OfNets, OfChanges, OfWeights, OfExports):
    """The addresses of one state, below `root` (the operator's sub-path, or nothing).

    Those of views stay embedded with `frame`; those of pictures and data do not depend on it.
    """
