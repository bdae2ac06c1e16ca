"""The edge where what is said below gets its words: in the language that is spoken."""

import html
from collections.abc import Callable, Iterator
from typing import Any

from jinja2 import Environment, Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context
from markupsafe import Markup, escape

from app.languages import spoken
from app.messages import Message, Note
from app.web.language.catalogs import translations_of
from app.web.notes import message_of


def in_words(value: Any) -> Any:
    """Return the words of a message or of a note, and anything else as it is."""
    if isinstance(value, Note):
        value = message_of(value)
    elif not isinstance(value, Message):
        return value  # most of a page
    return value.in_words(translations_of(spoken()))


def written(value: Any) -> str:
    """Return a value as HTML: in words and escaped, unless it is HTML already."""
    kind = type(value)
    if kind is str:
        # Most of what is written is no message. MarkupSafe would make a Markup of each, which takes twice as long.
        return html.escape(value)
    if kind is Markup:
        return value  # type: ignore[no-any-return]
    return str(value) if kind is int else escape(in_words(value))


class Writing(CodeGenerator):
    """Compiles templates that write each value with one call, where Jinja's own make three: a page has 5,000."""

    def _output_child_pre(
        self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo
    ) -> None:
        if self._escapes(frame):
            self.write("environment.written(")
        else:
            super()._output_child_pre(node, frame, finalize)

    def _output_child_post(
        self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo
    ) -> None:
        if self._escapes(frame):
            self.write(")")
        else:
            super()._output_child_post(node, frame, finalize)

    @staticmethod
    def _escapes(frame: Frame) -> bool:
        return frame.eval_ctx.autoescape and not frame.eval_ctx.volatile


class WholeTemplate(Template):
    """A template that gives its text in one piece.

    A page has 5,000 pieces, and each template that includes another would pass them on one by one.
    """

    root_render_func: Callable[[Context], Iterator[str]]

    @classmethod
    def from_code(cls, *given: Any) -> Template:
        """Make a template of its compiled code, as all loaders do."""
        made = super().from_code(*given)
        made.root_render_func = _in_one_piece(made.root_render_func)
        return made


def _in_one_piece(
    render: Callable[[Context], Iterator[str]],
) -> Callable[[Context], Iterator[str]]:
    def whole(context: Context) -> Iterator[str]:
        yield "".join(render(context))

    return whole


class Pages(Environment):
    """Templates of HTML, whose values are put into words."""

    template_class = WholeTemplate
    code_generator_class = Writing
    written = staticmethod(written)


def install_sentences(environment: Environment) -> None:
    """Let templates translate their sentences; a value in one may be a message or a note.

    Templates are compiled once for all languages, so nothing that depends on the language may be computed then.
    """
    environment.policies["ext.i18n.trimmed"] = True  # a message is one line, however it is wrapped
    environment.optimized = False
    environment.newstyle_gettext = True  # type: ignore[attr-defined]
    environment.globals |= {"gettext": _gettext, "ngettext": _ngettext, "_": _gettext}


def _gettext(text: str, /, **values: Any) -> Markup:
    return _filled(translations_of(spoken()).gettext(text), values)


def _ngettext(one: str, several: str, count: int, /, **values: Any) -> Markup:
    assert isinstance(count, int), (
        one
    )  # other languages than English ask more of it than whether it is 1
    return _filled(translations_of(spoken()).ngettext(one, several, count), values)


def _filled(text: str, values: dict[str, Any]) -> Markup:
    return Markup(text % {name: written(value) for name, value in values.items()})
