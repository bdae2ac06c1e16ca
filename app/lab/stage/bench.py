"""The stage between its grids: columns and rows, the lines of Keras, and what flows into each filter."""

from app.engine.explain import flow
from app.lab.compute.layer_cache import Pass
from app.lab.pieces.grid_plan import INPUTS, OUTPUTS, grid_plan
from app.lab.pieces.kernels import blocks_layout
from app.lab.pieces.tiles import box_view, sheet_view
from app.lab.stage.keras_lines import keras_lines
from app.lab.stage.stage_views import FlowView, StageView


def stage_view(run: Pass, layer: int, picked: int, *, closed: bool) -> StageView:
    """Describe the stage of one layer; what flows is measured while the bench is closed."""
    left = grid_plan(run.spec.input_shape(layer)[0], INPUTS)
    return StageView(
        layer=layer,
        picked=picked,
        left=left,
        right=grid_plan(run.spec.layers[layer - 1].filters, OUTPUTS),
        keras=keras_lines(run.spec),
        flows=_flows(run, layer, left.columns) if closed else (),
        filters_sheet=sheet_view(blocks_layout(run.bank(layer), left.columns)),
    )


def _flows(run: Pass, layer: int, columns: int) -> tuple[FlowView, ...]:
    def measure() -> tuple[FlowView, ...]:
        trace, layout = run.trace(), blocks_layout(run.bank(layer), columns)
        means = flow.mean_contributions(trace, layer).T.tolist()  # (F, C)
        sizes = flow.mean_sizes(trace, layer, threads=run.layer(layer).threads).T.tolist()  # (F, C)
        read = [run.spec.channels_read(layer, index) for index in range(len(means))]
        hears = {channels: _hears(run, layer, channels) for channels in set(read)}
        return tuple(
            FlowView(
                filter=index,
                hears=hears[read[index]],
                means=tuple(mean),
                sizes=tuple(size),
                box=box_view(layout, index),
            )
            for index, (mean, size) in enumerate(zip(means, sizes, strict=True))
        )

    return run.layer(layer).results.get("flows", measure)


def _hears(run: Pass, layer: int, read: range) -> tuple[bool, ...]:
    muted = run.muted if layer == 2 else frozenset()
    channels = run.spec.input_shape(layer)[0]
    return tuple(channel in read and channel not in muted for channel in range(channels))
