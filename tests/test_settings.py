"""Settings are read from environment variables, and invalid values are refused."""

from dataclasses import fields
from pathlib import Path

import pytest

from app.setting_values import GREATEST, MOST, WEIGHT_FORMATS, SettingsError
from app.settings import MEANINGS, Settings, from_env
from app.untrusted.weights.limits import FORMATS

STORE = "rediss://name:secret@valkey.example:6379/0"
TEXTS = {
    "data_dir": ("7", Path("7")),
    "store": (STORE, STORE),
    "log_level": ("Debug", "debug"),
    "root_path": ("/course/convfold/", "/course/convfold"),
    "public_url": ("https://convfold.example.org/", "https://convfold.example.org"),
    "frame_ancestors": ("'self', https://*.example.org", "'self' https://*.example.org"),
    "cors_origins": ("https://a.example.org,null", "https://a.example.org null"),
    "samples_dir": ("pictures", "pictures"),
    "lessons_dir": ("lessons", "lessons"),
    **{
        f"{name}_url": (f"https://example.org/{name}?a=b#c", f"https://example.org/{name}?a=b#c")
        for name in ("imprint", "privacy", "accessibility")
    },
    "language": ("zh-Hans", "zh-Hans"),
    "weight_formats": ("onnx Safetensors", "safetensors, onnx"),
}

NUMBERS = [field.name for field in fields(Settings) if field.type is int]


def test_an_empty_environment_gives_the_defaults():
    assert from_env({}) == Settings()


@pytest.mark.parametrize("field", fields(Settings), ids=lambda field: field.name)
def test_each_setting_is_read_from_the_variable_of_the_same_name(field):
    text, value = TEXTS.get(field.name, ("7", 7))

    settings = from_env({field.name.upper(): text})

    assert getattr(settings, field.name) == value
    assert field.name in MEANINGS


@pytest.mark.parametrize("text", ["pickle", "onnx, pt", ","])
def test_an_unknown_format_of_weights_is_refused_with_those_that_are_known(text):
    with pytest.raises(SettingsError, match=r"WEIGHT_FORMATS.*some of npz, npy, safetensors"):
        from_env({"WEIGHT_FORMATS": text})


def test_the_formats_that_can_be_named_are_those_that_are_read():
    assert WEIGHT_FORMATS == FORMATS


@pytest.mark.parametrize("field", NUMBERS)
@pytest.mark.parametrize("text", ["0", "-1", "many", "1.5", "²", "9" * 11, "9" * 5000, "1\n", " 1"])
def test_an_invalid_number_is_refused_with_the_name_of_its_setting(field, text):
    if field == "max_multiply_adds" and text == "9" * 11:
        return  # its default is of that size
    with pytest.raises(
        SettingsError, match=f"^{field.upper()} is .* a whole number from 1 to "
    ) as e:
        from_env({field.upper(): text})

    assert "\n" not in str(e.value)
    assert len(str(e.value)) < 250


@pytest.mark.parametrize("field", NUMBERS)
def test_the_greatest_number_is_accepted_and_the_next_one_is_not(field):
    most = GREATEST.get(field, MOST)

    assert getattr(from_env({field.upper(): str(most)}), field) == most
    assert getattr(Settings(), field) < most
    with pytest.raises(SettingsError, match=f" from 1 to {most:,} would work"):
        from_env({field.upper(): str(most + 1)})


def test_an_unknown_log_level_is_refused_with_the_valid_ones():
    with pytest.raises(SettingsError, match="LOG_LEVEL is 'loud'; debug, info, warning"):
        from_env({"LOG_LEVEL": "loud"})


@pytest.mark.parametrize(
    "text",
    [
        "valkey",
        "http://:secret@valkey:6379",
        "redis://",
        "redis://:secret@valkey:port",
        "redis://:secret@valkey/name",
        "redis://:secret@valkey:65536",
        "redis://:secret@val key",
        "redis://:secret@[",
        "redis://:secret@[::::]",
        "redis://:secret@valkey/" + "9" * 5000,
        "redis://:secret@valkey/٣",
        "redis://:secret@valkey/0?socket_timeout=long",
        "redis://:secret@valkey/0?no_such_option=1",
    ],
)
def test_an_invalid_store_address_is_refused_without_showing_its_password(text):
    with pytest.raises(SettingsError, match="STORE is not a valid address; redis://") as refused:
        from_env({"STORE": text})

    assert "secret" not in str(refused.value)


