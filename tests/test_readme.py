"""The tables of settings in README.md agree with the code."""

import re
from dataclasses import fields
from pathlib import Path

import uvicorn

from app.engine.errors import SpecError
from app.engine.spec.weight_names import is_known
from app.lab.state.state import build, flatten, text_of
from app.settings import MEANINGS, Settings
from app.web.address.params import PARSERS

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    section = README.split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def test_the_table_lists_every_setting_of_a_view_with_its_default():
    defaults = flatten(build("cat", {}))
    documented: dict[str, str] = {}
    for names, _, default in rows("Settings of a view"):
        each = re.findall(r"`(\w+)`", names)
        given = (
            default.split(", ") if "," in default and "`" not in default else [default] * len(each)
        )
        documented |= dict(zip(each, given, strict=True))

    assert set(documented) == set(PARSERS)
    for name, default in documented.items():
        if not name.startswith("weights"):
            assert default == (text_of(defaults[name]) or "none")


def test_every_value_in_the_table_is_accepted():
    for names, values, _ in rows("Settings of a view"):
        for name in re.findall(r"`(\w+)`", names):
            for word in re.findall(r"`([\w,]+)`", values):
                values_with = {"weights1": "trained"} if name == "weights2" else {}
                given = values_with | {name: PARSERS[name](name, word)}
                try:
                    build("cat", given)
                except SpecError:  # a bank whose shapes do not fit the default stack
                    assert name.startswith("weights")
                    assert is_known(word)


def test_the_table_lists_every_setting_of_the_server_with_its_default(monkeypatch):
    documented = {row[0].strip("`"): row[1:] for row in rows("Settings of the server")}
    settings = Settings()
    _, believed = documented.pop("FORWARDED_ALLOW_IPS")  # which uvicorn reads itself
    monkeypatch.delenv("FORWARDED_ALLOW_IPS", raising=False)

    assert uvicorn.Config("app").forwarded_allow_ips == believed
    assert set(documented) == {field.name.upper() for field in fields(Settings)}
    for name, (meaning, default) in documented.items():
        assert meaning == MEANINGS[name.lower()]
        value = getattr(settings, name.lower())
        assert default == ("what the host grants" if name == "THREADS" else str(value))
