"""A view as one file: its template filled in, with pictures, styles and scripts inside."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from markupsafe import Markup

from app.engine.errors import SpecError
from app.lab.errors import NoSuchFile
from app.lab.lab import Lab
from app.messages import sentence
from app.shown_text import shown_text
from app.web.address.origin import is_loopback
from app.web.address.params import LANG
from app.web.embedding.share import Share
from app.web.embedding.titles import title_of
from app.web.snapshot.inlining import inlined
from app.web.snapshot.kinds import KINDS
from app.web.snapshot.making import MOST_BYTES, Contents, Kind, Making, in_base64, room_beside
from app.web.snapshot.parts import policy, script, styles
from app.web.snapshot.pictures import picture_at

WORDS = {"channel": "map"}  # in the name of a file


def snapshot(making: Making, share: Share, *, theme: str) -> bytes:
    """Return the file of a view.

    Raises:
        NoSuchFile: this view has none.
        SpecError: it would be too large.
    """
    kind = KINDS.get(making.place.view.name)
    if kind is None:
        raise NoSuchFile(
            sentence(
                "This view cannot be one file; a fold, a pixel, a wall, the maps of one layer, a deep net and a "
                "lesson would work."
            )
        )
    contents = kind.fill(making)
    html = _page(kind, making, contents, share, theme).encode()
    if len(html) > MOST_BYTES and contents.fitted:
        smaller = replace(making, room=room_beside(len(html) - in_base64(contents.fitted)))
        html = _page(kind, smaller, kind.fill(smaller), share, theme).encode()
    if len(html) <= MOST_BYTES:
        return html
    raise SpecError(
        "size",
        sentence(
            "The file of this view would take {mb:.1f} MB, and 2 MB are the most; a smaller size or fewer filters "
            "would work.",
            mb=len(html) / 1e6,
        ),
    )


def name_of(making: Making) -> str:
    """Return a name for the file: of the view, its layer and map, and the picture."""
    place = making.place
    parts = ["convfold", place.view.name, *([place.name] if place.name else [])]
    parts += [f"{WORDS.get(name, name)}-{number}" for name, number in place.numbers.items()]
    parts += [f"{name}-{place.extras[name]}" for name in ("row", "col") if name in place.extras]
    if place.state.image_id and place.view.name != "ladder":
        parts.append(place.state.image_id)
    safe = "".join(
        one if one.isascii() and (one.isalnum() or one in "-_") else "-" for one in "-".join(parts)
    )
    return f"{safe}.html"


def _page(kind: Kind, making: Making, contents: Contents, share: Share, theme: str) -> str:
    lab, state, templates = making.lab, making.place.state, making.templates
    shared = {"urls": contents.urls, "offline": True, "fragment": False}
    body = templates.get_template(f"snapshot/{kind.name}_snapshot.html").render(
        {**shared, "share": None, **contents.context}
    )
    style, scripts = styles(kind.styles), [script(name) for name in kind.scripts]
    sample = lab.samples.view(state.image_id) if state.image_id in lab.samples else None
    return templates.get_template("snapshot/snapshot_page.html").render(
        {
            **shared,
            "share": share,
            "name": kind.name,
            "title": title_of(making.place, lab),
            "body": Markup(inlined(body, _drawing(lab, making.urls.root, contents.pictures))),
            "styles": Markup(style),
            "scripts": [Markup(one) for one in scripts],
            "policy": policy(style, scripts),
            "theme": theme,
            "picture": lab.pictures.title(state.image_id),
            "credit": sample.credit_line if sample else "",
            "settings": [
                (name, shown_text(str(text), most=80))
                for name, text in making.urls.all_given.items()
                if name != LANG
            ],
            "upload": sample is None,
            "local": is_loopback(making.urls.origin),
        }
    )


def _drawing(lab: Lab, root: str, own: Mapping[str, bytes]) -> Callable[[str], bytes]:
    """Return what draws a picture: one of the file's own, or one of the pages by its address."""

    def draw(address: str) -> bytes:
        found = own.get(address)
        return picture_at(lab, address.removeprefix(root)) if found is None else found

    return draw
