"""The one table of the named banks, in the order of the menu."""

from collections.abc import Mapping
from types import MappingProxyType

from app.engine.weights import initialisers
from app.engine.weights.banks import blurs, contrasts, copies, cosines, face, opponents
from app.engine.weights.request import Bank

BANKS: Mapping[str, Bank] = MappingProxyType(
    {
        bank.name: bank
        for bank in (
            *contrasts.BANKS,
            opponents.BANK,
            blurs.BANK,
            cosines.BANK,
            copies.BANK,
            face.BANK,
            initialisers.BANK,
        )
    }
)
