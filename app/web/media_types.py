"""The types of the files that are served, and the only place that tells which are text and so worth packing."""

from pathlib import PurePath

from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES

NUMBERS = "application/octet-stream"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ipynb": "application/x-ipynb+json",
    ".js": "text/javascript; charset=utf-8",
    ".map": "application/json",
    ".npz": NUMBERS,
    ".png": "image/png",
    ".py": "text/x-python; charset=utf-8",
    ".safetensors": NUMBERS,
    ".svg": "image/svg+xml",
    ".xlsx": SPREADSHEET,
}
# What is packed already, and numbers, which pack badly.
NOT_TEXT = (*DEFAULT_EXCLUDED_CONTENT_TYPES, NUMBERS, SPREADSHEET)


def media_type(path: str) -> str:
    """Return the type of a file, by the end of its name."""
    return MEDIA_TYPES.get(PurePath(path).suffix, NUMBERS)


def is_text_file(path: str) -> bool:
    """Tell whether a file is text, by the end of its name."""
    return media_type(path).partition(";")[0] not in NOT_TEXT
