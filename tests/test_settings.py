"""Settings are read from environment variables, and invalid values are refused."""

from dataclasses import fields
from pathlib import Path

import pytest

from app.settings import MEANINGS, WEIGHT_FORMATS, Settings, SettingsError, from_env
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
    "weight_formats": ("onnx Safetensors", "safetensors, onnx"),
}


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


@pytest.mark.parametrize("text", ["0", "-1", "many", "1.5", "²"])
def test_an_invalid_number_is_refused_with_the_name_of_its_setting(text):
    with pytest.raises(SettingsError, match="IMAGE_HOURS"):
        from_env({"IMAGE_HOURS": text})


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
        ("PUBLIC_URL", "convfold.example.org"),
        ("PUBLIC_URL", "https://convfold.example.org/lab"),
        ("FRAME_ANCESTORS", "*; script-src *"),
        ("FRAME_ANCESTORS", "'none' https://example.org"),
        ("CORS_ORIGINS", "https://example.org/path"),
        ("CORS_ORIGINS", "* https://example.org"),
    ],
)
def test_an_invalid_path_origin_or_policy_is_refused_with_the_name_of_its_setting(name, text):
    with pytest.raises(SettingsError, match=f"^{name} is "):
        from_env({name: text})
