"""Sharing a view: its short address, the QR code of that address, and the options to embed the view."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode

from app.lab.pieces.layer_summary import steps
from app.lab.state.labels import FIELD_LABELS
from app.languages import Language
from app.messages import Message, sentence
from app.web.address.params import LANG
from app.web.address.urls import Urls
from app.web.embedding.frame import (
    ALL,
    FIELDS,
    HIDEABLE,
    LOCKABLE,
    PICTURE,
    PREFIX,
    SETTINGS,
    THEMES,
    Frame,
)
from app.web.embedding.locking import without_editing
from app.web.embedding.snippets import SnippetView, snippets
from app.web.embedding.view_table import can_be_a_file
from app.web.filters.shapes import in_order, shape
from app.web.filters.words import made_by, pool_words
from app.web.language.catalogs import offered
from app.web.language.in_words import in_words

FILE = "/snapshot.html"
WIDTH, HEIGHT = 600, 450  # of an iframe by default
HEIGHTS = range(200, 2001)
FRAME_LANG = "frame_lang"  # in the form: the page that shows it has a language of its own
THEME_WORDS = {
    "": sentence("as on the reader’s device"),
    "light": sentence("light"),
    "dark": sentence("dark"),
}
LOCK_WORDS = {
    "picture": sentence("the picture"),
    "layers": sentence("layers of a deep net"),
    "step": sentence("training step"),
    "edit": sentence("weights typed in"),
    "mute": sentence("muted maps"),
    "solo": sentence("the only maps read"),
    "order": sentence("order of the sum"),
    "over": sentence("over the picture"),
}


@dataclass(frozen=True)
class Share:
    """A view to share. `here` is its address on this server, embedded or not."""

    urls: Urls
    here: str

    @property
    def path(self) -> str:
        """Return the short address on this server, without token, build and default settings."""
        return self.urls.with_suffix(self.here, "")

    @property
    def address(self) -> str:
        """Return the short address with the origin."""
        return f"{self.urls.origin}{self.path}"

    @property
    def qr(self) -> str:
        return self.urls.with_suffix(self.here, "/qr.svg")

    @property
    def preview(self) -> str:
        path = self.urls.with_suffix(self.here, "/preview.png", left_out=(*FIELDS, LANG))
        return f"{self.urls.origin}{path}"

    @property
    def file(self) -> str:
        """Return the address of the view as one file; empty where it has none."""
        path = self.path.removeprefix(self.urls.root).partition("?")[0]
        return self.urls.with_suffix(self.here, FILE) if can_be_a_file(path) else ""

    @property
    def embedding(self) -> str:
        return self.urls.with_suffix(self.here, "/embedding")

    @property
    def oembed(self) -> str:
        """Return the oEmbed address of the view. If the view is embedded, it includes the chosen options."""
        shown = f"{self.urls.origin}{self.here}"
        return f"{self.urls.origin}{self.urls.root}/oembed?url={quote(shown, safe='')}"

    @property
    def script(self) -> str:
        return f"{self.urls.origin}{self.urls.root}/embed.js"

    @property
    def words(self) -> str:
        """Return all shapes through the stack in one line."""
        stack = self.urls.state.stack
        axes = self.urls.state.display.axes
        parts: list[Message | str] = [shape(in_order(stack.input_shape(1), axes))]
        for number, layer in enumerate(stack.layers, 1):
            parts += [made_by(steps(stack, number)), shape(in_order(stack.map_shape(number), axes))]
            if layer.pool != "none":
                parts += [
                    pool_words(layer.pool, layer.pool_size),
                    shape(in_order(stack.output_shape(number), axes)),
                ]
        return " → ".join(map(in_words, parts))

    def embedded(self, frame: Frame) -> str:
        """Return the address for the src of an iframe."""
        path, _, query = self.path.removeprefix(self.urls.root).partition("?")
        given = without_editing(path, dict(parse_qsl(query)), frame)
        fields = urlencode({**given, **frame.query()}, safe=",")
        address = f"{self.urls.origin}{self.urls.root}{PREFIX}{path}"
        return f"{address}?{fields}" if fields else address


@dataclass(frozen=True, kw_only=True)
class ChoiceView:
    """One option that an embedding page can choose."""

    name: str
    words: Message | str
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class EmbeddingView:
    """A view with its embedding options: the address, the snippets, and the form to change the options.

    `file` is the address of the view as one file that needs no server, with the theme; empty where it has none.
    `kept_until` says when the upload that the view shows is deleted; it is empty for a sample. A picture that a
    reader uploads in the frame is kept for `kept_hours`.
    """

    title: str
    frame_title: str
    src: str
    height: int
    least: int
    most: int
    all_locked: bool
    settings_locked: bool
    picture_locked: bool
    upload_hidden: bool
    locks: tuple[ChoiceView, ...]
    hides: tuple[ChoiceView, ...]
    themes: tuple[ChoiceView, ...]
    languages: tuple[ChoiceView, ...]
    settings: tuple[tuple[str, str], ...]
    snippets: tuple[SnippetView, ...]
    file: str
    kept_until: str
    kept_hours: int


def embedding_view(
    share: Share,
    frame: Frame,
    *,
    title: str,
    frame_title: str,
    language: Language | None,
    height: int,
    settings: dict[str, str],
    kept_until: str,
    kept_hours: int,
) -> EmbeddingView:
    """Build the view of the embedding page.

    `settings` are the query fields of the address, `language` what was chosen for the frame.
    """
    return EmbeddingView(
        title=title,
        frame_title=frame_title,
        src=share.embedded(frame),
        height=height,
        least=HEIGHTS[0],
        most=HEIGHTS[-1],
        all_locked=ALL in frame.lock,
        settings_locked=SETTINGS in frame.lock,
        picture_locked=PICTURE in frame.locked,
        upload_hidden="upload" in frame.hide,
        locks=tuple(
            ChoiceView(name=name, words=_lock_words(name), chosen=name in frame.lock)
            for name in LOCKABLE
        ),
        hides=tuple(
            ChoiceView(name=name, words=words, chosen=name in frame.hide)
            for name, words in HIDEABLE.items()
        ),
        themes=tuple(
            ChoiceView(name=name, words=THEME_WORDS[name], chosen=name == frame.theme)
            for name in ("", *THEMES)
        ),
        languages=(
            ChoiceView(name="", words=sentence("as this page"), chosen=language is None),
            *(
                ChoiceView(name=code, words=one.name, chosen=one is language)
                for code, one in offered().items()
            ),
        ),
        settings=tuple((name, text) for name, text in settings.items() if name not in FIELDS),
        snippets=snippets(share.embedded(frame), share.script, title=frame_title, height=height),
        file=_with_theme(share.file, frame.theme),
        kept_until=kept_until,
        kept_hours=kept_hours,
    )


def _lock_words(name: str) -> Message:
    setting = name.rstrip("12")
    words = LOCK_WORDS.get(setting) or FIELD_LABELS[setting]
    if setting == name:
        return words
    return sentence("layer {number}: {setting}", number=int(name[-1]), setting=words)


def _with_theme(address: str, theme: str) -> str:
    if not address or not theme:
        return address
    return f"{address}{'&' if '?' in address else '?'}theme={theme}"
