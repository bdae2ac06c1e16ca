"""Makes the pictures of the documents anew: `make screenshots`. It prints the size of each."""

from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from tests.browser import chromium
from tools.screenshots.shots import SHOTS, STEADY, take
from tools.serving import ROOT, running_server


def main() -> None:
    """Serve this checkout and write a picture of each page into `docs`."""
    with (
        TemporaryDirectory() as folder,
        running_server(Path(folder)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=[*chromium.arguments(), *STEADY]
        )
        for shot in SHOTS:
            picture = take(browser, address, shot)
            (ROOT / "docs" / f"{shot.name}.png").write_bytes(picture)
            print(f"docs/{shot.name}.png  {shot.width} × {shot.height}  {len(picture):,} bytes")
        browser.close()


if __name__ == "__main__":
    main()
