"""What a page knows of the files that are taken as pictures, to refuse others before they are sent."""

import re
from typing import Any

from starlette.requests import Request

from app.lab.keep.decoding import decode_limits
from app.messages import listed
from app.settings import Settings
from app.untrusted.pictures.formats import ACCEPTED, OTHERS
from app.untrusted.pictures.limits import SHORT_SIDE
from app.web.address.urls import Urls
from app.web.language.in_words import in_words
from app.web.watch.route_names import route_of


def offers_a_drop(request: Request, urls: Urls) -> bool:
    """Tell whether a page shows a picture for which the reader may put in another one.

    In a room of votes all look at the same picture.
    """
    if not urls.takes_pictures:
        return False
    name = route_of(request.scope).name.removeprefix("embed.")
    if name == "lesson":  # its picture is in the query
        return "room" not in request.query_params
    return name == "home" or "image_id" in request.path_params


def picture_rules(settings: Settings) -> dict[str, Any]:
    """Return the limits and the accepted formats, and the patterns, with flags, by which other files are named.

    The patterns mean the same in JavaScript, for bytes that were read as Latin-1.
    """
    limits = decode_limits(settings)
    return {
        "mib": settings.upload_mib,
        "most": limits.max_pixels,
        "most_side": limits.max_side,
        "most_in_a_jpeg": limits.max_jpeg_pixels,
        "most_in_a_heic": limits.max_heic_pixels,
        "most_coefficients": limits.most_coefficients,
        "short_side": SHORT_SIDE,
        "accepted": in_words(listed(ACCEPTED)),
        "others": [
            (
                pattern.pattern.decode("latin-1").removeprefix("(?i)"),
                "is" if pattern.flags & re.IGNORECASE else "s",
                in_words(what),
            )
            for pattern, what in OTHERS
        ],
    }
