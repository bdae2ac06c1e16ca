"""Logs as JSON, one line per event. They never contain addresses, ids or queries of requests."""

import json
import logging
import re
import sys
import time
from typing import Any

UPLOAD_ID = re.compile(r"[0-9a-f]{32}")  # the text of an exception may contain one
STANDARD_ATTRIBUTES = frozenset(vars(logging.makeLogRecord({}))) | {
    "message",
    "asctime",
    "color_message",
}


class JsonLines(logging.Formatter):
    """Formats a record as one line: time, level, logger, message, the `extra` fields and the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
            + f".{int(record.msecs):03}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": UPLOAD_ID.sub("(id)", record.getMessage()),
        }
        line |= {
            name: value for name, value in vars(record).items() if name not in STANDARD_ATTRIBUTES
        }
        if record.exc_info:
            line["traceback"] = UPLOAD_ID.sub("(id)", self.formatException(record.exc_info))
        return json.dumps(line, default=str, ensure_ascii=False)


def log_as_json(level: str) -> None:
    """Make every logger of the process write JSON to standard error, from `level` upwards."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.captureWarnings(True)
