"""Listens to everything a browser does: whom it asks, what it complains of, what it was told about whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

CALLBACKS = "/_dash-update-component"
_NOWHERE = frozenset({"data", "blob", "about"})


@dataclass
class Watch:
    """What was seen of one or more browser contexts. `expected` are complaints a test brings about on purpose."""

    url: str
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)

    def follow(self, context: BrowserContext) -> BrowserContext:
        """Listens to every page of a context, those opened later included."""
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.complaints.append(f"error: {error.error}"))
        context.on("page", self._page)
        return context

    def strangers(self) -> list[str]:
        """Addresses asked for that are not the server's own."""
        own = urlsplit(self.url).netloc
        parts = [(each, urlsplit(each)) for each in self.requests]
        return [each for each, part in parts if part.scheme not in _NOWHERE and part.netloc != own]

    def troubles(self) -> list[str]:
        """Complaints no test expected."""
        return [each for each in self.complaints if not any(words in each for words in self.expected)]

    def told(self) -> str:
        """What callbacks answered since last asked, as it went over the wire. A browser forgets it with the next page."""
        answers, self.answers[:] = list(self.answers), []
        return "\n".join(answer.text() for answer in answers if answer.status in (200, 403))

    def _page(self, page: Page) -> None:
        page.on("websocket", lambda socket: self.requests.append(socket.url))

    def _request(self, request: Request) -> None:
        self.requests.append(request.url)

    def _response(self, response: Response) -> None:
        if urlsplit(response.url).path == CALLBACKS:
            self.answers.append(response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not _is_refusal(message):
            self.complaints.append(f"{message.type}: {message.text}")


def _is_refusal(message: ConsoleMessage) -> bool:
    """What a browser notes of every 403, though the page says what was refused (assets/js/refused.js)."""
    is_noted = message.text.startswith("Failed to load resource") and "status of 403" in message.text
    return is_noted and urlsplit(message.location["url"]).path == CALLBACKS
