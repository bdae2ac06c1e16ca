"""Importing weights in a browser: a file is listed as soon as it is chosen, corrected, taken in and taken back."""

import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import FilePayload, Frame, Page, expect
from safetensors.numpy import save

from tests.browser.stage import change
from tests.browser.test_embed import elsewhere, framed, iframe, show  # noqa: F401  (fixtures)

KERAS = re.compile(r"/images/cat\?size=48.*weights1=8x3x3x3-4x8x5x5-[0-9a-f]{32}[^?]*$")
PAGE = "/weights?size=48"
CASES = Path(__file__).parents[1] / "untrusted/weights/cases"
LISTEN = """
sent = []
const send = XMLHttpRequest.prototype.send
XMLHttpRequest.prototype.send = function (body) { sent.push(body.get("file").name); send.call(this, body) }
"""


def noise(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.3, shape).astype(np.float32)


def weights(seed: int) -> dict[str, np.ndarray]:
    """Two convolutions with their axes in an order that is rare in this format."""
    return {"a.weight": noise(3, 3, 3, 8, seed=seed), "b.weight": noise(5, 5, 8, 4, seed=seed)}


def choose(page: Page, data: bytes, name: str = "my-net.safetensors") -> None:
    file = FilePayload(name=name, mimeType="application/octet-stream", buffer=data)
    page.locator(".weights__file").set_input_files(file)


def correct(page: Page | Frame) -> None:
    for field, name in (("first", "a.weight"), ("second", "b.weight")):
        page.locator(f"#{field}").select_option(name)
        page.locator(f"[name={field}_order]").select_option("HWIO")


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_a_file_is_listed_corrected_imported_and_deleted(open_page, axe, width, scheme):
    page = open_page(width=width, scheme=scheme)
    tensors = weights(width)
    page.goto("/?size=48&filters1=8&filters2=4")
    change(page, 1)
    page.locator("#settings-1").get_by_role("link", name="Your own weights").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your own weights work here too.")
    choose(page, save(tensors))
    expect(page.locator("#contents")).to_contain_text("2 convolutions in the safetensors file")
    expect(page.locator("#contents")).to_contain_text("The two are neighbours in the file")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    correct(page)
    page.get_by_role("button", name="Use these weights").click()

    expect(page).to_have_url(KERAS)
    expect(page.locator(".imported")).to_contain_text("Layer 1 is a.weight, layer 2 is b.weight")
    expect(page.locator(".tile")).to_have_count(8 + 4)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    first = page.request.get(page.url.replace("?", "/layers/1/maps/5.json?")).json()
    kernel = np.array(first["kernels"][1]["weights"])
    np.testing.assert_allclose(kernel, tensors["a.weight"][:, :, 1, 5], rtol=0, atol=1e-6)

    address = page.url
    page.get_by_role("button", name="Delete these weights now").click()
    page.get_by_role("button", name="Yes, delete them").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("deleted")
    assert page.request.get(address).status == 404


def test_a_file_with_batch_norm_is_imported_with_the_form_as_it_stands(page: Page):
    page.goto(PAGE)
    choose(page, (CASES / "onnx_bn_unfused.onnx").read_bytes(), "net.onnx")
    expect(page.locator("#contents")).to_contain_text("directly follows layer 1")
    page.get_by_role("button", name="Use these weights").click()

    expect(page.locator(".imported")).to_contain_text("How the file was read")


def test_the_file_is_sent_without_its_name(page: Page):
    page.add_init_script(LISTEN)
    page.goto(PAGE)
    choose(page, save(weights(1)), "my-secret-net.safetensors")
    expect(page.locator("#contents select").first).to_be_visible()

    assert page.evaluate("sent") == ["weights"]


def test_another_file_takes_the_place_of_the_one_before(page: Page, watch):
    watch.expect("415")
    page.goto(PAGE)
    choose(page, save(weights(2)))
    expect(page.locator("#first")).to_be_visible()
    choose(page, b"not weights", "net.bin")

    expect(page.get_by_role("alert")).to_contain_text(".safetensors")
    expect(page.locator("#contents select")).to_have_count(0)
    choose(page, save({"c.weight": noise(6, 3, 3, 3), "d.weight": noise(5, 6, 3, 3)}))
    expect(page.locator("#first")).to_have_value("c.weight")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_choice_that_cannot_work_is_said_and_can_be_corrected(page: Page, watch):
    watch.expect("422")
    page.goto(PAGE)
    choose(page, save(weights(3)))
    correct(page)
    page.locator("[name=second_order]").select_option("OIHW")
    page.get_by_role("button", name="Use these weights").click()
    expect(page.get_by_role("alert")).to_contain_text("would work")
    expect(page.get_by_role("alert")).to_be_in_viewport()
    expect(page.locator("#first")).to_have_value("a.weight")

    page.locator("[name=second_order]").select_option("HWIO")
    page.get_by_role("button", name="Use these weights").click()

    expect(page).to_have_url(KERAS)


def test_a_file_that_cannot_be_sent_can_be_chosen_again(page: Page, watch):
    watch.expect("ERR_INTERNET_DISCONNECTED")
    watch.expect("htmx:error")
    page.goto(PAGE)
    page.context.set_offline(True)
    choose(page, save(weights(4)))
    expect(page.get_by_role("alert")).to_contain_text("did not reach the server")

    page.context.set_offline(False)
    choose(page, save(weights(4)))

    expect(page.locator("#first")).to_be_visible()


def test_all_of_it_works_without_javascript(page_without_javascript: Page):
    page = page_without_javascript
    page.goto(PAGE)
    choose(page, save(weights(5)))
    page.get_by_role("button", name="Look into the file").click()
    expect(page.get_by_text("Choose the same file again")).to_be_visible()
    correct(page)
    choose(page, save(weights(5)))
    page.get_by_role("button", name="Use these weights").click()

    expect(page.locator(".imported")).to_contain_text("a.weight")
    page.get_by_role("button", name="Delete these weights now").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("deleted")


def test_an_import_works_in_a_frame_that_is_denied_an_origin(show, server, watch):  # noqa: F811
    watch.expect("Clear-Site-Data")  # which a frame without an origin may not obey
    address = f"{server}/embed/images/cat?size=48&filters1=8&filters2=4&weights1=random"
    page = show(iframe(address, attribute='sandbox="allow-scripts"'))
    frame = framed(page)
    frame.get_by_text("Settings and more").click()
    change(frame, 1)
    frame.get_by_role("link", name="Your own weights").click()
    expect(frame.locator(".weights__file")).to_be_visible()
    page.wait_for_load_state("networkidle")  # the scripts of the frame are there
    frame.locator(".weights__file").set_input_files(
        {"name": "a", "mimeType": "application/octet-stream", "buffer": save(weights(6))}
    )
    expect(frame.locator("#first")).to_be_visible()
    correct(frame)
    frame.get_by_role("button", name="Use these weights").click()

    expect(frame.locator(".imported")).to_contain_text("a.weight")
    assert frame.evaluate("self.origin") == "null"
    frame.get_by_role("button", name="Delete these weights now").click()
    frame.get_by_role("button", name="Yes, delete them").click()
    expect(frame.get_by_role("heading", level=1)).to_contain_text("deleted")
