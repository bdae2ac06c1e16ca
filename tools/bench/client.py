"""A reader's browser reduced to its requests: one persistent connection, and the sheets that a page shows."""

import re
from html import unescape
from http.client import HTTPConnection
from types import TracebackType
from urllib.parse import urlsplit

SECONDS = 30  # limit for each answer
BOUNDARY = "5d0f9a1c-benchmark"
FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "form#lab"}
# The tiles of a grid are cut out of one picture, so the first tile has its address.
SHEET = re.compile(
    r'<tile-grid class="grid\b(?:(?!</tile-grid>).)*?<image href="([^"]+)"', re.DOTALL
)
HALF = re.compile(r"(?<=[?&])shrink=2&|[?&]shrink=2$")


class Client:
    """A connection to the server, open from the start to the end of a `with` block."""

    def __init__(self, address: str) -> None:
        self._connection = HTTPConnection(urlsplit(address).netloc, timeout=SECONDS)

    def __enter__(self) -> "Client":
        self._connection.connect()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()

    def upload(self, picture: bytes) -> str:
        """Send a picture like the page's form, and return the address in the answer."""
        head = (
            f"--{BOUNDARY}\r\n"
            'Content-Disposition: form-data; name="file"; filename="picture.jpg"\r\n'
            "Content-Type: image/jpeg\r\n\r\n"
        )
        body = head.encode() + picture + f"\r\n--{BOUNDARY}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        _, location = self._exchange("POST", "/images", 303, body, headers)
        assert location
        return location

    def frame(self, address: str, picture: bytes) -> bytes:
        """Send one frame of a live picture, and return the whole answer."""
        return self._exchange("POST", address, 200, picture, {"Content-Type": "image/jpeg"})[0]

    def get(self, address: str) -> bytes:
        """Return the whole answer."""
        return self._exchange("GET", address, 200)[0]

    def page(self, address: str, *, fragment: bool = False) -> str:
        """Return a page, or the part of it that htmx swaps in."""
        headers = FRAGMENT if fragment else {"Accept": "text/html"}
        return self._exchange("GET", address, 200, headers=headers)[0].decode()

    def _exchange(
        self,
        method: str,
        address: str,
        status: int,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[bytes, str | None]:
        self._connection.request(method, address, body, headers or {})
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status != status:
            raise RuntimeError(f"{method} {address} was answered by {answer.status}, not {status}")
        return content, answer.getheader("Location")


def sheets_in(page: str) -> list[str]:
    """Return the address of each grid's whole sheet, in the order of the page, which shows half the size first."""
    return [HALF.sub("", unescape(address)) for address in SHEET.findall(page)]


def with_comment(jpeg: bytes, text: str) -> bytes:
    """Return the same picture as another file: `text` in a comment segment (ITU-T T.81, B.2.4.5)."""
    if jpeg[:4] != b"\xff\xd8\xff\xe0":
        raise ValueError("This is no JFIF file: it does not begin with the markers SOI and APP0.")
    behind_app0 = 4 + int.from_bytes(jpeg[4:6], "big")
    comment = text.encode()
    segment = b"\xff\xfe" + (2 + len(comment)).to_bytes(2, "big") + comment
    return jpeg[:behind_app0] + segment + jpeg[behind_app0:]
