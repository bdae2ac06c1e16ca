"""What the cells of the notebook say."""

from app.engine.spec.stack import StackSpec
from app.lab.exports.numpy_code import pad_lines, slide_words
from app.lab.pieces import stack_words
from app.lab.pieces.stack_facts import Layer, Source, layers_of

CROP = 4  # rows and columns that the loops compute
LOOPED = 4  # filters that they compute
FOLDED = 22  # the map of layer 2 that is taken apart, where there is one

SET_UP = """
import base64
import io
import math

import numpy as np

try:
    import matplotlib.pyplot as plt
except ImportError:
    plt = None  # no pictures then, but every number
"""
PICTURE = (
    "",
    "if plt:",
    '    plt.imshow(np.moveaxis(picture, 0, -1).squeeze(), cmap="gray")',
    '    plt.axis("off")',
    "    plt.show()",
    'print(image.shape, "from", image.min(), "to", image.max())',
)
CONVOLUTION = """
## Convolution, twice

First in NumPy, for whole maps. Then by its definition, in nested loops, which is slow but hides nothing.
Kernels are not turned before they slide: deep learning calls this convolution, mathematics cross-correlation.
"""
LOOPS = '''
def convolve_by_loops(maps, kernels, bias, stride=1, dilation=1, rows=1, columns=1):
    """Compute the first rows and columns of each map, product by product."""
    result = np.zeros((len(kernels), rows, columns))
    for f in range(len(kernels)):  # every filter makes one map
        for row in range(rows):  # its window slides down
            for col in range(columns):  # and across
                total = float(bias[f])
                for c in range(len(maps)):  # over all maps below: their results end in one sum
                    for i in range(kernels.shape[2]):
                        for j in range(kernels.shape[3]):
                            value = maps[c, row * stride + i * dilation, col * stride + j * dilation]
                            total += float(kernels[f, c, i, j]) * float(value)
                result[f, row, col] = total
    return result
'''
TOOLS = '''
TOLERANCE = {tolerance:g}  # of the greatest value: float32 keeps about seven digits of a sum


def compare(what, mine, theirs):
    """Print the greatest difference, and stop where it is more than rounding."""
    difference = np.abs(np.asarray(mine, float) - theirs).max()
    print(f"{{what}}: greatest difference {{difference:.1e}}")
    assert difference <= TOLERANCE * max(1, np.abs(theirs).max()), what


def show(maps, columns=8):
    """Draw maps side by side on one scale: blue below zero, red above."""
    if not plt:
        return
    limit = float(np.quantile(np.abs(maps), 0.995)) or 1
    rows = -(-len(maps) // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(columns * 1.4, rows * 1.4), squeeze=False)
    for axis in axes.flat:
        axis.axis("off")
    for axis, one, number in zip(axes.flat, maps, range(len(maps))):
        axis.imshow(one, cmap="RdBu_r", vmin=-limit, vmax=limit)
        axis.set_title(number, fontsize=7)
    figure.tight_layout()
    plt.show()
'''
END = """
## Done

Every check above has passed: these are the numbers of the page, and you have built them from nothing.
Change a kernel, a stride or the picture and run the cells again, without the comparisons: they would stop you.
"""


def title(stack: StackSpec, source: Source) -> str:
    """Return the opening."""
    settings = [
        f"- Layer {n}: {stack_words.layer_words(layer)}"
        for n, layer in enumerate(layers_of(stack), 1)
    ]
    turned = [f"- {line}" for line in stack_words.flip_words(stack)]
    return "\n".join(
        [
            "# Two convolution layers from nothing",
            "",
            f"`{stack_words.shape_line(stack)}`",
            "",
            *settings,
            *turned,
            "",
            f"The picture: {stack_words.plain(source.title)}. "
            f"The same stack as a page: <{stack_words.plain(source.page)}>",
            "",
            "This notebook holds the picture and the weights, so it needs no server: NumPy, matplotlib to draw.",
            "It stops where a number is not that of the page.",
        ]
    )


def tools(tolerance: float) -> str:
    """Return the cell of what checks and draws."""
    return TOOLS.format(tolerance=tolerance)


def layer_text(layer: Layer) -> str:
    """Return what is said before a layer is computed."""
    return f"## Layer {layer.number}: {stack_words.filters(layer)}\n\n" + "\n".join(
        stack_words.why_so_many(layer)
    )


def by_loops(layer: Layer) -> list[str]:
    """Return the cell that computes a corner of some maps by loops.

    The equivalent full bank makes any kind of layer one table of kernels, zero where a filter does not read.
    """
    n, (_, height, width) = layer.number, layer.map_shape
    rows, columns = min(CROP, height), min(CROP, width)
    how = slide_words(layer.spec)
    return [
        f"# The upper left corner of the first maps, in loops, with layer {n} as one table of kernels.",
        *pad_lines(layer, "image" if n == 1 else "output1", "padded"),
        f'corner = convolve_by_loops(padded, page["layer{n}/weight"][:{LOOPED}], page["layer{n}/bias"]{how}, '
        f"rows={rows}, columns={columns})",
        f'compare("loops against NumPy", before{n}[:{LOOPED}, :{rows}, :{columns}], corner)',
    ]


def maps_shown(layer: Layer) -> list[str]:
    """Return the cell that draws the maps of a layer."""
    return [f"show(output{layer.number})  # {layer.output_shape}"]


def fold_text(layer: Layer) -> str:
    """Return what is said before a map is taken apart."""
    channels, filters = layer.channels, layer.filters
    return f"""
## One map from its {channels} contributions

A contribution is what one map below adds: that map, convolved with its own kernel of the filter. Over all
filters there are {channels} x {filters} = {channels * filters:,} contributions. The layer never hands them on:
each filter adds its {channels} and a bias, and {filters} maps are left.
"""


def fold(layer: Layer) -> tuple[list[str], list[str]]:
    """Return the cells that make the contributions of one map, draw them and add them up."""
    chosen = min(FOLDED, layer.filters - 1)
    how = slide_words(layer.spec)
    first = [
        f"chosen = {chosen}",
        'kernels = page["layer2/weight"][chosen]  # (C, kh, kw): one kernel for each map below',
        *pad_lines(layer, "output1", "padded"),
        "contributions = np.concatenate([",
        f"    convolve(padded[c : c + 1], kernels[None, c : c + 1], np.zeros(1, np.float32){how})",
        "    for c in range(len(kernels))",
        "])",
        "print(contributions.shape)",
        "show(contributions)",
    ]
    second = [
        'total = contributions.sum(axis=0) + page["layer2/bias"][chosen]  # one sum, one bias, one map',
        'compare("the sum of the contributions against the map", total, before2[chosen])',
        "show(np.stack([total, after2[chosen]]), columns=2)  # before and after the activation",
    ]
    return first, second
