"""Makes the HTML of a page's own partials fit for a file: pictures are in it, and nothing leads to the server.

The HTML comes from our templates, where values of attributes stand in double quotes and are escaped.
"""

import re
from base64 import b64encode
from collections.abc import Callable
from html import unescape

TAG = re.compile(r'<(/?)([a-zA-Z][\w-]*)((?:[^<>"]|"[^"]*")*)>')
ATTRIBUTE = re.compile(r'\s+([\w:-]+)(?:="([^"]*)")?')
LINK, KEPT = "a", "data-kept"  # a link with this mark stays one
OF_REQUESTS = ("hx-", "data-values", "data-pins", "data-plane")
PLACED = ("x", "y", "width", "height")

Draw = Callable[[str], bytes]


def inlined(html: str, picture_of: Draw) -> str:
    """Return the HTML with its pictures inside; links are no links any more.

    A picture of an SVG is there once, however often it is drawn.
    """
    pictures = _Pictures(picture_of)
    links: list[str] = []  # what each open link has become

    def rewrite(found: re.Match[str]) -> str:
        closing, name, rest = found.groups()
        name = name.lower()
        if closing:
            return f"</{links.pop()}>" if name == LINK else found[0]
        given = dict(ATTRIBUTE.findall(rest))
        end = "/" if rest.rstrip().endswith("/") else ""
        if name == LINK:
            links.append(LINK if KEPT in given else "span")
            name = links[-1]
            if name != LINK:
                given.pop("href", None)
                given.pop("download", None)
        if name == "image":
            return pictures.use(given)
        if name == "img":
            given["src"] = pictures.data(given["src"])
        shown = {one: text for one, text in given.items() if not one.startswith(OF_REQUESTS)}
        return f"<{name}{_written(shown)}{end}>"

    body = TAG.sub(rewrite, html)
    return f"{pictures.definitions()}{body}"


class _Pictures:
    """The pictures of a file, each of them once."""

    def __init__(self, picture_of: Draw) -> None:
        self._picture_of = picture_of
        self._known: dict[str, str] = {}
        self._used: dict[str, str] = {}

    def data(self, address: str) -> str:
        """Return a picture as an address that holds it."""
        if address not in self._known:
            png = self._picture_of(unescape(address))
            self._known[address] = f"data:image/png;base64,{b64encode(png).decode()}"
        return self._known[address]

    def use(self, given: dict[str, str]) -> str:
        """Write a picture of an SVG as the use of the one definition, which is a square of 1 by 1."""
        address = given.pop("href")
        name = self._used.setdefault(address, f"picture-{len(self._used) + 1}")
        x, y, width, height = (given.pop(one, "0") for one in PLACED)
        rest = "".join(f' {one}="{text}"' for one, text in given.items())
        return f'<use href="#{name}" transform="translate({x} {y}) scale({width} {height})"{rest}/>'

    def definitions(self) -> str:
        """Write the pictures of the SVGs."""
        each = "".join(
            f'<image id="{name}" width="1" height="1" preserveAspectRatio="none" href="{self.data(address)}"/>'
            for address, name in self._used.items()
        )
        return f'<svg class="pictures" width="0" height="0" aria-hidden="true"><defs>{each}</defs></svg>'


def _written(given: dict[str, str]) -> str:
    """Write attributes; one without a value is the same as one with an empty value."""
    return "".join(f' {name}="{text}"' for name, text in given.items())
