"""The spreadsheet's formulas, computed anew by a library that knows nothing of the page."""

import html
import io
import math
import re
import zipfile
from dataclasses import replace

import ironcalc
import numpy as np
import pytest

from app.lab.pixel.build import pixel_view
from app.lab.pixel.workbook import FORMULAS, pixel_workbook
from tests.lab.exports.stacks import stack_of

SMALL = "size=32&filters1=4&filters2=3&weights1=random&weights2=random"
STACKS = {
    "no pool": (f"{SMALL}&kernel2=3x2&mute=1", (2, 1, 0, 31)),
    "max pool": (f"{SMALL}&pool2=max&padding_mode2=reflect", (2, 2, 0, 3)),
    "average pool": (f"{SMALL}&pool2=average&pool_size2=3&activation2=leaky_relu", (2, 0, 4, 9)),
    "layer 1": (f"{SMALL}&kernel1=1", (1, 3, 7, 7)),
    "groups by size": (f"{SMALL}&groups2=1&order=size&dilation2=2", (2, 0, 0, 0)),
}


class Sheet:
    """A workbook that computes: `at(row, column)` counts from 0."""

    def __init__(self, path):
        self._model = ironcalc.load_from_xlsx(str(path))
        self._model.evaluate()

    def change(self, row, column, value):
        self._model.update_cell_with_number(0, row + 1, column + 1, value)
        self._model.evaluate()

    def at(self, row, column):
        return self._model.get_cell_value(0, row + 1, column + 1)

    def row_of(self, label):
        return next(row for row in range(60) if self.at(row, 0) == label)

    def result(self, label):
        return float(self.at(self.row_of(label), 1))


@pytest.fixture
def opened(lab, tmp_path):
    def opened(query, place):
        one = stack_of(query)
        path = tmp_path / "pixel.xlsx"
        path.write_bytes(pixel_workbook(lab.passes, one.state, place, one.source))
        return Sheet(path), pixel_view(lab.passes, one.state, place)

    return opened


def test_the_words_are_in_the_language_of_the_source(lab):
    one = stack_of(f"{SMALL}&pool2=max&activation2=leaky_relu")
    loud = replace(one.source, say=lambda words: str(words).upper())
    file = pixel_workbook(lab.passes, one.state, (2, 1, 0, 3), loud)
    with zipfile.ZipFile(io.BytesIO(file)) as opened:
        text = opened.read("xl/sharedStrings.xml").decode()
    words = list(map(html.unescape, re.findall("<t[^>]*>([^<]+)", text)))

    assert len(words) > 10
    assert words == [one.upper() for one in words]


@pytest.mark.parametrize("name", STACKS)
def test_formulas_compute_every_sum_of_the_ledger(opened, name):
    sheet, pixel = opened(*STACKS[name])
    below = "channel" if pixel.layer == 1 else "map"
    height, width = len(pixel.rows), len(pixel.columns)
    head = next(row for row in range(60) if sheet.at(row, 1) == "window")
    for index, one in enumerate(pixel.contributions):
        row = head + 1 + index * (height + 1)
        assert sheet.at(row, 0).startswith(f"{below} {one.channel}")
        cells = [[sheet.at(row + i, 1 + j) for j in range(width)] for i in range(height)]
        np.testing.assert_allclose(np.array(cells, float), one.window, rtol=1e-13)
        assert float(sheet.at(row, 2 * width + 3)) == pytest.approx(one.sum, abs=1e-12)


@pytest.mark.parametrize("name", STACKS)
def test_formulas_end_in_the_values_of_the_page(opened, name):
    sheet, pixel = opened(*STACKS[name])
    page = pixel.pooling.output if pixel.pooling else pixel.activation

    assert sheet.result("pre-activation") == pytest.approx(pixel.total, abs=1e-12)
    assert sheet.result("the page's value, float32") == pytest.approx(page, rel=1e-15)
    assert sheet.at(sheet.row_of("difference"), 2) == "equal but for rounding"
    assert abs(sheet.result("difference")) < 2e-6


@pytest.mark.parametrize("name", ["no pool", "average pool"])
def test_a_changed_cell_changes_the_result(opened, name):
    sheet, pixel = opened(*STACKS[name])
    head = next(row for row in range(60) if sheet.at(row, 1) == "window")
    last = pixel.contributions[-1]
    row = head + 1 + (len(pixel.contributions) - 1) * (len(pixel.rows) + 1)
    added = math.copysign(100, last.kernel[0][0])  # so that the total grows and no ReLU cuts it
    sheet.change(row, 1, last.window[0][0] + added)

    changed = pixel.total + added * last.kernel[0][0]
    assert sheet.result("pre-activation") == pytest.approx(changed, abs=1e-9)
    assert sheet.at(sheet.row_of("difference"), 2) == "not the same"


@pytest.mark.parametrize("activation", FORMULAS)
@pytest.mark.parametrize("place", [(1, 0, 3, 4), (1, 1, 20, 11)])
def test_every_activation_has_a_formula(opened, activation, place):
    sheet, pixel = opened(f"{SMALL}&kernel1=1&activation1={activation}", place)

    assert abs(sheet.result("difference")) < 1e-6
    label = sheet.at(sheet.row_of("pre-activation") + 1, 0)
    assert sheet.result(label) == pytest.approx(pixel.activation, abs=1e-6)


def test_the_numbers_are_there_for_programs_that_compute_nothing(lab):
    one = stack_of(SMALL)
    data = pixel_workbook(lab.passes, one.state, (2, 1, 5, 5), one.source)
    pixel = pixel_view(lab.passes, one.state, (2, 1, 5, 5))
    xml = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml").decode()

    for contribution in pixel.contributions:
        assert f"<v>{contribution.sum!r}</v>" in xml or f"{contribution.sum:.16G}" in xml
    assert xml.count("SUMPRODUCT(") == len(pixel.contributions)


def test_the_same_pixel_is_the_same_file(lab):
    one = stack_of(SMALL)
    first, second = (
        pixel_workbook(lab.passes, one.state, (2, 1, 5, 5), one.source) for _ in range(2)
    )

    assert first == second


def test_no_text_becomes_a_formula(lab):
    one = stack_of(SMALL, title='=HYPERLINK("http://elsewhere","cat")')
    data = pixel_workbook(lab.passes, one.state, (2, 1, 5, 5), one.source)
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        sheets = [file.read(name) for name in file.namelist() if "/sheet" in name]
        texts = file.read("xl/sharedStrings.xml").decode()

    assert not any(b"HYPERLINK" in sheet for sheet in sheets)
    assert "=HYPERLINK(" in texts
