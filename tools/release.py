"""Prepares a release: `make release VERSION=0.3.0` writes it and prints what to do next."""

import argparse
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

from app import __version__

ROOT = Path(__file__).parents[1]
HOME = "app/__init__.py"
# Files that repeat the version, since what reads them does not read Python.
COPIES = {
    "Dockerfile": 'org.opencontainers.image.version="{}"',
    "deploy/kubernetes.yaml": "convfold:{}\n",
}
CHANGELOG = "CHANGELOG.md"
HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
NOTES = "build/release-notes.md"
NEXT = """Version {version} is written, and its notes are in {notes}. After make test and make thorough
have passed:

  git commit --all --message "Release {version}"
  git tag --annotate v{version} --cleanup verbatim --file {notes}
  git push origin HEAD v{version}
"""


class NotReady(Exception):
    """A release cannot be made now; the message says why."""


def main() -> int:
    """Prepare the release that is named, or say what is missing."""
    parser = argparse.ArgumentParser(prog="python -m tools.release", description=__doc__)
    parser.add_argument("version", help="of the release, such as 0.3.0")
    given = parser.parse_args()
    try:
        _check_git(given.version)
        prepare(ROOT, given.version, before=__version__, today=date.today())
    except NotReady as reason:
        print(reason, file=sys.stderr)
        return 1
    print(NEXT.format(version=given.version, notes=NOTES), end="")
    return 0


def prepare(root: Path, version: str, *, before: str, today: date) -> None:
    """Write `version` where it stands, the date into the changelog, and the notes of the release.

    Raises:
        NotReady: nothing was written.
    """
    if not re.fullmatch(r"\d+\.\d+\.\d+", version) or _numbers(version) < _numbers(before):
        raise NotReady(
            f"{version} is no version from {before} on; {before} or a later one would work."
        )
    links = root / f"tests/web/address/links/{version}.txt"
    if not links.exists():
        raise NotReady(f"{links.relative_to(root)} is missing: the links that this release makes.")
    text = (root / CHANGELOG).read_text("utf-8")
    first, *others = HEADING.finditer(text)
    if first[1] != "Unreleased" and not first[1].startswith(f"{version} ("):
        raise NotReady(f"{CHANGELOG} begins with {first[1]}; Unreleased would work.")
    places = {HOME: '__version__ = "{}"', **COPIES}
    texts = {
        name: _replaced(root / name, line.format(before), line.format(version))
        for name, line in places.items()
    }
    texts[CHANGELOG] = f"{text[: first.start()]}## {version} ({today})" + text[first.end() :]
    end = others[0].start() if others else len(text)
    texts[NOTES] = f"Convfold {version}\n\n{text[first.end() : end].strip()}\n"
    (root / NOTES).parent.mkdir(exist_ok=True)
    for name, new in texts.items():
        (root / name).write_text(new, "utf-8")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _replaced(file: Path, old: str, new: str) -> str:
    text = file.read_text("utf-8")
    if text.count(old) != 1:
        raise NotReady(f"{file.name} has {text.count(old)} times {old!r}; once would work.")
    return text.replace(old, new)


def _check_git(version: str) -> None:
    if _git("status", "--porcelain", "--untracked-files=no"):
        raise NotReady("The work tree has changes that are not committed.")
    if _git("tag", "--list", f"v{version}"):
        raise NotReady(f"The tag v{version} exists already.")


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
