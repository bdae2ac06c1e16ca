"""Accept-Language is read as RFC 9110 has it."""

import pytest

from app.languages import LANGUAGES
from app.web.language.accepted import best_of
from app.web.weighted_list import LONGEST


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        ("de", "de"),
        ("de-CH,de;q=0.9,en;q=0.8", "de"),
        ("DE-at", "de"),
        ("pt-BR,pt;q=0.9,es;q=0.8,en;q=0.7", "es"),
        ("en;q=0.5,fr;q=0.9", "fr"),
        ("fr ; q = 0.9 , en ; q=0.5", "fr"),
        ("es,de", "es"),
        ("de;q=0,es;q=0.1", "es"),
        ("de;q=0.000", None),
        ("zh", "zh-Hans"),
        ("zh-CN,zh;q=0.9", "zh-Hans"),
        ("zh-Hans-HK", "zh-Hans"),
        ("zh-SG", "zh-Hans"),
        ("zh-TW,zh-Hant;q=0.9,en;q=0.8", "en"),
        ("zh-HK,fr;q=0.1", "fr"),
        ("ja,ko;q=0.9", None),
        ("*", None),
        ("", None),
        ("de;q=2,fr;q=0.1", "fr"),
        ("de;q=0.1234,fr;q=0.1", "fr"),
        ("de-,;;q=,,=,fr", "fr"),
        ("de;q=abc,fr;q=0.1", "fr"),
        ("de;level=1,fr;q=0.1", "fr"),
        ("1de,de*,fr;q=0.1", "fr"),
        ("deutsch", None),
        ("es" + " " * LONGEST, None),
    ],
)
def test_the_language_is_the_best_that_is_offered(header, chosen):
    best = best_of(header, LANGUAGES)

    assert (best.code if best else None) == chosen


def test_a_language_without_a_catalog_is_passed_over():
    offered = {code: LANGUAGES[code] for code in ("en", "es")}

    assert best_of("de,es;q=0.5", offered) is LANGUAGES["es"]
