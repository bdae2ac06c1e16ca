"""A teacher's own pictures: shown first, never expiring, refused by name when they cannot work."""

import html
import re
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from starlette.testclient import TestClient

from app.lab.errors import SamplesUnusable
from app.lab.keep.samples import Samples
from app.main import STATIC, create_app
from app.settings import Settings
from tools.picture_files.photographs import photograph, saved

SHIPPED = STATIC / "samples"
LIST = """
[[sample]]
id = "our-lake"
file = "lake.png"
title = "The lake behind the school"
credit = "photograph by Class 7b"
licence = "CC BY 4.0"

[[sample]]
id = "bridge"
file = "bridge.jpg"
title = "A bridge"
credit = "photograph by A. Teacher"
licence = "CC0"
"""


@pytest.fixture
def folder(tmp_path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "lake.png").write_bytes(saved(photograph(40, 60), "PNG"))
    (folder / "bridge.jpg").write_bytes(saved(photograph(64, 48), "JPEG"))
    (folder / "samples.toml").write_text(LIST, encoding="utf-8")
    return folder


def client_of(folder: Path) -> TestClient:
    settings = Settings(data_dir=folder.parent / "data", samples_dir=str(folder))
    return TestClient(create_app(settings), follow_redirects=False)


def test_they_stand_before_the_shipped_ones_in_the_order_of_their_list(folder):
    ids = [view.id for view in Samples(SHIPPED, own=folder).views]

    assert ids[:2] == ["our-lake", "bridge"]
    assert ids[2:] == [view.id for view in Samples(SHIPPED).views]


def test_they_have_readable_addresses_and_say_whose_they_are(folder):
    with client_of(folder) as client:
        page = client.get("/images/our-lake?size=32&filters1=2&filters2=2").text
        about = client.get("/about.json").json()

    assert "The lake behind the school" in page
    assert "photograph by Class 7b, CC BY 4.0" in page
    assert about["samples"][0]["terms"] == "CC BY 4.0"


def test_an_embedded_view_of_one_never_expires_and_cannot_be_deleted(folder):
    with client_of(folder) as client:
        page = client.get("/embed/images/our-lake?size=32&filters1=2&filters2=2")
        refused = client.delete("/images/our-lake?token=x")

    assert page.status_code == 200
    assert "Kept for" not in page.text
    assert refused.status_code == 403


def test_a_picture_that_was_exchanged_under_the_same_id_is_seen_by_who_has_the_old_one(folder):
    address = "/images/our-lake/picture.png?size=32"
    with client_of(folder) as client:
        version = client.get("/images/our-lake?size=32&filters1=2").text
        version = version.split("/picture.png?size=32&amp;v=")[1].split('"')[0]
        before = client.get(f"{address}&v={version}")
    (folder / "lake.png").write_bytes(saved(photograph(60, 40), "PNG"))
    with client_of(folder) as client:
        after = client.get(
            f"{address}&v={version}", headers={"If-None-Match": before.headers["ETag"]}
        )

    assert "immutable" not in before.headers["Cache-Control"]
    assert after.status_code == 200
    assert after.content != before.content


def strip_of(client: TestClient) -> str:
    page = client.get("/images/our-lake?size=32&filters1=2&filters2=2").text
    return html.unescape(re.search(r'href="([^"]*/samples\.jpg[^"]*)"', page)[1])


def test_all_samples_stand_in_one_picture_whose_address_changes_with_those_of_the_operator(folder):
    with client_of(folder) as client:
        address = strip_of(client)
        before = client.get(address)
        count = len(client.get("/images/our-lake.json?size=32").json()["samples"])
    (folder / "lake.png").write_bytes(saved(photograph(60, 40), "PNG"))
    with client_of(folder) as client:
        after = client.get(strip_of(client))
        assert strip_of(client) != address

    assert Image.open(BytesIO(before.content)).size == (96 * count, 96)
    assert count > len(Samples(SHIPPED).views)
    assert "immutable" in before.headers["Cache-Control"]
    assert after.content != before.content


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('id = "bridge"', 'id = "our-lake"', r"entry 2 \(our-lake\).*another picture has"),
        ('id = "bridge"', 'id = "cat"', r"entry 2 \(cat\).*another picture has"),
        ('id = "bridge"', 'id = "Bridge 1"', r"entry 2 \(Bridge 1\).*a-z, 0-9"),
        ('id = "bridge"', f'id = "{"0" * 32}"', r"entry 2.*up to 31"),
        ('licence = "CC0"\n', "", r"entry 2 \(bridge\).*licence"),
        ('licence = "CC0"', "licence = 0", r"entry 2 \(bridge\).*no text for licence"),
        ('licence = "CC0"', 'licence = "CC0"\nsize = 3', r"entry 2 \(bridge\).*size"),
        ("bridge.jpg", "missing.jpg", r"entry 2 \(bridge\).*missing.jpg, which cannot be read"),
        ("bridge.jpg", "samples.toml", r"entry 2 \(bridge\).*samples.toml, which cannot be shown"),
        ("bridge.jpg", "../data.jpg", r"entry 2 \(bridge\).*not in the folder"),
        ("[[sample]]", "[[pictures]]", r"has no pictures; a table \[\[sample\]\]"),
        ("[[sample]]", "[[sample", r"samples.toml cannot be read"),
    ],
)
def test_an_entry_that_cannot_work_stops_the_start_and_is_named(folder, old, new, words):
    text = LIST.replace(old, new)
    (folder / "samples.toml").write_text(text, encoding="utf-8")

    with pytest.raises(SamplesUnusable, match=f"(?s)^SAMPLES_DIR: .*{words}"):
        Samples(SHIPPED, own=folder)


def test_a_folder_without_a_list_stops_the_start(tmp_path):
    with pytest.raises(SamplesUnusable, match=r"samples\.toml cannot be read"):
        Samples(SHIPPED, own=tmp_path)
