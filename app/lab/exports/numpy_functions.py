"""The functions of the NumPy code and the notebook: what a student reads first."""

from app.engine.spec.stack import StackSpec
from app.lab.exports import pieces
from app.lab.pieces.stack_facts import layers_of

CONVOLVE = '''\
def convolve(maps, kernels, bias, stride=1, dilation=1):
    """Slide every filter over the maps, (C, H, W), and return one map for each filter, (F, H', W').

    kernels is (F, C, kh, kw): a filter is a stack of kernels, one for each map that it reads. The results of
    its C kernels are added up to one map. So F filters make F maps, and not F x C.
    """
    height, width = kernels.shape[2:]
    rows = maps.shape[1] - dilation * (height - 1)
    columns = maps.shape[2] - dilation * (width - 1)
    result = bias[:, None, None]  # one bias for a whole map
    for i in range(height):
        for j in range(width):
            # The values that weight (i, j) meets as the window slides: the maps, shifted.
            top, left = i * dilation, j * dilation
            shifted = maps[:, top : top + rows : stride, left : left + columns : stride]  # (C, H', W')
            # Here the C maps become one: tensordot adds over them.
            result = result + np.tensordot(kernels[:, :, i, j], shifted, axes=1)  # (F, H', W')
    return result
'''
CONVOLVE_GROUPS = '''\
def convolve_groups(maps, kernels, bias, groups, stride=1, dilation=1):
    """Convolve each group of maps with the filters of its own."""
    parts = zip(np.split(maps, groups), np.split(kernels, groups), np.split(bias, groups))
    return np.concatenate([convolve(*part, stride, dilation) for part in parts])
'''
POOL = '''\
def pool(maps, size, how):
    """Keep the greatest (np.max) or the mean (np.mean) of each square window; a rest at the end is not read."""
    count, height, width = maps.shape
    rows, columns = height // size, width // size
    windows = maps[:, : rows * size, : columns * size].reshape(count, rows, size, columns, size)
    return how(windows, axis=(2, 4))
'''
SIGMOID = '''\
def sigmoid(x):
    """Return 1 / (1 + exp(-x)), written so that nothing overflows."""
    return (1 + np.tanh(x / 2)) / 2
'''
GELU = '''\
def gelu(x):
    """Return x times the share of a normal distribution that lies below x: no approximation by tanh."""
    erf = np.vectorize(math.erf, otypes=[np.float32])
    return x * (1 + erf(x / 2**0.5)) / 2
'''


def functions(stack: StackSpec) -> list[str]:
    """Return the functions that the layers of a stack use."""
    layers, used = layers_of(stack), activations(stack)
    wanted = {
        CONVOLVE: True,
        CONVOLVE_GROUPS: any(layer.groups > 1 or layer.between for layer in layers),
        pieces.OF_GROUPS: any(layer.groups > 1 and not layer.between for layer in layers),
        POOL: any(layer.spec.pool != "none" for layer in layers),
        SIGMOID: bool(used & {"sigmoid", "silu"}),
        GELU: "gelu" in used,
    }
    return [text for text, needed in wanted.items() if needed]


def activations(stack: StackSpec) -> set[str]:
    """Return the names of the activations of a stack."""
    return {layer.activation for layer in stack.layers}
