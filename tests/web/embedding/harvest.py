"""Everything that a page in a frame can ask the server for: links, addresses in its scripts' data, and forms."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode

CONTROLS = ("input", "select", "textarea", "button")
OF_FORMS = ("formaction", "hx-post")
OTHER_TEXT = {"kernel": "1", "layers": "conv3-4"}


@dataclass(frozen=True)
class Asked:
    """One request: `fields` is the body of a POST, `is_file` says that it takes a picture."""

    address: str
    method: str = "get"
    fields: tuple[tuple[str, str], ...] = ()
    is_file: bool = False


@dataclass
class Control:
    """A control of a form: its value and others that a reader can give it."""

    tag: str
    given: dict[str, str]
    form: str
    values: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.given.get("name", "")

    @property
    def is_button(self) -> bool:
        return self.tag == "button" or self.given.get("type") == "submit"

    @property
    def is_sent(self) -> bool:
        kind = self.given.get("type")
        chosen = kind not in ("radio", "checkbox") or "checked" in self.given
        return bool(self.name) and not self.is_button and kind != "file" and chosen

    @property
    def others(self) -> list[str]:
        if self.tag == "select":
            return self.values[1:]
        if self.given.get("type") in ("number", "range"):
            least, most = self.given.get("min", "0"), self.given.get("max", "1")
            return [most if self.values == [least] else least]
        if self.given.get("type") == "hidden":
            return []
        return [OTHER_TEXT.get(self.name.rstrip("12"), "1")]


class Harvest(HTMLParser):
    """Reads a page. What stands in a <template> counts, since a script shows it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.forms: dict[str, dict[str, str]] = {}
        self.controls: list[Control] = []
        self._form = ""
        self.feed(page.partition("</head>")[2] or page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = given.get("id", f"form-{len(self.forms)}")
            self.forms[self._form] = given
        if tag in CONTROLS:
            values = [given.get("value", "")] if tag != "select" else []
            self.controls.append(Control(tag, given, given.get("form", self._form), values))
        if tag == "option" and "disabled" not in given:
            place = 0 if "selected" in given else len(self.controls[-1].values)
            self.controls[-1].values.insert(place, given["value"])
        if tag != "form" and given.get("target") != "_blank":
            found = {name: value for name, value in given.items() if value.startswith("/embed/")}
            self.links |= {value for name, value in found.items() if name not in OF_FORMS}

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = ""

    def handle_data(self, data: str) -> None:
        if (
            self.controls
            and self.controls[-1].tag == "textarea"
            and not self.controls[-1].values[0]
        ):
            self.controls[-1].values = [data]

    @property
    def asked(self) -> set[Asked]:
        """Every request: a form is sent as it is by each of its buttons, and with each control changed."""
        found = {Asked(link) for link in self.links}
        found |= {
            Asked(one.given["hx-post"], "post", is_file=True)
            for one in self.controls
            if "hx-post" in one.given
        }
        for name, form in self.forms.items():
            own = [one for one in self.controls if one.form == name]
            sent = [(one.name, one.values[0]) for one in own if one.is_sent and one.values]
            buttons: list[Control | None] = [one for one in own if one.is_button]
            for number, button in enumerate(buttons or [None]):
                found |= self._sent(form, button, sent, own if number == 0 else [])
        return found

    def _sent(
        self,
        form: dict[str, str],
        button: Control | None,
        sent: list[tuple[str, str]],
        own: list[Control],
    ) -> set[Asked]:
        its = button.given if button else {}
        address = its.get("formaction") or form.get("action", "")
        if not address.startswith("/embed/"):
            return set()
        method = (its.get("formmethod") or form.get("method", "get")).lower()
        extra = [(button.name, button.values[0])] if button and button.name else []
        is_file = form.get("enctype") == "multipart/form-data"
        changed = [
            [(name, other if name == one.name else value) for name, value in sent]
            for one in own
            if one.is_sent
            for other in one.others
        ]
        return {
            Asked(address, "post", tuple(fields + extra), is_file)
            if method == "post"
            else Asked(f"{address.partition('?')[0]}?{urlencode(fields + extra, safe=',')}")
            for fields in (sent, *changed)
        }
