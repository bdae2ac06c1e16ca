"""What a phone pays for a page: requests and bytes on the line, counted by Chromium with its cache off."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page

KB = 1000
FOLD = "/images/cat/layers/2/maps/0/contributions"


@dataclass
class Counted:
    """Every request of a page that was answered: its address, and the bytes of headers and body on the line."""

    addresses: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, float] = field(default_factory=dict)

    @property
    def nbytes(self) -> float:
        return sum(self.sizes.values())

    def table(self) -> str:
        """Return the largest first, for the message of a test that fails."""
        ordered = sorted(self.sizes.items(), key=lambda one: -one[1])
        return "\n".join(f"{size:9,.0f} {self.addresses.get(key, '?')}" for key, size in ordered)


@pytest.fixture
def count(open_page) -> Callable[..., Counted]:
    def count(address: str, *, scale: float = 1) -> Counted:
        page: Page = open_page(width=390, device_scale_factor=scale)
        session, counted = page.context.new_cdp_session(page), Counted()
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        session.on(
            "Network.requestWillBeSent",
            lambda told: counted.addresses.update({told["requestId"]: told["request"]["url"]}),
        )
        session.on(
            "Network.loadingFinished",
            lambda told: counted.sizes.update({told["requestId"]: told["encodedDataLength"]}),
        )
        page.goto(address)
        page.wait_for_load_state("networkidle")
        return counted

    return count


@pytest.mark.parametrize("scale", [1, 2, 3])
def test_the_first_view_takes_at_most_16_requests_and_400_kilobytes(count, scale):
    counted = count("/", scale=scale)

    assert 8 < len(counted.sizes) <= 16, counted.table()
    assert 100 * KB < counted.nbytes <= 400 * KB, counted.table()


@pytest.mark.parametrize("scale", [1, 2, 3])
def test_a_fold_that_is_not_played_takes_at_most_16_requests_and_450_kilobytes(count, scale):
    counted = count(FOLD, scale=scale)

    assert 8 < len(counted.sizes) <= 16, counted.table()
    assert 100 * KB < counted.nbytes <= 450 * KB, counted.table()


def test_no_text_comes_uncompressed_and_no_script_comes_that_the_page_does_not_need(open_page):
    page = open_page(width=390)
    plain, scripts = [], []

    def look(response):
        kind = response.headers.get("content-type", "").partition(";")[0]
        if kind.startswith("text/") and "content-encoding" not in response.headers:
            plain.append(response.url)
        if kind == "text/javascript":
            scripts.append(response.url.rpartition("/")[2])

    page.on("response", look)
    page.goto("/")
    page.wait_for_load_state("networkidle")

    assert plain == []
    assert sorted(scripts) == ["htmx.min.js", "main.js"]
