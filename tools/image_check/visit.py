"""Does what a reader does: uploads a picture, opens its page and fetches both sheets."""

import re
from collections.abc import Iterator

import httpx2

from tools.image_check.building import ROOT

SAMPLE = ROOT / "static/samples/cat.jpg"
PNG = b"\x89PNG\r\n\x1a\n"
PATIENCE = 60


def visit(url: str) -> Iterator[tuple[str, int, bool, int]]:
    """Yield each step with its status, whether the answer is correct, and its size in bytes."""
    with httpx2.Client(base_url=url, timeout=PATIENCE, trust_env=False) as client:
        # A byte after the end of the JPEG makes it a different file from the sample.
        content = SAMPLE.read_bytes() + b"\0"
        answer = client.post(
            "/images", files={"file": content}, headers={"Accept": "application/json"}
        )
        place = answer.json().get("url", "")
        yield "a picture uploaded", answer.status_code, "/images/" in place, len(content)
        page = client.get(place)
        yield "its page", page.status_code, "<html" in page.text, len(page.content)
        for layer in (1, 2):
            sheet = client.get(f"{httpx2.URL(place).path}/layers/{layer}/maps.png")
            yield (
                f"sheet {layer}",
                sheet.status_code,
                sheet.content.startswith(PNG),
                len(sheet.content),
            )
        style = re.search(r'href="([^"]+\.css)"', page.text)
        found = client.get(style[1]) if style else page
        yield "a style sheet", found.status_code, "@layer" in found.text, len(found.content)
        script = re.search(r'src="([^"]+htmx[^"]*)"', page.text)
        found = client.get(script[1]) if script else page
        yield "htmx", found.status_code, "htmx" in found.text[:2000], len(found.content)
