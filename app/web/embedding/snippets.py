"""Snippets that embed a view: what to paste for each host."""

from dataclasses import dataclass
from html import escape
from urllib.parse import urlsplit

from app.messages import Message, sentence


@dataclass(frozen=True, kw_only=True)
class SnippetView:
    """A snippet to paste: the name of the host, an explanation and the text."""

    name: Message
    words: Message
    text: str


def iframe(src: str, *, title: str, width: int | str, height: int) -> str:
    """Write an iframe that every host accepts; some hosts keep only these attributes.

    A live view gets the camera only where the page that embeds it allows that.
    """
    camera = 'allow="camera" ' if urlsplit(src).path.endswith("/live") else ""
    return (
        f'<iframe src="{escape(src)}" title="{escape(title)}" width="{width}" height="{height}" '
        f'{camera}loading="lazy" style="border: 0"></iframe>'
    )


def snippets(src: str, script: str, *, title: str, height: int) -> tuple[SnippetView, ...]:
    """Write the snippet for each host; `src` is the address of the embedded view."""
    plain = iframe(src, title=title, width="100%", height=height)
    element = (
        f'<script type="module" src="{escape(script)}"></script>\n'
        f'<convfold-view src="{escape(src)}" title="{escape(title)}" height="{height}" max-height="1200" '
        f'style="display: block; min-height: {height}px"></convfold-view>'
    )
    cell = f'from IPython.display import IFrame\nIFrame("{src}", width="100%", height={height})'
    rows = (
        (
            sentence("HTML"),
            sentence(
                "For any page that takes HTML. The height is fixed, and a longer view scrolls."
            ),
            plain,
        ),
        (
            sentence("HTML, as high as the view"),
            sentence(
                "For a page that also takes a script. The frame grows with the view, up to max-height."
            ),
            element,
        ),
        (
            sentence("MyST, Jupyter Book 2"),
            sentence("The directive takes no height: the theme chooses one."),
            f":::{{iframe}} {src}\n:width: 100%\n{title}\n:::",
        ),
        (
            sentence("Jupyter Book 1, Sphinx with MyST"),
            sentence("HTML inside a directive."),
            f"```{{raw}} html\n{plain}\n```",
        ),
        (
            sentence("Quarto"),
            sentence("A block of HTML. It is left out of PDF and other formats."),
            f"```{{=html}}\n{plain}\n```",
        ),
        (
            sentence("MkDocs, GitHub Pages"),
            sentence("Markdown keeps HTML that has lines of its own."),
            f"\n{plain}\n",
        ),
        (
            sentence("Notebook"),
            sentence("A cell. Its output works wherever this server can be reached."),
            cell,
        ),
        (
            sentence("Canvas, Moodle: HTML view"),
            sentence("Canvas keeps these attributes and removes all others."),
            plain.replace(' loading="lazy"', ""),
        ),
        (
            sentence("Canvas, Moodle: link"),
            sentence("For an external link, or for a URL resource set to “embed”."),
            src,
        ),
        (
            sentence("WordPress"),
            sentence(
                "Put it on a line of its own in the post. WordPress asks this server for the rest."
            ),
            src,
        ),
    )
    return tuple(SnippetView(name=name, words=words, text=text) for name, words, text in rows)
