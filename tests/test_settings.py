from dataclasses import fields
from pathlib import Path

import pytest

from app.settings import Settings, SettingsError, from_env


def test_an_empty_environment_gives_the_defaults():
    assert from_env({}) == Settings()


@pytest.mark.parametrize("field", fields(Settings), ids=lambda field: field.name)
def test_each_setting_is_the_variable_of_its_name(field):
    settings = from_env({field.name.upper(): "7"})

    assert getattr(settings, field.name) == (Path("7") if field.name == "data_dir" else 7)


@pytest.mark.parametrize("text", ["0", "-1", "many", "1.5", "²"])
def test_a_value_that_cannot_work_stops_the_start_and_is_named(text):
    with pytest.raises(SettingsError, match="IMAGE_HOURS"):
        from_env({"IMAGE_HOURS": text})
