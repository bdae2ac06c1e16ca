"""Builds every address. Settings that have their default are left out, in one fixed order."""

from dataclasses import dataclass

from app.web.urls.changed import OfChanges
from app.web.urls.explained import OfExplanations
from app.web.urls.exports import OfExports
from app.web.urls.maps import OfMaps
from app.web.urls.nets import OfNets
from app.web.urls.pictures import OfPictures
from app.web.urls.query import query_of
from app.web.urls.weights import OfWeights

__all__ = ["Urls", "query_of"]


@dataclass(frozen=True)
class Urls(OfPictures, OfMaps, OfExplanations, OfNets, OfChanges, OfWeights, OfExports):
    """The addresses of one state, below `root` (the operator's sub-path, or nothing).

    Those of views stay embedded with `frame`; those of pictures and data do not depend on it.
    """
