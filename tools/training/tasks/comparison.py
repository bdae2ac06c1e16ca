"""The table that compares tasks: the score, and the structure of the filters of layer 1."""

from collections.abc import Sequence

from tools.training import batches, loop, structure
from tools.training.loop import Run, State
from tools.training.photographs import Photograph
from tools.training.structure import Pictures
from tools.training.tasks.tasks import TASKS

PATCHES = 256  # a filter that never responds to any of them counts as silent

COLUMNS = (
    "after training on",
    "chance",
    "held out",
    "oriented",
    "orientation, median",
    "colour-opponent",
    "one pattern, median",
    "changed",
    "weak",
    "silent",
)


def heading() -> str:
    """Return the first two lines of the table, in Markdown."""
    return f"{_line(COLUMNS)}\n{_line(['---'] * len(COLUMNS))}"


def row(run: Run, state: State, step: int, shown: tuple[Photograph, ...], seen: Pictures) -> str:
    """Return the row of one checkpoint of a run."""
    now, point = state.kept[step], next(each for each in state.points if each.step == step)
    found = structure.summary(now["layer1/weight"], state.kept[0]["layer1/weight"], seen)
    patches, _ = loop.held_out_set(run, shown)
    maps = batches.forward(patches[:PATCHES], now).first.output
    scores = [TASKS[run.task].chance, point.held_out_accuracy] if step else [None, None]
    values = (
        found.oriented,
        found.orientation,
        found.opponent,
        found.pattern,
        found.changed,
        found.weak,
        float((maps.max(axis=(1, 2)) <= 0).mean()),
    )
    name = run.task if step else "nothing (step 0)"
    return _line([name, *("" if one is None else f"{one:.2f}" for one in (*scores, *values))])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
