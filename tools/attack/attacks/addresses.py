"""Addresses and heads that are long, odd, or of another site."""

from urllib.parse import quote

from tools.attack.plan import Plan, Request, uploaded
from tools.attack.run import PICTURE

EDIT_NUMBERS = 7_400  # in an address of 15 KB
EDIT = "0.0" + ",1" * EDIT_NUMBERS
KERNEL = ",".join(["0.123456"] * 121)  # 11 by 11 weights
LONG = f"kernel1=11&edit1=0.0,{KERNEL}_1.0,{KERNEL}"
LAYERS = ",".join(["conv3-64"] * 300)
HEAD_BYTES = 120_000
EVIL = {"Origin": "https://evil.example", "Sec_Fetch_Site": "cross-site"}
FORM = {"Content_Type": "application/x-www-form-urlencoded", **EVIL}


def edits() -> Plan:
    """Ask for pages at a 15 KB address with an edit that fits no kernel."""
    settings = f"size=64&filters1=128&filters2=128&edit2={EDIT}&seed={{n}}"
    views = ("", "/layers/2/wall", "/layers/2/maps/0", "/layers/2/maps/0/contributions")
    return Plan(requests=[Request(f"/images/cat{view}?{settings}") for view in views], answer_mib=2)


def qr_codes() -> Plan:
    """Ask for QR codes of addresses that are too long for one, and for the pages that show them."""
    places = [f"/images/cat/{what}?{LONG}" for what in ("qr.svg", "embedding")]
    places += [f"/ladder{what}?layers={LAYERS}" for what in ("", "/qr.svg", "/embedding")]
    return Plan(requests=[Request(place) for place in (*places, f"/images/cat?{LONG}")])


def hosts() -> Plan:
    """Send hosts that are no addresses to pages that make absolute addresses."""
    hosts = ("[::::]", "[", "a:b:c", "\\", "x" * 300, "127.0.0.1:99999", "%", "")
    url = quote("http://127.0.0.1/images/cat", safe="")
    places = (f"/oembed?url={url}", "/images/cat", "/images/cat/qr.svg", "/images/cat/embedding")
    return Plan(
        requests=[Request(place, headers={"Host": host}) for place in places for host in hosts]
    )


def urls() -> Plan:
    """Ask oEmbed about addresses that cannot be read."""
    odd = ("http://[::::]/images/cat", "http://[", "//", "http://127.0.0.1:x/", "\0", "é" * 5000)
    return Plan(requests=[Request(f"/oembed?url={quote(one, safe='')}") for one in odd])


def large_heads() -> Plan:
    """Send heads of 120 KB: one long header, many headers, a long address, spaces round a value."""
    many = {f"X-{number}": "x" * 50 for number in range(HEAD_BYTES // 60)}
    return Plan(
        requests=[
            Request("/images/cat", headers={"X-Long": "x" * HEAD_BYTES}),
            Request("/images/cat", headers=many),
            Request("/images/cat", headers={"X-Spaces": " " * HEAD_BYTES + "x"}),
            Request(f"/images/cat?x={'x' * HEAD_BYTES}"),
        ],
        refused=True,
    )


def other_sites() -> Plan:
    """Send forms of another site: an upload, an import, deletions, a room and a vote."""
    forms = ("/images/cat/delete", "/lessons/sum/rooms", "/lessons/sum/rooms/AAAA/ballots")
    return Plan(
        requests=[
            uploaded(PICTURE, "/images", **EVIL),
            uploaded(PICTURE, "/weights/contents", **EVIL),
            *(Request(place, "POST", FORM) for place in forms),
        ],
        refused=True,
    )
