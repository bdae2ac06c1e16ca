"""Two linear layers as the single layer that they equal: its filters, and how far its maps differ."""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from app.engine.errors import SpecError
from app.engine.explain import compose as composing
from app.engine.explain import composed_agreement
from app.engine.explain.compose import OneLayer
from app.engine.spec.stack import StackSpec
from app.lab.compute.passes import Passes
from app.lab.one_layer.pictures import filters_layout
from app.lab.one_layer.views import OneFilterView, OneLayerOfferView, OneLayerView
from app.lab.pieces import scales
from app.lab.pieces.kernels import CHANNEL_NAMES
from app.lab.pieces.tiles import box_view, sheet_view
from app.lab.pieces.views import Matrix
from app.lab.state.state import LAYERS, State

MOST_NUMBERS = 100_000  # weights; with more, the filters are not listed as numbers


def one_layer_view(passes: Passes, state: State) -> OneLayerView:
    """Describe the composed layer, and measure it on the picture with no map muted.

    Raises:
        SpecError: the layers cannot be composed; names the setting to change.
    """
    stack = state.stack
    composing.check_composable(stack)
    one = _compose(passes, stack)
    measured = composed_agreement.measure(passes.hearing_all(state).trace())
    offer = _offer(stack, linear=True)
    weights = one.weight.astype(np.float32)
    return OneLayerView(
        shape=offer.shape,
        filters=offer.filters,
        filter_shape=offer.filter_shape,
        stride=one.stride,
        dilation=one.dilation,
        padding=one.padding,
        weights=offer.weights,
        formula=offer.formula,
        two_weights=offer.two_weights,
        muted=len(state.muted),
        inside=measured.inside,
        ring=measured.ring,
        greatest=measured.greatest,
        names=CHANNEL_NAMES[stack.channels],
        legend=scales.kernel_legend(weights),
        sheet=sheet_view(filters_layout(one)),
        each=_filters(one),
    )


@lru_cache(maxsize=256)
def offer_view(stack: StackSpec) -> OneLayerOfferView | None:
    """Describe the composed layer of two layers, as they are or with linear activations; None if there is none."""
    try:
        composing.check_composable(stack)
        return _offer(stack, linear=True)
    except SpecError:
        first, second = (replace(layer, activation="linear") for layer in stack.layers)
    linear = replace(stack, layers=(first, second))
    try:
        composing.check_composable(linear)
    except SpecError:
        return None
    return _offer(linear, linear=False)


def _offer(stack: StackSpec, *, linear: bool) -> OneLayerOfferView:
    height, width = composing.kernel(stack)
    weights = composing.weights(stack)
    return OneLayerOfferView(
        linear=linear,
        shape=stack.output_shape(2),
        filters=stack.output_shape(2)[0],
        filter_shape=(height, width, stack.channels),
        weights=weights.value,
        formula=weights.formula,
        two_weights=sum(stack.weights(number).value for number in LAYERS),
    )


def _compose(passes: Passes, stack: StackSpec) -> OneLayer:
    return composing.compose(stack, passes.banks.pair(stack))


def _filters(one: OneLayer) -> tuple[OneFilterView, ...]:
    layout, few = filters_layout(one), one.weight.size <= MOST_NUMBERS
    return tuple(
        OneFilterView(
            channel=channel,
            bias=bias,
            weights=_matrices(one, channel) if few else (),
            box=box_view(layout, channel),
        )
        for channel, bias in enumerate(one.bias.tolist())
    )


def _matrices(one: OneLayer, channel: int) -> tuple[Matrix, ...]:
    return tuple(tuple(map(tuple, kernel)) for kernel in one.weight[channel].tolist())
