"""The page of the training: the filters of layer 1 and their maps at one step of it."""

from app.engine.compute.trace import FilterBank
from app.engine.errors import SpecError
from app.engine.spec import weight_names
from app.engine.spec.stack import StackSpec
from app.lab.compute.passes import Passes
from app.lab.maps.build import grid_view
from app.lab.maps.colour_filters import filters_layout
from app.lab.pieces import scales
from app.lab.pieces.tiles import box_view, sheet_view
from app.lab.pieces.training import training_view
from app.lab.stage.learning_views import ColourFilterView, LearningView
from app.lab.state.state import State
from app.messages import Message, sentence


def learning_view(passes: Passes, state: State) -> LearningView:
    """Return the training with the filters and the maps of layer 1 at the state's step.

    Raises:
        SpecError: layer 1 does not have trained weights.
    """
    training = training_view(state.stack)
    if training is None or 1 not in training.layers:
        given = str(state.stack.layers[0].weights)
        raise SpecError("weights1", _would_work(state.stack).having(given=given))
    run = passes.layer_run(state, 1)
    bank = run.bank(1)
    return LearningView(
        training=training,
        filters=_filters(bank),
        sheet=sheet_view(filters_layout(bank)),
        limit=scales.largest(bank.full),
        maps=grid_view(run, 1, state.display),
    )


def _filters(bank: FilterBank) -> tuple[ColourFilterView, ...]:
    layout = filters_layout(bank)
    return tuple(
        ColourFilterView(
            channel=channel,
            minimum=float(weights.min()),
            maximum=float(weights.max()),
            box=box_view(layout, channel),
        )
        for channel, weights in enumerate(bank.full)
    )


def _would_work(stack: StackSpec) -> Message:
    filters, channels, height, width = weight_names.SHIPPED_SHAPES[0]
    shape = (stack.layers[0].filters, stack.channels, *stack.layers[0].kernel)
    if shape == weight_names.SHIPPED_SHAPES[0]:
        return sentence("{field} is {given}; {trained} would work.", trained=weight_names.TRAINED)
    return sentence(
        "{field} is {given}; {trained}, with {filters} filters of {height}x{width} on {channels} "
        "colour channels, would work.",
        trained=weight_names.TRAINED,
        filters=filters,
        height=height,
        width=width,
        channels=channels,
    )
