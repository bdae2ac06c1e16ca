"""`python -m app` runs the server. If a setting prevents the start, it prints one line and exits with 2."""

import argparse
import logging
import os
import signal
import socket
import sys

from app.freed_memory import keep_less_freed_memory
from app.host_limits import host_limits
from app.lab.errors import FolderUnusable, LessonsUnusable, SamplesUnusable
from app.setting_values import LAST_PORT, SettingsError, ignored_language, refused
from app.settings import from_env

log = logging.getLogger("app")


def main() -> int:
    """Run the server, and return the exit code."""
    keep_less_freed_memory()
    os.environ.setdefault(
        "OPENBLAS_NUM_THREADS", "1"
    )  # the engine has threads of its own, workers none
    # Set before the slow imports: process 1 of a container ignores SIGTERM unless it has a handler.
    exit_when_told()
    from app.main import STATIC, create_app
    from app.serving import serve
    from app.web.language.catalogs import CatalogsNotCompiled
    from app.web.statics import NotBuilt, check_built
    from app.web.watch.logs import log_as_json

    parser = argparse.ArgumentParser(prog="python -m app", description="Serve Convfold.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", default="8000", help="port to listen on (%(default)s)")
    parser.add_argument("--root-path", help="path under which a proxy serves the pages (ROOT_PATH)")
    given = parser.parse_args()
    try:
        check_built(STATIC)
        named = {} if given.root_path is None else {"ROOT_PATH": given.root_path}
        host, port = _host(given.host), _port(given.port)
        settings = from_env({**os.environ, **named})
        os.environ.pop("STORE", None)  # may hold a password, and workers inherit the environment
        app = create_app(settings)
    except (
        SettingsError,
        SamplesUnusable,
        LessonsUnusable,
        FolderUnusable,
        CatalogsNotCompiled,
        NotBuilt,
    ) as error:
        sys.stderr.write(f"Convfold cannot start. {error}\n")
        return 2
    log_as_json(settings.log_level)
    reason = "THREADS" if os.environ.get("THREADS") else host_limits().reason()
    log.info("Computing threads: %d (%s)", settings.threads, reason)
    if ignored := ignored_language(os.environ.get("LANGUAGE", "")):
        log.info("%s", ignored)
    serve(app, host=host, port=port, grace_seconds=settings.grace_seconds)
    return 0


def exit_when_told() -> None:
    """Exit with 0 at SIGTERM, without waiting for threads.

    While it serves, uvicorn handles the signal, and raises it again when requests are answered and the
    stores are closed. The log is written line by line, so nothing is lost.
    """
    # Not sys.exit: Python drops it in a finaliser, and a thread that is being started outlives it.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))


def _host(text: str) -> str:
    try:
        socket.getaddrinfo(text, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        words = "an address of this computer such as 127.0.0.1, or 0.0.0.0 for all of them,"
        raise refused("--host", text, words) from None
    return text


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= LAST_PORT:
        return int(text)
    raise refused("--port", text, f"a whole number from 0 to {LAST_PORT}")


if __name__ == "__main__":
    sys.exit(main())
