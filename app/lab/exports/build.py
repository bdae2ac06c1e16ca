"""The files that a reader can download: one short method for each."""

from collections.abc import Iterator

from app.lab.compute.passes import Passes, check_map
from app.lab.compute_timing import timed
from app.lab.errors import NoSuchFile
from app.lab.exports.code import FRAMEWORKS
from app.lab.exports.notebook import notebook
from app.lab.exports.npz import trace_file
from app.lab.exports.tables import maps_csv
from app.lab.exports.views import CodeView, ExportsView
from app.lab.exports.weights import FORMS, weights_file
from app.lab.pieces.stack_facts import Source
from app.lab.state import cost
from app.lab.state.state import State
from app.messages import sentence
from app.shown_text import shown_text


class Exports:
    """Code, notebook, weights, tables and arrays of a state. Safe to share between threads."""

    def __init__(self, passes: Passes) -> None:
        self._passes = passes

    def view(
        self,
        state: State,
        source: Source,
        chosen: tuple[int, int],
        row: int | None,
        col: int | None,
    ) -> ExportsView:
        """Describe all exports. Without row and column, those of a pixel are for the one in the middle of the
        map.

        Raises:
            NoSuchMap: the stack has no such layer or map.
        """
        layer, channel = chosen
        check_map(state, layer, channel)
        self._check(state)
        maps, height, width = state.stack.output_shape(layer)
        return ExportsView(
            title=self._passes.pictures.title(state.image_id),
            codes=tuple(
                CodeView(
                    framework=name,
                    title=one.title,
                    needs=one.needs,
                    text=self.code(state, name, source),
                )
                for name, one in FRAMEWORKS.items()
            ),
            layer=layer,
            channel=channel,
            row=min(height // 2 if row is None else row, height - 1),
            col=min(width // 2 if col is None else col, width - 1),
            maps=maps,
            height=height,
            width=width,
        )

    def code(self, state: State, framework: str, source: Source) -> str:
        """Return the script for one framework.

        Raises:
            NoSuchFile: there is no script for it.
        """
        if framework not in FRAMEWORKS:
            known = ", ".join(FRAMEWORKS)
            raise NoSuchFile(
                sentence(
                    "There is no code for {framework}; {known} would work.",
                    framework=shown_text(framework, most=20),
                    known=known,
                )
            )
        self._check(state)
        banks = self._passes.banks.pair(state.stack)
        return FRAMEWORKS[framework].write(state.stack, state.muted, banks, source)

    @timed("export")
    def notebook(self, state: State, source: Source) -> bytes:
        """Return the notebook that rebuilds the pass from scratch."""
        picture = self._passes.ready(state).prepared.image
        return notebook(self._passes.run(state).trace(), state.muted, picture, source)

    def weights(self, state: State, form: str) -> bytes:
        """Return the weights of both layers as a file.

        Raises:
            NoSuchFile: the weights are not offered in that format.
        """
        if form not in FORMS:
            raise NoSuchFile(
                sentence(
                    "There are no weights as {form}; {forms} would work.",
                    form=shown_text(form, most=20),
                    forms=", ".join(FORMS),
                )
            )
        self._check(state)
        return weights_file(state.stack, self._passes.banks.pair(state.stack), form)

    @timed("export")
    def maps(self, state: State) -> str:
        """Return the statistics of every map as comma-separated values."""
        return maps_csv(self._passes.run(state).trace())

    def trace(self, state: State) -> Iterator[bytes]:
        """Return every array of the pass as an .npz, in pieces, so that the whole file is never in memory.

        Weights are the full filter banks, (F, C, kh, kw); layers of two factors also have the weights of each
        factor.
        """
        return trace_file(self._passes.run(state).trace())

    def _check(self, state: State) -> None:
        """Refuse a state without a pass, since every export refers to the arrays of the pass.

        Raises:
            UnknownImage: no picture has this id, or it is no longer kept.
            SpecError: the pass costs more than the limits.
        """
        self._passes.ready(state)
        cost.check(state.stack, self._passes.limits)
