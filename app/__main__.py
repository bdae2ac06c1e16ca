"""`python -m app` runs the server. If a setting prevents the start, it prints one line and exits with 2."""

import argparse
import os
import signal
import sys

from app.lab.errors import FolderUnusable, LessonsUnusable, SamplesUnusable
from app.settings import SettingsError, from_env


def main() -> int:
    """Run the server, and return the exit code."""
    # Set before the slow imports: process 1 of a container ignores SIGTERM unless it has a handler.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    from app.main import create_app
    from app.serving import serve
    from app.web.watch.logs import log_as_json

    parser = argparse.ArgumentParser(prog="python -m app", description="Serve Convfold.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", default=8000, type=int, help="port to listen on (%(default)s)")
    parser.add_argument("--root-path", help="path under which a proxy serves the pages (ROOT_PATH)")
    given = parser.parse_args()
    try:
        named = {} if given.root_path is None else {"ROOT_PATH": given.root_path}
        settings = from_env({**os.environ, **named})
        os.environ.pop("STORE", None)  # may hold a password, and workers inherit the environment
        app = create_app(settings)
    except (SettingsError, SamplesUnusable, LessonsUnusable, FolderUnusable) as error:
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
