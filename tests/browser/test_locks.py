"""A locked view in a browser: no key, drop or script leads to other settings or to another picture."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Page, Request

from app.lab.state.state import flatten
from app.web.embedding.view_table import place_at

SETTINGS = "size=48&filters1=8&filters2=4&weights1=random&lock=all"
VIEWS = {
    "lab": ("/embed/images/cat", "#tile-1-2"),
    "map": ("/embed/images/cat/layers/1/maps/2", "#tile-1-2"),
    "fold": ("/embed/images/cat/layers/2/maps/1/contributions", "#tile-1-2"),
    "wall": ("/embed/images/cat/layers/2/wall", "#column-2"),
    "maps": ("/embed/images/cat/layers/1/maps", "#tile-1-2"),
}
KEYS = (
    *"abcdefghijklmnopqrstuvwxyz0123456789+-[]",
    "Space",
    "ArrowRight",
    "ArrowDown",
    "Home",
    "End",
    "Escape",
)
DROP = """async (address) => {
  const file = new File([await (await fetch(address)).blob()], "coffee.jpg", { type: "image/jpeg" })
  const data = new DataTransfer()
  data.items.add(file)
  for (const type of ["dragover", "drop"]) {
    document.body.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }))
  }
  document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }))
}"""


def shown(address: str) -> tuple[str, dict[str, object]]:
    parts = urlsplit(address)
    place = place_at(parts.path.removeprefix("/embed"), dict(parse_qsl(parts.query)))
    assert place, address
    return place.state.image_id, flatten(place.state)


@pytest.mark.parametrize("view", VIEWS)
def test_no_key_and_no_drop_changes_what_is_locked(page: Page, view):
    path, tile = VIEWS[view]
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    page.goto(f"{path}?{SETTINGS}")
    now = shown(page.url)
    for key in KEYS:
        if page.locator(tile).count():
            page.locator(tile).focus()
        page.keyboard.press(key)
    page.evaluate(DROP, "/static/samples/coffee.jpg")
    page.wait_for_load_state("networkidle")
    links = page.eval_on_selector_all("a[href*='/embed/']", "all => all.map((one) => one.href)")

    assert shown(page.url) == now
    assert [one.url for one in asked if one.method != "GET"] == []
    assert len(links) > 3
    for address in links:
        assert "lock=all" in address
        assert shown(address) == now


def test_the_menu_of_a_map_offers_to_mute_it_only_where_that_is_free(page: Page):
    for lock, there in (("contrast", True), ("solo", False), ("all", False)):
        page.goto(f"/embed/images/cat?{SETTINGS.replace('lock=all', f'lock={lock}')}")
        page.locator("#tile-1-2").focus()
        page.keyboard.press("m")
        words = page.locator(".tile-menu__body").inner_text()
        assert "its own fold" in words
        assert ("only this map" in words) == there
