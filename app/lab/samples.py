"""The photographs that are shipped: a folder of files with a list beside them that names and credits each."""

import json
from pathlib import Path

from app.lab.views import SampleView

LIST = "samples.json"


class Samples:
    """Samples by readable id, in the order of their list."""

    def __init__(self, folder: Path) -> None:
        entries = json.loads((folder / LIST).read_text(encoding="utf-8"))
        self._files: dict[str, Path] = {
            entry["id"]: folder / entry.pop("file") for entry in entries
        }
        self.views = tuple(SampleView(**entry) for entry in entries)

    def __contains__(self, sample_id: str) -> bool:
        return sample_id in self._files

    def view(self, sample_id: str) -> SampleView:
        """Return the title and the credit of a sample."""
        return next(view for view in self.views if view.id == sample_id)

    def read(self, sample_id: str) -> bytes:
        """Return the file of a sample."""
        return self._files[sample_id].read_bytes()
