"""Numbers have the form of the language of the page, as CLDR has it, and nowhere else."""

import re
from gettext import NullTranslations

import numpy as np
import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from app.figures import Figure, Percentage, Typed, marked, marked_list, number, plain, plain_list
from app.languages import ENGLISH, LANGUAGES, speaking, spoken
from app.messages import counted, sentence
from app.web.filters.numbers import fixed, percent, signed, signed_percent
from app.web.filters.shapes import shape
from app.web.filters.stage import weight_lines

FOREIGN = [one for one in LANGUAGES.values() if one is not ENGLISH]


@pytest.mark.parametrize("language", FOREIGN, ids=lambda one: one.code)
def test_the_marks_of_a_language_are_those_of_cldr(language):
    locale = Locale.parse(language.folder)
    symbols = locale.number_symbols["latn"]
    pattern = locale.percent_formats[None].pattern

    assert (language.decimal, language.group) == (symbols["decimal"], symbols["group"])
    assert language.percent == pattern.removeprefix("#,##0")
    assert locale.languages[language.code.split("-")[0]].lower() in (
        language.name.lower(),
        "中文",
    )


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("en", ["1,792", "18,432", "−0.523", "1.2e-6", "99.9\xa0%", "64"]),
        ("de", ["1.792", "18.432", "−0,523", "1,2e-6", "99,9\xa0%", "64"]),
        ("es", ["1792", "18.432", "−0,523", "1,2e-6", "99,9\xa0%", "64"]),
        ("fr", ["1\u202f792", "18\u202f432", "−0,523", "1,2e-6", "99,9\xa0%", "64"]),
        ("zh-Hans", ["1,792", "18,432", "−0.523", "1.2e-6", "99.9%", "64"]),
    ],
)
def test_a_number_is_written_as_the_language_has_it(code, written):
    with speaking(LANGUAGES[code]):
        found = [number(1792), number(18432), number(-0.5234), number(1.2e-6, 2)]
        found += [percent(0.999), number(64)]

    assert [text.replace("−6", "-6") for text in found] == written


def test_every_writer_of_numbers_follows_the_language():
    with speaking(LANGUAGES["de"]):
        assert signed(0.5) == "+0,50"
        assert signed_percent(-0.1234) == "−12,3\xa0%"
        assert signed_percent(0.0001) == "< 0,1\xa0%"
        assert percent(0.0001) == "< 0,1\xa0%"
        assert fixed(-1234.567, 2) == "−1.234,57"
        assert shape((1024, 7)) == "1.024\xa0×\xa07"
        assert weight_lines(((0.25, -1.0), (0.0, 2.0))) == "+0,25;−1,00|0;+2,00"
        assert str(Figure(0.1)) == "0,100"
        assert str(Percentage(12.5)) == "12,5\xa0%"


def test_a_message_writes_its_numbers_in_the_language_and_is_in_english_as_text():
    message = sentence(
        "{count:,} of {share}, {slope:g} and {small}",
        count=12345,
        share=Figure(0.5),
        slope=0.01,
        small=1e-05,
    )
    with speaking(LANGUAGES["de"]):
        assert message.in_words(NullTranslations()) == "12.345 of 0,500, 0,01 and 0,00001"
        assert str(message) == "12,345 of 0.500, 0.01 and 0.00001"
        assert spoken() is LANGUAGES["de"]


def test_a_number_of_the_engine_is_written_as_the_language_has_it():
    with speaking(LANGUAGES["fr"]):
        assert sentence("slope {slope:g}", slope=np.float32(0.01)).in_words(NullTranslations()) == (
            "slope 0,01"
        )


def test_a_count_chooses_its_text_and_is_written_as_the_language_has_it():
    with speaking(LANGUAGES["fr"]):
        words = counted("{count:,} map", "{count:,} maps", 20480).in_words(NullTranslations())

    assert words == "20\u202f480 maps"


def test_a_number_is_not_kept_for_another_language():
    with speaking(LANGUAGES["de"]):
        assert number(0.125) == "0,125"
    assert number(0.125) == "0.125"


