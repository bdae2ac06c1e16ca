"""Static files: those that a page links, and the style sheets combined into one."""

import re
from pathlib import Path

from app.main import STATIC

SHEET = "/static/css/screen.css"
CSS = STATIC / "css"


def test_every_style_sheet_is_imported_for_screen_or_print():
    named = re.findall(r'^@import "(.+)";$', (CSS / "screen.css").read_text(), re.MULTILINE)

    found = {str(path.relative_to(CSS)) for path in CSS.rglob("*.css")}
    assert sorted([*named, "print.css", "screen.css"]) == sorted(found)


def test_a_page_links_two_style_sheets_and_the_first_contains_its_imports(client):
    sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', client.get("/about").text)
    assert [Path(one).name for one in sheets] == ["screen.css", "print.css"]

    answer = client.get(sheets[0])
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]
    assert "@import" not in answer.text
    for path in CSS.rglob("*.css"):
        held = path.read_text() in answer.text
        assert held is (path.name not in ("screen.css", "print.css"))
    assert answer.text.index("@layer tokens, reset") < answer.text.index("@layer components")


def test_the_combined_style_sheet_is_revalidated_by_its_etag(client):
    first = client.get(SHEET)
    assert first.headers["cache-control"] == "no-cache"

    again = client.get(SHEET, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert client.get(SHEET, headers={"If-None-Match": '"x"'}).status_code == 200


def test_the_combined_style_sheet_is_served_like_other_files(client):
    head = client.head(SHEET)
    assert head.status_code == 200
    assert int(head.headers["content-length"]) == len(client.get(SHEET).content)
    assert client.post(SHEET).status_code == 405
