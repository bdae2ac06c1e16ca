"""What only a file that needs no server writes: data as text, and the bars of the shares."""

from base64 import b64encode
from dataclasses import dataclass

from app.figures import number
from app.lab.fold.views import FoldView
from app.lab.wall.views import WallColumnView, WallRowView, WallView
from app.messages import sentence
from app.web.language.in_words import in_words

NAMED = sentence("{channel} ({name})")
HIGHEST = 48  # of a bar, in units of its drawing


@dataclass(frozen=True)
class Bar:
    """A bar of the drawing of shares; one that works against the result has a height below 0."""

    height: float


def base64(data: bytes) -> str:
    """Write bytes as text."""
    return b64encode(data).decode()


def share_bars(fold: FoldView) -> list[Bar]:
    """Return a bar for each step of the sum, as high as its share next to the largest."""
    shares = [fold.contributions[channel].share for channel in fold.ordered]
    largest = max(map(abs, shares), default=0) or 1
    return [Bar(round(HIGHEST * share / largest, 1)) for share in shares]


def wall_names(wall: WallView) -> dict[str, list[str]]:
    """Return what the columns and the rows of a wall are called."""
    return {
        "columns": [in_words(one.name) if wall.layer == 1 else _named(one) for one in wall.columns],
        "rows": [_named(one) for one in wall.rows],
    }


def _named(one: WallColumnView | WallRowView) -> str:
    if one.name is None:
        return str(one.channel)
    named: str = in_words(NAMED.having(channel=one.channel, name=one.name))
    return named


def wall_means(wall: WallView) -> list[list[str]]:
    """Write the mean of each contribution, row by row; nothing for those that are not there."""
    partly = wall.read < wall.channels or bool(wall.muted)
    return [
        [
            "" if partly and not means[row.channel] else number(means[row.channel])
            for means in wall.means
        ]
        for row in wall.rows
    ]
