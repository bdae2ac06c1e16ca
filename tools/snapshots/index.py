"""The page that leads to the files of a folder, in their language."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape

from markupsafe import Markup

from app.languages import ENGLISH, LANGUAGES, Language, speaking
from app.settings import from_env
from app.web.rendering import make_environment
from app.web.snapshot.parts import policy, styles

HEAD = 20_000  # bytes of a file, in which its language and its title stand
LANGUAGE = re.compile(r'<html lang="([^"]*)"')
TITLE = re.compile(r"<title>([^<]*?)(?: · Convfold)?</title>")


@dataclass(frozen=True)
class Listed:
    """A file in the list: its name in the folder, its title and the code of its language."""

    name: str
    title: str
    language: str


def listed(name: str, data: bytes) -> Listed:
    """Return a file as it is listed."""
    head = data[:HEAD].decode(errors="replace")
    title, language = TITLE.search(head), LANGUAGE.search(head)
    return Listed(
        name, unescape(title[1]) if title else name, language[1] if language else ENGLISH.code
    )


def index_page(files: Sequence[Listed]) -> str:
    """Return the page, in the language of the files; if they have several, in that of the operator."""
    style = styles(())
    with speaking(_language({file.language for file in files})):
        page: str = (
            make_environment()
            .get_template("snapshot/snapshot_index.html")
            .render({"files": files, "styles": Markup(style), "policy": policy(style, ())})
        )
    return page


def _language(codes: set[str]) -> Language:
    code = codes.pop() if len(codes) == 1 else from_env(os.environ).language
    return LANGUAGES.get(code, ENGLISH)
