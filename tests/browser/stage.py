"""What a reader does on the stage before anything else: opens the settings of a layer."""

from playwright.sync_api import Frame, Page


def change(page: Page | Frame, layer: int) -> None:
    """Open the settings of a layer, or with 0 of the picture; those of another close."""
    page.locator(f"#settings-{layer} > summary").click()
