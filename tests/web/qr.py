"""Reads a QR code by the rules of ISO/IEC 18004: an implementation of its own, without error correction."""

import re

import numpy as np

# Error correction level M by version: codewords in all, those for correction of each block, blocks.
LEVEL_M = {
    1: (26, 10, 1), 2: (44, 16, 1), 3: (70, 26, 1), 4: (100, 18, 2), 5: (134, 24, 2), 6: (172, 16, 4),
    7: (196, 18, 4), 8: (242, 22, 4), 9: (292, 22, 5), 10: (346, 26, 5), 11: (404, 30, 5), 12: (466, 22, 8),
    40: (3706, 28, 49),
}  # fmt: skip
LEVEL_L = {40: (3706, 30, 25)}
ALIGNED = {
    1: (), 2: (6, 18), 3: (6, 22), 4: (6, 26), 5: (6, 30), 6: (6, 34), 7: (6, 22, 38), 8: (6, 24, 42),
    9: (6, 26, 46), 10: (6, 28, 50), 11: (6, 30, 54), 12: (6, 32, 58),
    40: (6, 30, 58, 86, 114, 142, 170),
}  # fmt: skip
MASKS = (
    lambda r, c: (r + c) % 2 == 0,
    lambda r, c: r % 2 == 0,
    lambda r, c: c % 3 == 0,
    lambda r, c: (r + c) % 3 == 0,
    lambda r, c: (r // 2 + c // 3) % 2 == 0,
    lambda r, c: r * c % 2 + r * c % 3 == 0,
    lambda r, c: (r * c % 2 + r * c % 3) % 2 == 0,
    lambda r, c: ((r + c) % 2 + r * c % 3) % 2 == 0,
)


def modules_of(svg: str, border: int) -> np.ndarray:
    """Return the modules (True is dark) that an SVG of horizontal strokes draws."""
    side = int(re.search(r'viewBox="0 0 (\d+) \1"', svg)[1])
    strokes = re.search(r'stroke="#000" d="([^"]+)"', svg)[1]
    drawn = np.zeros((side, side), bool)
    x = y = 0.0
    for command, text in re.findall(r"([Mmh])([^Mmh]*)", strokes):
        numbers = [float(one) for one in re.findall(r"-?[\d.]+", text)]
        if command == "h":
            drawn[int(y), int(x) : int(x + numbers[0])] = True
            x += numbers[0]
        else:
            x, y = numbers if command == "M" else (x + numbers[0], y + numbers[1])
    assert not drawn[:border].any()
    assert not drawn[:, :border].any()
    return drawn[border:-border, border:-border]


def read(modules: np.ndarray) -> str:
    """Return the text of a code of level M and at most version 12, or of level M or L and version 40."""
    size = len(modules)
    version = (size - 17) // 4
    bits = "".join("1" if modules[8, column] else "0" for column in (0, 1, 2, 3, 4))
    form = int(bits, 2) ^ 0b10101
    level = {0b00: LEVEL_M, 0b01: LEVEL_L}[form >> 3]
    mask = MASKS[form & 0b111]
    taken = _taken(size, version)
    stream = [
        bool(modules[row, column]) ^ bool(mask(row, column))
        for row, column in _way(size)
        if not taken[row, column]
    ]
    words = np.packbits(np.array(stream[: len(stream) // 8 * 8]))
    return _text(_data(words, *level[version]), version)


def _taken(size: int, version: int) -> np.ndarray:
    taken = np.zeros((size, size), bool)
    taken[:9, :9] = taken[:9, -8:] = taken[-8:, :9] = True
    taken[6] = taken[:, 6] = True
    centres = ALIGNED[version]
    corners = {(6, 6), (6, size - 7), (size - 7, 6)}
    for row in centres:
        for column in centres:
            if (row, column) not in corners:
                taken[row - 2 : row + 3, column - 2 : column + 3] = True
    if version >= 7:
        taken[:6, -11:-8] = taken[-11:-8, :6] = True
    return taken


def _way(size: int):
    columns = [column for column in range(size - 1, 0, -2)]
    columns = [column - 1 if column <= 6 else column for column in columns]
    for turn, column in enumerate(columns):
        rows = range(size) if turn % 2 else range(size - 1, -1, -1)
        for row in rows:
            yield row, column
            yield row, column - 1


def _data(words: np.ndarray, total: int, correction: int, blocks: int) -> bytes:
    data = total - correction * blocks
    short, longer = data // blocks, data % blocks
    lengths = [short] * (blocks - longer) + [short + 1] * longer
    parts: list[list[int]] = [[] for _ in lengths]
    given = iter(words)
    for place in range(max(lengths)):
        for part, length in zip(parts, lengths, strict=True):
            if place < length:
                part.append(int(next(given)))
    return bytes(byte for part in parts for byte in part)


def _text(data: bytes, version: int) -> str:
    bits = "".join(f"{byte:08b}" for byte in data)
    assert bits[:4] == "0100", "bytes"
    width = 8 if version < 10 else 16
    count, start = int(bits[4 : 4 + width], 2), 4 + width
    text = bytes(int(bits[start + 8 * i : start + 8 * i + 8], 2) for i in range(count))
    return text.decode("utf-8")
