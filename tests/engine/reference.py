"""Convolution and pooling by their definitions, in plain nested loops. Imports nothing of app."""

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


def layer(x, kind, weight, pointwise, bias, **settings):
    """Return the pre-activations of a layer of any kind, and its intermediate maps, in float64."""
    if kind == "standard":
        return conv2d(x, weight, bias, **settings), None
    if kind == "depthwise":
        return conv2d(x, weight, bias, groups=len(x), **settings), None
    if kind == "separable":
        between = conv2d(x, weight, np.zeros(len(weight)), groups=len(x), **settings)
        return mix(between, pointwise, bias), between
    between = mix(x, pointwise, np.zeros(len(pointwise)))
    return conv2d(between, weight, bias, groups=len(weight), **settings), between


def mix(maps, table, bias):
    """Return a weighted sum of the maps for each row of a table: a 1x1 convolution."""
    out = np.zeros((len(table), *maps.shape[1:]))
    for f in range(len(table)):
        for row in range(maps.shape[1]):
            for col in range(maps.shape[2]):
                out[f, row, col] = float(bias[f])
                for c in range(len(maps)):
                    out[f, row, col] += float(table[f][c]) * float(maps[c, row, col])
    return out


def pool(maps, how, size):
    """Return the greatest or the mean value of each whole window."""
    rows, cols = maps.shape[1] // size, maps.shape[2] // size
    out = np.zeros((len(maps), rows, cols))
    for f in range(len(maps)):
        for row in range(rows):
            for col in range(cols):
                values = [
                    float(maps[f, row * size + i, col * size + j])
                    for i in range(size)
                    for j in range(size)
                ]
                out[f, row, col] = max(values) if how == "max" else sum(values) / len(values)
    return out
