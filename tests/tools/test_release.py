"""A release writes the version wherever it stands, and refuses to begin where something is missing."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from app import __version__
from tools.release import CHANGELOG, COPIES, HOME, NOTES, ROOT, NotReady, prepare

NEXT = "7.0.0"
TODAY = date(2031, 2, 3)


@pytest.fixture
def checkout(tmp_path) -> Path:
    """What a release touches, with a new heading in the changelog."""
    for name in (HOME, CHANGELOG, *COPIES):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    links = tmp_path / f"tests/web/address/links/{NEXT}.txt"
    links.parent.mkdir(parents=True)
    links.touch()
    changelog = tmp_path / CHANGELOG
    changelog.write_text(
        changelog.read_text().replace("\n## ", "\n## Unreleased\n\n- News.\n\n## ", 1)
    )
    return tmp_path


def test_every_file_that_states_the_version_gets_the_new_one(checkout):
    prepare(checkout, NEXT, before=__version__, today=TODAY)

    assert f'__version__ = "{NEXT}"' in (checkout / HOME).read_text()
    for name, line in COPIES.items():
        assert line.format(NEXT) in (checkout / name).read_text()
        assert line.format(__version__) not in (checkout / name).read_text()


def test_the_changelog_gets_the_date_and_the_notes_are_its_first_section(checkout):
    prepare(checkout, NEXT, before=__version__, today=TODAY)

    text = (checkout / CHANGELOG).read_text()
    assert f"\n## {NEXT} (2031-02-03)\n\n- News.\n\n## {__version__} (" in text
    assert "Unreleased" not in text
    assert (checkout / NOTES).read_text() == f"Convfold {NEXT}\n\n- News.\n"


@pytest.mark.parametrize("version", ["0.0.1", "7", "v7.0.0", "7.0.0-rc1"])
def test_a_version_that_is_none_or_lies_before_is_refused(checkout, version):
    with pytest.raises(NotReady, match=f"^{version} is no version from"):
        prepare(checkout, version, before=__version__, today=TODAY)


def test_nothing_is_written_without_the_links_of_the_release_or_news(checkout):
    before = (checkout / HOME).read_text()
    (checkout / f"tests/web/address/links/{NEXT}.txt").rename(checkout / "links.txt")
    with pytest.raises(NotReady, match="links that this release makes"):
        prepare(checkout, NEXT, before=__version__, today=TODAY)
    (checkout / "links.txt").rename(checkout / f"tests/web/address/links/{NEXT}.txt")
    shutil.copy(ROOT / CHANGELOG, checkout / CHANGELOG)
    with pytest.raises(NotReady, match="begins with"):
        prepare(checkout, NEXT, before=__version__, today=TODAY)

    assert (checkout / HOME).read_text() == before


@pytest.mark.parametrize("name", COPIES)
def test_nothing_is_written_when_one_file_states_the_version_otherwise(checkout, name):
    stated = (checkout / name).read_text()
    line = COPIES[name].format(__version__)
    (checkout / name).write_text(stated.replace(line, line.replace(__version__, "latest")))
    before = {file: file.read_text() for file in checkout.rglob("*") if file.is_file()}
    with pytest.raises(NotReady, match="0 times"):
        prepare(checkout, NEXT, before=__version__, today=TODAY)

    assert {file: file.read_text() for file in checkout.rglob("*") if file.is_file()} == before
