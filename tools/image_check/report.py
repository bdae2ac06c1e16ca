"""What was found and what it has to be: a table with a row for each fact."""

from dataclasses import dataclass, field


@dataclass
class Report:
    """Rows with a fact, the value found, the value wanted, and whether it holds."""

    rows: list[tuple[str, str, str, bool]] = field(default_factory=list)

    def add(self, what: str, found: object, wanted: str, holds: bool) -> None:
        """Add a fact."""
        self.rows.append((what, str(found), wanted, holds))

    def equal(self, what: str, found: object, wanted: object) -> None:
        """Add a fact that has to be `wanted` exactly."""
        self.add(what, found, str(wanted), found == wanted)

    def at_most(self, what: str, found: float, limit: float, unit: str) -> None:
        """Add a number with an upper limit."""
        self.add(what, f"{found:.3g} {unit}", f"at most {limit:g}", found <= limit)

    def holds(self) -> bool:
        """Return whether every fact is as wanted."""
        return all(row[3] for row in self.rows)

    def table(self) -> str:
        """Return the table as text."""
        heads = ("", "found", "wanted", "")
        lines = [heads, *((*row[:3], "" if row[3] else "NOT SO") for row in self.rows)]
        widths = [max(len(line[column]) for line in lines) for column in range(3)]
        return "\n".join(
            "  ".join(
                [*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[3]]
            ).rstrip()
            for line in lines
        )
