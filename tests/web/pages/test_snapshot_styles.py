"""A file has the styles of all that stands in it: a rule of the pages that is moved must not be lost there."""

import re
from pathlib import Path

import pytest

from app.lab.stage.lessons.table import LESSONS

SHEETS = Path(__file__).parents[3] / "static/css/components"
OF_FRAMES = "compact"  # a file is in no frame of ours
MAP = "/images/cat/layers/2/maps/1"
SMALL = "size=64&filters1=8&filters2=4&weights1=random"
FILES = (
    f"{MAP}/contributions/snapshot.html?{SMALL}",
    f"{MAP}/contributions/snapshot.html?{SMALL}&kind2=separable&mute=1",
    f"{MAP}/pixel/snapshot.html?row=9&col=9&pool2=max&{SMALL}",
    f"/images/cat/layers/1/maps/snapshot.html?{SMALL}&mute=1",
    f"/images/cat/layers/2/wall/snapshot.html?{SMALL}",
    "/ladder/snapshot.html",
    *(f"/lessons/{one.name}/snapshot.html?size=64" for one in LESSONS),
)


def classes(style: str) -> set[str]:
    return set(re.findall(r"\.([a-z][\w-]*)", style))


@pytest.mark.parametrize("address", FILES)
def test_what_pages_style_has_its_styles_in_a_file(client, address):
    page = client.get(address).text
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    used = {one for text in re.findall(r'class="([^"]*)"', page) for one in text.split()}
    sheets = [one for one in SHEETS.glob("*.css") if not one.name.startswith(OF_FRAMES)]
    of_pages = set().union(*(classes(one.read_text("utf-8")) for one in sheets))

    assert style
    assert len(used) > 10
    assert (used & of_pages) - classes(style[1]) == set()
