"""`python -m app` serves the page. A start that cannot work ends with one line that names the setting, and 2."""

import argparse
import os
import signal
import sys

from app.lab.errors import FolderUnusable, SamplesUnusable
from app.settings import SettingsError, from_env


def main() -> int:
    """Serve, and return the exit code."""
    # Before the imports that take a second: process 1 of a container has no end of its own.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    from app.main import create_app
    from app.serving import serve
    from app.web.watch.logs import log_as_json

    parser = argparse.ArgumentParser(prog="python -m app", description="Serve Convfold.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", default=8000, type=int, help="port to listen on (%(default)s)")
    parser.add_argument("--root-path", help="path below which a proxy serves the page: ROOT_PATH")
    given = parser.parse_args()
    try:
        named = {} if given.root_path is None else {"ROOT_PATH": given.root_path}
        settings = from_env({**os.environ, **named})
        app = create_app(settings)
    except (SettingsError, SamplesUnusable, FolderUnusable) as error:
        sys.stderr.write(f"Convfold cannot start. {error}\n")
        return 2
    log_as_json(settings.log_level)
    serve(
        app,
        host=given.host,
        port=given.port,
        grace_seconds=settings.grace_seconds,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
