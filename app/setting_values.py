"""Reads the values of the operator's settings. A value that cannot work is refused in one line."""

import ipaddress
import re
from pathlib import Path
from urllib.parse import parse_qsl

from app.languages import LANGUAGES
from app.messages import Refusal, sentence

MOST = 2**20  # of a whole number: a TiB where it counts MiB
GREATEST = {
    "image_hours": 87_600,  # ten years
    "upload_mib": 1024,
    "upload_megapixels": 1000,
    "upload_side": 65_535,  # no JPEG is longer
    "decode_megapixels": 10_000,
    "max_multiply_adds": 10**15,
    "max_pass_mib": 2**16,
    "threads": 1024,
    "queue_length": 100_000,
    "grace_seconds": 3600,
}
STORES_BY_TLS = ("rediss", "valkeys")
STORES = ("redis", "valkey", *STORES_BY_TLS)
TLS_OPTIONS = {"ssl_ca_certs", "ssl_ca_path", "ssl_certfile", "ssl_keyfile"}
LOG_LEVELS = ("debug", "info", "warning", "error")
WEIGHT_FORMATS = ("npz", "npy", "safetensors", "keras", "hdf5", "onnx")
LAST_PORT = 65_535
LONGEST_SHOWN = 100  # characters of a value in a message
LABEL = "[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?"
HOST = rf"{LABEL}(?:\.{LABEL})*"
# What a Content-Security-Policy takes as a source: a word in quotes, everything, a scheme, or a host.
SOURCE = (
    rf"'self'|\*|[a-z][a-z0-9+.-]*:"
    rf"|(?:[a-z][a-z0-9+.-]*://)?(?:\*\.)?{HOST}(?::(?:[0-9]+|\*))?(?:/[A-Za-z0-9._~/-]*)?"
)
# What systems set, one locale or a list of them: it, C, POSIX, de_DE.UTF-8, sr@latin, en_US:en.
SYSTEM_LANGUAGE = re.compile(r"[A-Za-z]{2,3}|C|POSIX|(?=.*[_:@.])[A-Za-z0-9_:@.-]+")


class SettingsError(Refusal):
    """An environment variable has a value that cannot work."""


def refused(name: str, text: str, words: str) -> SettingsError:
    """Return the error that says what was given and what would work."""
    shown = _shortened(text)
    return SettingsError(
        sentence("{name} is {text!r}; {words} would work.", name=name, text=shown, words=words)
    )


def read_whole(name: str, text: str) -> int:
    """Read a whole number above 0 and at most the greatest of its setting."""
    most = GREATEST.get(name, MOST)
    if re.fullmatch("[0-9]{1,20}", text) and 0 < int(text) <= most:
        return int(text)
    raise refused(name.upper(), text, f"a whole number from 1 to {most:,}")


def read_path(name: str, text: str) -> Path:
    """Read the path of a folder."""
    return Path(text)


def read_store(name: str, text: str) -> str:
    """Read the address of a Valkey or Redis server."""
    found = re.fullmatch(
        r"(?P<scheme>[a-z]+)://(?:[^/?#]*@)?(?P<host>[^/?#@]+)(?:/[0-9]{0,4})?(?:\?(?P<query>[^#]*))?",
        text,
    )
    if found and found["scheme"] in STORES and _is_host(found["host"]):
        options = parse_qsl(found["query"] or "", keep_blank_values=True)
        if not options or (
            found["scheme"] in STORES_BY_TLS and {o for o, _ in options} <= TLS_OPTIONS
        ):
            return text
    # The value is not quoted, since it may contain a password.
    raise SettingsError(
        sentence(
            "{name} is not a valid address; redis://valkey:6379/0 would work.",
            name=name.upper(),
        )
    )


def read_level(name: str, text: str) -> str:
    """Read a level of the log."""
    if text.lower() in LOG_LEVELS:
        return text.lower()
    raise refused(name.upper(), text, ", ".join(LOG_LEVELS))


