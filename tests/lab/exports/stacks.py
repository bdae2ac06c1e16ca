"""Settings that together have every kind of layer, padding, border, activation and pool, and their exports."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from app.lab.lab import Lab
from app.lab.pieces.stack_facts import Source
from app.lab.state.state import State
from app.web.address.params import state_from_query

SETTINGS = {
    "default": "size=64",
    "groups, strides, pools, no bias": (
        "size=47&filters1=6&groups1=3&stride1=2&kernel1=5x4&activation1=leaky_relu&pool1=max&weights1=random"
        "&filters2=4&groups2=2&kernel2=3x5&padding2=2&bias2=off&activation2=elu&pool2=average&pool_size2=3"
    ),
    "depthwise, stride with dilation, flipped": (
        "size=40&flip=on&kind1=depthwise&multiplier1=2&kernel1=3x2&dilation1=2&stride1=2&activation1=gelu"
        "&kind2=depthwise&kernel2=4&padding_mode2=replicate&activation2=silu&normalise=imagenet"
    ),
    "separable, pointwise first, muted": (
        "size=41&mute=0,2&filters1=5&kind1=separable&multiplier1=2&stride1=3&padding_mode1=reflect"
        "&activation1=sigmoid&filters2=6&kind2=pointwise_first&multiplier2=2&kernel2=5&dilation2=2"
        "&padding_mode2=circular&activation2=tanh&seed=7"
    ),
    "grey, own figures, solo": (
        "size=33&channels=grey&normalise=0.4,2&solo=1,3&filters1=4&kind1=pointwise_first&kernel1=4x1"
        "&padding1=valid&activation1=linear&pool1=average&filters2=5&kind2=separable&padding2=1"
        "&padding_mode2=reflect&bias1=off&activation2=linear"
    ),
    "bars, edited kernels": (
        "size=36&fit=pad&normalise=none&filters1=4&filters2=3&stride2=2&dilation2=3&weights1=random"
        "&edit1=1.0,0,1,0,1,-4,1,0,1,0&pool2=max"
    ),
    "trained": "size=48&weights1=trained&weights2=trained",
}


@dataclass(frozen=True)
class Stack:
    """One setting: its state, and where it says that its numbers are from."""

    state: State
    source: Source


def stack_of(query: str, *, title: str = "Cat") -> Stack:
    page = f"http://testserver/images/cat?{query}"
    trace = page.replace("cat?", "cat/trace.npz?")
    state = state_from_query("cat", dict(parse_qsl(query)))
    return Stack(state, Source(title=title, page=page, trace=trace))


def trace_file(lab: Lab, state: State) -> bytes:
    return b"".join(lab.exports.trace(state))
