"""Parts of addresses that mean nothing and headers that cannot be read are answered without an error of ours."""

import pytest

from tests.web.test_headers import METHODS, ROUTES, SMALL

PARTS = ("x", "-1", "٣", "[::1]", "9" * 400, "%00")
HEADERS = {
    "Host": ("[::::]", "[", "a b", "x:99999999"),
    "Accept": (";;;", "*/*;q=x", ","),
    "Content-Type": (
        "multipart/form-data; boundary=b; charset=idna",
        "multipart/form-data; boundary=",
        "=",
    ),
    "Content-Length": ("-1", "+5", "9" * 400, "x"),
    "Origin": ("[", "http://[::::]", "null"),
    "If-None-Match": ('W/"', ",", "*"),
    "HX-Target": ("#", "form#lab#x"),
    "X-Request-ID": ("\x7f", "x" * 9000),
}


def others(path: str) -> list[str]:
    """Return a path with each of its parts replaced by each that means nothing."""
    parts = path.split("/")
    return [
        "/".join((*parts[:place], odd, *parts[place + 1 :]))
        for place in range(1, len(parts))
        for odd in PARTS
    ]


@pytest.mark.parametrize("name", ROUTES)
def test_a_part_of_an_address_that_means_nothing_is_refused(client, name):
    path, _, query = ROUTES[name][0].partition("?")

    for other in others(path):
        answer = client.request(METHODS.get(name, "GET"), other, params=f"{query}&{SMALL}")
        assert answer.status_code < 500, other


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize(
    "address", ["/", "/oembed?url=http://test/images/cat", "/lessons/", "/nowhere"]
)
def test_a_header_that_cannot_be_read_is_refused_or_ignored(client, address, header):
    for text in HEADERS[header]:
        assert client.get(address, headers={header: text}).status_code < 500


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize(
    "address", ["/images", "/embed/weights", "/images/cat/delete", "/lessons/sum/rooms"]
)
def test_a_header_of_a_form_that_cannot_be_read_is_refused_or_ignored(client, address, header):
    usual = {"Content-Type": "multipart/form-data; boundary=b", "Accept": "application/json"}
    for text in HEADERS[header]:
        answer = client.post(address, content=b"--b--\r\n", headers=usual | {header: text})
        assert answer.status_code < 500
