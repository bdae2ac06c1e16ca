"""Requests of an attack: what stands for a number is replaced, and lengths are those of what is sent."""

from tools.attack.plan import Answer, Plan, Request, uploaded


def test_a_number_replaces_its_sign_in_the_address_and_the_body():
    request = Request("/images/cat?seed={n}", "POST", body=b"a{n}b").numbered(1234)

    assert request.place == "/images/cat?seed=1234"
    assert request.body == b"a1234b"
    assert b"\r\nContent-Length: 6\r\n" in request.wire


def test_a_header_that_is_given_stands_once():
    wire = Request("/oembed", headers={"Host": "[::::]", "Content_Type": "a/b"}).wire

    assert wire.count(b"Host:") == 1
    assert b"\r\nHost: [::::]\r\n" in wire
    assert b"\r\nContent-Type: a/b\r\n" in wire
    assert wire.endswith(b"\r\n\r\n")


def test_an_upload_is_a_form_with_the_file():
    request = uploaded(b"the file", "/weights", Origin="https://evil.example")

    assert request.method == "POST"
    assert b"the file" in request.body
    assert b"\r\nOrigin: https://evil.example\r\n" in request.wire


def test_a_plan_sends_its_own_crowd_if_it_has_one():
    def crowd(address: str) -> list[Answer]:
        return [Answer(address)]

    assert Plan(requests=[Request("/")], crowd=crowd).attack("here") == [Answer("here")]