@pytest.mark.parametrize("text", ["0", "5", "-12", "1,234", "12,345.678", "1.2e-06", "+0.5"])
def test_the_digits_stay_in_every_language(text):
    for language in LANGUAGES.values():
        with speaking(language):
            written = marked(text)
        assert re.sub(r"\D", "", written) == re.sub(r"\D", "", text)


@given(
    value=st.one_of(
        st.integers(-(10**9), 10**9), st.floats(-1e9, 1e9, allow_nan=False, allow_subnormal=False)
    ),
    digits=st.integers(2, 6),
    language=st.sampled_from(list(LANGUAGES.values())),
)
def test_what_is_written_is_read_as_the_same_number(value, digits, language):
    in_python = number(value, digits).replace(",", "").replace("\N{MINUS SIGN}", "-")

    with speaking(language):
        written = number(value, digits)
        again = plain(written)
        assert again is not None
        typed_back = plain(str(Typed(again)))

    assert typed_back is not None
    assert float(again) == float(in_python)
    assert float(typed_back) == float(in_python)


@pytest.mark.parametrize(
    ("code", "typed", "read"),
    [
        ("de", "0,37", "0.37"),
        ("de", "0.37", "0.37"),
        ("de", "−1,7232", "-1.7232"),
        ("de", "1.234", "1234"),
        ("de", "1.234,5", "1234.5"),
        ("de", "1,234.5", "1234.5"),
        ("de", "0.414", "0.414"),
        ("de", "1 234,5", "1234.5"),
        ("de", ",5", ".5"),
        ("es", "1,234", "1.234"),
        ("fr", "12\u202f345,6", "12345.6"),
        ("fr", "12\xa0345.6", "12345.6"),
        ("zh-Hans", "－１．５", "-1.5"),
        ("en", "1,234", "1234"),
        ("en", "0,37", None),
        ("en", "0,414", None),
        ("en", "12,34", None),
        ("de", "1.234.5", None),
        ("de", "1 234.567,8", None),
        ("de", "1,2,3", None),
        *(
            (code, text, None)
            for code in LANGUAGES
            for text in ("", "-", ",", ".", "nan", "3²", "1" * 31)
        ),
    ],
)
def test_a_number_is_read_as_the_language_has_it_or_as_english_does(code, typed, read):
    with speaking(LANGUAGES[code]):
        assert plain(typed) == read


def test_numbers_that_are_never_large_have_no_groups():
    with speaking(LANGUAGES["de"]):
        assert plain("123.675", grouped=False) == "123.675"
        assert plain("123,675", grouped=False) == "123.675"


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda one: one.code)
@pytest.mark.parametrize(
    "text", ["0.5", "0.485,0.456,0.406", "123.675,116.28,103.53", "123,116,103"]
)
def test_a_list_of_numbers_is_read_as_it_is_written_and_as_python_writes_it(language, text):
    with speaking(language):
        assert plain_list(marked_list(text)) == text
        assert plain_list(text) == text
        assert plain_list(text.replace(",", ", ")) == text


@pytest.mark.parametrize(
    ("code", "typed", "read"),
    [
        ("de", "0,5", "0.5"),
        ("de", "0,485, 0,456, 0,406", "0.485,0.456,0.406"),
        ("fr", "0,485;0,456;0,406", "0.485,0.456,0.406"),
        ("en", "1,2", "1,2"),
        ("en", "103,116", "103,116"),
        ("de", "halb", "halb"),
    ],
)
def test_a_comma_in_a_list_is_what_the_language_takes_it_for(code, typed, read):
    with speaking(LANGUAGES[code]):
        assert plain_list(typed) == read


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda one: one.code)
@pytest.mark.parametrize("view", ["contributions", "contributions/snapshot.html"])
def test_the_shares_of_tiles_have_no_sign_of_per_cent_that_is_seen(client, view, language):
    query = f"size=32&filters1=4&filters2=2&weights1=random&lang={language.code}"
    page = client.get(f"/images/cat/layers/2/maps/1/{view}?{query}").text

    shares = re.findall(r'<span class="tile__share[^>]*>([^<]*)', page)
    assert len(shares) == 4
    assert not any("%" in one for one in shares)
