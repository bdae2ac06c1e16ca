"""Snippets that embed a view: what to paste for each host."""

from dataclasses import dataclass
from html import escape

from app.messages import Message, sentence


@dataclass(frozen=True, kw_only=True)
class SnippetView:
    """A snippet to paste: the name of the host, an explanation and the text."""

    name: Message
    words: Message
    text: str


def iframe(src: str, *, title: str, width: int | str, height: int) -> str:
    """Write an iframe that every host accepts; some hosts keep only these attributes."""
    return (
        f'<iframe src="{escape(src)}" title="{escape(title)}" width="{width}" height="{height}" '
        'loading="lazy" style="border: 0"></iframe>'
    )


def snippets(src: str, script: str, *, title: str, height: int) -> tuple[SnippetView, ...]:
    """Write the snippet for each host; `src` is the address of the embedded view."""
    plain = iframe(src, title=title, width="100%", height=height)
    element = (
        f'<script type="module" src="{escape(script)}"></script>\n'
        f'<convfold-view src="{escape(src)}" title="{escape(title)}" height="{height}"></convfold-view>'
    )
    cell = f'from IPython.display import IFrame\nIFrame("{src}", width="100%", height={height})'
    return (
        SnippetView(
            name=sentence("HTML"),
            words=sentence(
                "For any page that takes HTML. The height is fixed, and a longer view scrolls."
            ),
            text=plain,
        ),
        SnippetView(
            name=sentence("HTML, as high as the view"),
            words=sentence(
                "For a page that also takes a script. The frame grows with the view, so nothing scrolls."
            ),
            text=element,
        ),
        SnippetView(
            name=sentence("MyST, Jupyter Book 2"),
            words=sentence("The directive takes no height: the theme chooses one."),
            text=f":::{{iframe}} {src}\n:width: 100%\n{title}\n:::",
        ),
        SnippetView(
            name=sentence("Jupyter Book 1, Sphinx with MyST"),
            words=sentence("HTML inside a directive."),
            text=f"```{{raw}} html\n{plain}\n```",
        ),
        SnippetView(
            name=sentence("Quarto"),
            words=sentence("A block of HTML. It is left out of PDF and other formats."),
            text=f"```{{=html}}\n{plain}\n```",
        ),
        SnippetView(
            name=sentence("MkDocs, GitHub Pages"),
            words=sentence("Markdown keeps HTML that has lines of its own."),
            text=f"\n{plain}\n",
        ),
        SnippetView(
            name=sentence("Notebook"),
            words=sentence("A cell. Its output works wherever this server can be reached."),
            text=cell,
        ),
        SnippetView(
            name=sentence("Canvas, Moodle: HTML view"),
            words=sentence("Canvas keeps these attributes and removes all others."),
            text=plain.replace(' loading="lazy"', ""),
        ),
        SnippetView(
            name=sentence("Canvas, Moodle: link"),
            words=sentence("For an external link, or for a URL resource set to “embed”."),
            text=src,
        ),
        SnippetView(
            name=sentence("WordPress"),
            words=sentence(
                "Put it on a line of its own in the post. WordPress asks this server for the rest."
            ),
            text=src,
        ),
    )
