"""A reader's browser under load, which retries when it is told to, and counts the retries."""

import asyncio
import time
from dataclasses import dataclass, field

import httpx2

from tools.bench.client import sheets_in

PATIENCE_S = 240  # after this a reader gives up, and counts as not served


class GaveUp(Exception):
    """A reader was not served."""


@dataclass
class Reader:
    """One person with one connection; `network` is the client's address."""

    address: str
    network: str
    refusals: int = 0
    statuses: list[int] = field(default_factory=list)

    async def upload_and_look(self, photograph: bytes) -> float:
        """Send a photograph, open its lab and every sheet on it; return the seconds taken."""
        start = time.perf_counter()
        async with self._client() as client:
            files = {"file": ("photograph.jpg", photograph, "image/jpeg")}
            posted = await self._ask(client, "POST", "/images", 303, files=files)
            await self._open(client, posted.headers["location"])
        return time.perf_counter() - start

    async def look(self, place: str) -> float:
        """Open a page and the sheets on it; return the seconds taken."""
        start = time.perf_counter()
        async with self._client() as client:
            await self._open(client, place)
        return time.perf_counter() - start

    async def _open(self, client: httpx2.AsyncClient, place: str) -> None:
        page = await self._ask(client, "GET", place, 200, headers={"Accept": "text/html"})
        sheets = sheets_in(page.text)
        if len(sheets) < 2:
            raise GaveUp(f"{place} shows {len(sheets)} sheets")
        for sheet in sheets:
            picture = await self._ask(client, "GET", sheet, 200)
            if not picture.content.startswith(b"\x89PNG"):
                raise GaveUp(f"{sheet} is no PNG")

    async def _ask(
        self, client: httpx2.AsyncClient, method: str, place: str, expected: int, **given: object
    ) -> httpx2.Response:
        ends = time.monotonic() + PATIENCE_S
        while time.monotonic() < ends:
            answer = await client.request(method, place, **given)  # type: ignore[arg-type]
            self.statuses.append(answer.status_code)
            if answer.status_code == expected:
                return answer
            if answer.status_code != 503 or "retry-after" not in answer.headers:
                raise GaveUp(f"{method} {place} was answered by {answer.status_code}")
            self.refusals += 1
            await asyncio.sleep(int(answer.headers["retry-after"]))
        raise GaveUp(f"{method} {place} was refused for {PATIENCE_S} s")

    def _client(self) -> httpx2.AsyncClient:
        # Reading the certificates, which plain HTTP does not need, takes 20 ms for each reader.
        transport = httpx2.AsyncHTTPTransport(local_address=self.network, verify=False)
        return httpx2.AsyncClient(
            base_url=self.address, transport=transport, timeout=httpx2.Timeout(PATIENCE_S)
        )
