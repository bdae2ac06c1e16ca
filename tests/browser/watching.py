"""Watches pages for what they must never do: complain, throw, or call another host."""

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, WebError


class Watch:
    """Collects the complaints of all pages of a test. Breaches of the CSP come by the console."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._complaints: list[str] = []
        self._expected: list[str] = []

    def expect(self, text: str) -> None:
        """Let a complaint that contains `text` pass, and want at least one."""
        self._expected.append(text)

    def follow(self, context: BrowserContext) -> None:
        """Watch every page of `context`, frames included."""
        context.on("console", self._hear)
        context.on("weberror", self._catch)
        context.on("request", self._see)

    def surprises(self) -> list[str]:
        """Return the complaints that nobody expected."""
        return [
            complaint
            for complaint in self._complaints
            if not any(text in complaint for text in self._expected)
        ]

    def missing(self) -> list[str]:
        """Return what was expected and did not come."""
        return [text for text in self._expected if not any(text in c for c in self._complaints)]

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning", "assert"):
            source = message.location["url"]
            self._complaints.append(f"console {message.type}: {message.text} ({source})")

    def _catch(self, error: WebError) -> None:
        self._complaints.append(f"uncaught: {error.error}")

    def _see(self, request: Request) -> None:
        if not request.url.startswith((f"{self._server}/", "data:", "blob:", "about:")):
            self._complaints.append(f"request to another host: {request.url}")
