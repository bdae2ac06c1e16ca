"""Convolution by its definition, in plain nested loops. Imports nothing of app."""

import numpy as np


def same_padding(size, *, kernel, stride, dilation):
    """Return (before, after) such that there are ceil(size / stride) outputs; the odd one after."""
    outputs = (size + stride - 1) // stride
    total = 0
    while (size + total - (dilation * (kernel - 1) + 1)) // stride + 1 < outputs or (
        size + total < dilation * (kernel - 1) + 1
    ):
        total += 1
    return total // 2, total - total // 2


def read(x, channel, row, col, mode):
    """Return the value at a place that may lie outside the input."""
    height, width = len(x[channel]), len(x[channel][0])
    row, col = place(row, height, mode), place(col, width, mode)
    return 0.0 if row is None or col is None else float(x[channel][row][col])


def place(index, size, mode):
    if 0 <= index < size:
        return index
    if mode == "zeros":
        return None
    if mode == "replicate":
        return 0 if index < 0 else size - 1
    if mode == "circular":
        return index % size
    return -index if index < 0 else 2 * (size - 1) - index  # reflect: the edge is not repeated


NO_PADDING = ((0, 0), (0, 0))


def conv2d(x, weight, bias, *, stride=1, dilation=1, padding=NO_PADDING, mode="zeros", groups=1):
    """Return (F, H', W') in float64; `padding` is ((top, bottom), (left, right))."""
    (top, bottom), (left, right) = padding
    filters, each, kernel_rows, kernel_cols = weight.shape
    rows = (x.shape[1] + top + bottom - dilation * (kernel_rows - 1) - 1) // stride + 1
    cols = (x.shape[2] + left + right - dilation * (kernel_cols - 1) - 1) // stride + 1
    out = np.zeros((filters, rows, cols))
    for f in range(filters):
        first = f // (filters // groups) * each  # the first input channel of the filter's group
        for row in range(rows):
            for col in range(cols):
                total = float(bias[f])
                for c in range(each):
                    for i in range(kernel_rows):
                        for j in range(kernel_cols):
                            y = row * stride + i * dilation - top
                            z = col * stride + j * dilation - left
                            total += float(weight[f, c, i, j]) * read(x, first + c, y, z, mode)
                out[f, row, col] = total
    return out