def test_the_repr_of_the_settings_does_not_show_the_password_of_the_store():
    assert "secret" not in repr(from_env({"STORE": STORE}))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ROOT_PATH", "convfold"),
        ("ROOT_PATH", "/a b"),
        ("ROOT_PATH", "/a/../b"),
        ("ROOT_PATH", "/.."),
        ("ROOT_PATH", "/./a"),
        ("ROOT_PATH", "//a"),
        ("ROOT_PATH", "/a?b"),
        ("ROOT_PATH", "/%2e%2e"),
        ("PUBLIC_URL", "convfold.example.org"),
        ("PUBLIC_URL", "https://convfold.example.org/lab"),
        ("PUBLIC_URL", "https://["),
        ("PUBLIC_URL", "https://[::::]"),
        ("PUBLIC_URL", "https://[::1"),
        ("PUBLIC_URL", "https://:443"),
        ("PUBLIC_URL", "https://a.example:99999"),
        ("PUBLIC_URL", "https://a.example:0"),
        ("PUBLIC_URL", "https://a..example"),
        ("PUBLIC_URL", "https://me@a.example"),
        ("PUBLIC_URL", "https://a.example https://b.example"),
        ("PUBLIC_URL", "javascript:alert(1)"),
        ("IMPRINT_URL", "javascript:alert(1)"),
        ("IMPRINT_URL", "/imprint"),
        ("IMPRINT_URL", "example.org/imprint"),
        ("IMPRINT_URL", "//example.org/imprint"),
        ("IMPRINT_URL", "https://"),
        ("IMPRINT_URL", "https://me@example.org"),
        ("PRIVACY_URL", "https://example.org/a b"),
        ("PRIVACY_URL", 'https://example.org/"onclick="'),
        ("PRIVACY_URL", "https://example.org/a\u202eb"),
        ("ACCESSIBILITY_URL", "ftp://example.org/"),
        ("ACCESSIBILITY_URL", "https://example.org:99999/"),
        ("FRAME_ANCESTORS", "*; script-src *"),
        ("FRAME_ANCESTORS", "'none' https://example.org"),
        ("FRAME_ANCESTORS", "https://"),
        ("FRAME_ANCESTORS", "https://[::1]"),
        ("FRAME_ANCESTORS", "a:b:c"),
        ("FRAME_ANCESTORS", "'unsafe-inline'"),
        ("CORS_ORIGINS", "https://example.org/path"),
        ("CORS_ORIGINS", "* https://example.org"),
        ("CORS_ORIGINS", "https://["),
        ("CORS_ORIGINS", "https://a.example:99999"),
        ("CORS_ORIGINS", ","),
        ("LOG_LEVEL", "x" * 10_000),
    ],
)
def test_an_invalid_path_origin_or_policy_is_refused_with_the_name_of_its_setting(name, text):
    with pytest.raises(SettingsError, match=f"^{name} is ") as refused:
        from_env({name: text})

    assert len(str(refused.value)) < 250


@pytest.mark.parametrize("word", ["self", "SELF", "none"])
def test_a_word_of_a_policy_without_its_quotes_is_refused_with_the_quoted_word(word):
    with pytest.raises(
        SettingsError, match=rf"is '{word}'; '{word.lower()}' in single quotes would"
    ):
        from_env({"FRAME_ANCESTORS": word})
    with pytest.raises(SettingsError, match=f"'{word.lower()}' in single quotes"):
        from_env({"FRAME_ANCESTORS": f"https://a.example {word}"})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("PUBLIC_URL", "https://[2001:db8::1]:8443"),
        ("PUBLIC_URL", "http://localhost:8000"),
        ("PUBLIC_URL", "https://convfold_test.intra-net"),
        ("ROOT_PATH", "/a.b/~c/..."),
        ("FRAME_ANCESTORS", "'self' file: https://*.example.org:* localhost:3000 https:"),
        ("CORS_ORIGINS", "http://[::1]:8000 null"),
        ("STORE", "rediss://[::1]:6379/3"),
        ("STORE", "rediss://valkey/0?ssl_ca_certs=/etc/ca.pem"),
    ],
)
def test_an_unusual_value_that_works_is_kept(name, text):
    assert getattr(from_env({name: text}), name.lower()) == text
