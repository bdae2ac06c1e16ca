"""A class that votes at once, and the presenter who counts."""

import re
import time
from dataclasses import dataclass
from html import unescape

import httpx2

from tools.load.reader import GaveUp, Reader

LESSON = "/lessons/sum"
GUESSES = ("strongest", "mean", "sum", "all")
BALLOT = re.compile(r'name="ballot" value="([^"]+)"')
JSON = {"Accept": "application/json"}


@dataclass(frozen=True)
class OpenedRoom:
    """A room for the class: its address, where it counts, and the presenter's key."""

    url: str
    code: str
    key: str


@dataclass
class Voter(Reader):
    """A student with a telephone, who opens the question and answers."""

    async def vote(self, room: OpenedRoom, guess: str) -> float:
        """Open the question and send a guess; return the seconds until it is counted."""
        start = time.perf_counter()
        async with self._client() as client:
            page = await self._ask(client, "GET", room.url, 200, headers={"Accept": "text/html"})
            found = BALLOT.search(page.text)
            if not found:
                raise GaveUp("The question has no ballot")
            ballot = {"guess": guess, "ballot": unescape(found[1])}
            place = f"{LESSON}/rooms/{room.code}/ballots"
            answer = await self._ask(client, "POST", place, 201, data=ballot, headers=JSON)
            if answer.json()["outcome"] != "counted":
                raise GaveUp(f"A vote was not counted: {answer.text}")
        return time.perf_counter() - start


def open_room(address: str) -> OpenedRoom:
    """Open a room as its presenter does."""
    room = httpx2.post(f"{address}{LESSON}/rooms", headers=JSON).json()
    return OpenedRoom(url=room["url"], code=room["room"], key=room["key"])


def counted(address: str, room: OpenedRoom) -> int:
    """Return how many votes the presenter sees."""
    place = f"{address}{LESSON}/rooms/{room.code}.json"
    found = httpx2.get(place, params={"key": room.key}).json()["counts"]
    return sum(int(one["count"]) for one in found)
