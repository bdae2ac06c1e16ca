"""The QR code of an address, in the best error correction that it fits."""

import io
from functools import lru_cache

import segno

from app.messages import Refusal, sentence

QUIET_ZONE = 4  # modules around a QR code, as the standard requires
MEDIUM, MOST = 2331, 2953  # bytes in the largest code (version 40) at levels M and L
KEPT = 64  # codes; the largest take 130 KB


class TooLongForCode(Refusal):
    """The address has more characters than a QR code can hold."""


def fits(address: str) -> bool:
    """Tell whether a QR code can hold an address."""
    return len(address.encode()) <= MOST


@lru_cache(maxsize=KEPT)
def qr_svg(address: str) -> bytes:
    """Draw the QR code of an address, black on white; it scales to the available space.

    Raises:
        TooLongForCode: no QR code can hold the address.
    """
    length = len(address.encode())
    if length > MOST:
        raise TooLongForCode(
            sentence(
                "The address has {length:,} characters, and a QR code holds at most {most:,}. "
                "Copying the address would work, or fewer settings.",
                length=length,
                most=MOST,
            )
        )
    level = "m" if length <= MEDIUM else "l"
    code = segno.make(address, micro=False, error=level, boost_error=False)
    file = io.BytesIO()
    code.save(
        file,
        kind="svg",
        border=QUIET_ZONE,
        light="#fff",
        omitsize=True,
        svgclass=None,
        lineclass=None,
        xmldecl=False,
    )
    return file.getvalue()
