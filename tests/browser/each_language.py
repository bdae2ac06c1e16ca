"""Languages for tests of layout: English and the one with the longest words; the others in `make thorough`."""

import pytest

from app.languages import ENGLISH
from app.web.language.catalogs import offered

LONGEST = "de"

EACH = [
    pytest.param(
        language,
        id=code,
        marks=() if code in (ENGLISH.code, LONGEST) else pytest.mark.thorough,
    )
    for code, language in offered().items()
]
FOREIGN = [one for one in EACH if one.id != ENGLISH.code]