def read_text(name: str, text: str) -> str:
    """Keep a text as it is."""
    return text


def _listed(text: str) -> str:
    return " ".join(text.replace(",", " ").split()).removesuffix("/")


def read_root_path(name: str, text: str) -> str:
    """Read the path under which a proxy serves the pages."""
    given = _listed(text)
    names = given.split("/")
    if re.fullmatch(r"(/[A-Za-z0-9._~-]+)*", given) and not {".", ".."} & set(names):
        return given
    raise refused(name.upper(), text, "a path such as /convfold")


def read_public_url(name: str, text: str) -> str:
    """Read a scheme and a host."""
    given = _listed(text)
    if _is_origin(given):
        return given
    raise refused(name.upper(), text, "scheme and host such as https://convfold.example.org")


def read_link(name: str, text: str) -> str:
    """Read the whole address of a page of the operator, which may be on another site."""
    found = re.fullmatch(r"(https?)://([^/?#]+)([/?#][^\s<>\"'\\]*)?", text)
    if found and text.isprintable() and _is_host(found[2]):
        return text
    raise refused(name.upper(), text, "a whole address such as https://example.org/imprint")


def read_language(name: str, text: str) -> str:
    """Read the code of a language.

    Systems set a variable of the same name for what programs say, such as it, C, sr@latin or en_US:en. A value
    that looks like theirs is ignored, and the log says so at the start: see `ignored_language`.
    """
    if text in LANGUAGES:
        return text
    if SYSTEM_LANGUAGE.fullmatch(text):
        return ""
    raise refused(name.upper(), text, ", ".join(LANGUAGES))


def ignored_language(text: str) -> str:
    """Return the line for the log if a value of LANGUAGE is ignored, else nothing."""
    if not text or read_language("language", text):
        return ""
    return (
        f"LANGUAGE is {_shortened(text)!r}, as systems set it, and is ignored; {', '.join(LANGUAGES)}"
        " would set the language of pages"
    )


def read_cors_origins(name: str, text: str) -> str:
    """Read * or a list of origins."""
    given = _listed(text)
    if given == "*" or all(one == "null" or _is_origin(one) for one in given.split(" ")):
        return given
    raise refused(name.upper(), text, "* or origins such as https://course.example.org")


def read_frame_ancestors(name: str, text: str) -> str:
    """Read the sources of a Content-Security-Policy."""
    given = _listed(text)
    for word in given.split(" "):
        if word.lower() in ("self", "none"):  # without quotes these would be names of hosts
            raise refused(name.upper(), text, f"'{word.lower()}' in single quotes")
    if given == "'none'" or all(re.fullmatch(SOURCE, one) for one in given.split(" ")):
        return given
    raise refused(name.upper(), text, "*, 'self', 'none' or hosts")


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def _is_origin(text: str) -> bool:
    scheme, _, host = text.partition("://")
    return scheme in ("http", "https") and _is_host(host)


def _is_host(text: str) -> bool:
    """Tell whether this is the name or address of a host, with a port or without one."""
    found = re.fullmatch(
        rf"(?:{HOST}|\[(?P<v6>[0-9A-Fa-f:.]+)\])(?::(?P<port>[0-9]{{1,5}}))?", text
    )
    if found is None or not 0 < int(found["port"] or LAST_PORT) <= LAST_PORT:
        return False
    try:
        return not found["v6"] or bool(ipaddress.IPv6Address(found["v6"]))
    except ValueError:
        return False


def read_weight_formats(name: str, text: str) -> str:
    """Read formats of weight files, in the order in which they are listed."""
    given = _listed(text).lower().split()
    if given and set(given) <= set(WEIGHT_FORMATS):
        return ", ".join(each for each in WEIGHT_FORMATS if each in given)
    raise refused(name.upper(), text, f"some of {', '.join(WEIGHT_FORMATS)}")
