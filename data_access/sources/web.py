"""JSON by GET from one address: limits on time and size, waiting as told, and errors in words that hold no secret."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.auth import AuthBase
from tenacity import RetryCallState, Retrying, retry_if_exception_type, sleep_using_event, stop_after_attempt
from tenacity.wait import wait_base, wait_random_exponential

from cspdash.domain.errors import BatchRefused, SourceUnavailable

CONNECT_SECONDS, READ_SECONDS = 10.0, 30.0
PAGE_SECONDS = 120.0  # for one answer, however slowly it trickles
LARGEST_BYTES = 64 << 20
LONGEST_WAIT_SECONDS = 300.0
TRIES = 6
_BUSY = (429, 502, 503, 504)

Headers = Callable[[bool], Mapping[str, str]]  # True: what was given before is no longer accepted


class _Busy(Exception):
    """The service asks to wait; `seconds` where it says how long."""

    def __init__(self, status: int, seconds: float | None) -> None:
        super().__init__(f"it is too busy ({status})")
        self.seconds = seconds


class AsTold(wait_base):
    """As long as the service says, or else longer each time, by chance."""

    def __init__(self) -> None:
        self._guess = wait_random_exponential(multiplier=0.5, max=30)

    def __call__(self, retry_state: RetryCallState) -> float:
        error = retry_state.outcome.exception() if retry_state.outcome else None
        told = error.seconds if isinstance(error, _Busy) else None
        return float(self._guess(retry_state)) if told is None else told


@dataclass
class Answer:
    content: Any
    next_link: str  # of the Link header
    status: int = 200


@dataclass
class WebClient:
    """One service. `base` is all it may ever be asked under; `headers` lets us in."""

    base: str
    title: str
    headers: Headers
    ca_file: Path | None = None
    stopped: threading.Event = field(default_factory=threading.Event)
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        need_safe(self.base, self.title)
        self.base = self.base.rstrip("/")

    def url(self, path: str) -> str:
        return f"{self.base}/{path.lstrip('/')}"

    def get(self, url: str, params: Mapping[str, str] | None = None, *, passes: tuple[int, ...] = ()) -> Answer:
        """The answer to one question. Raises SourceUnavailable, and BatchRefused for what is no JSON.

        `url` may be relative to the base; one that leads elsewhere is refused. Statuses in `passes` are given back.
        """
        asked = urljoin(f"{self.base}/", url)
        if origin(asked) != origin(self.base):
            raise BatchRefused(f"{self.title} points to another address for its next page, which is not followed.")
        tries = Retrying(
            stop=stop_after_attempt(TRIES),
            wait=AsTold(),
            retry=retry_if_exception_type(_Busy),
            sleep=sleep_using_event(self.stopped),
            reraise=True,
        )
        try:
            return tries(self._get, asked, dict(params or {}), passes)
        except _Busy as busy:
            raise self._unavailable(str(busy)) from None

    def _get(self, url: str, params: dict[str, str], passes: tuple[int, ...]) -> Answer:
        answer = self._asked(url, params, is_refused=False)
        if answer.status_code == 401:  # a token may run out between two pages
            answer.close()
            answer = self._asked(url, params, is_refused=True)
        with answer:
            status = answer.status_code
            if status in _BUSY:
                raise _Busy(status, self._seconds(answer.headers.get("Retry-After", "")))
            if status in passes:
                return Answer(None, "", status)
            if status in (401, 403):
                raise self._unavailable(f"it does not let us in ({status})")
            if status != 200:
                raise self._unavailable(f"it answered {status} for {urlsplit(url).path}")
            return Answer(self._json(answer), answer.links.get("next", {}).get("url", ""))

    def _asked(self, url: str, params: dict[str, str], *, is_refused: bool) -> requests.Response:
        if self.stopped.is_set():
            raise self._unavailable("it took too long")
        try:
            return self.session.get(
                url,
                params=params,
                auth=_Let(self.headers(is_refused)),
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
                stream=True,
                verify=trusted(self.ca_file),
            )
        except requests.RequestException as error:
            raise self._unavailable(said_of(error)) from None

    def _json(self, answer: requests.Response) -> Any:
        until, size, parts = time.monotonic() + PAGE_SECONDS, 0, []
        try:
            for part in answer.iter_content(1 << 16):
                size += len(part)
                parts.append(part)
                if size > LARGEST_BYTES:
                    raise BatchRefused(f"{self.title} gave more than {LARGEST_BYTES >> 20} MiB in one answer.")
                if time.monotonic() > until or self.stopped.is_set():
                    raise self._unavailable("it took too long")
        except requests.RequestException as error:
            raise self._unavailable(said_of(error)) from None
        try:
            return json.loads(b"".join(parts), parse_float=Decimal, parse_constant=_no_number)
        except (ValueError, RecursionError):
            raise BatchRefused(f"{self.title} answered with something that is not JSON.") from None

    def _seconds(self, told: str) -> float | None:
        """How long to wait. Raises SourceUnavailable where that is longer than anybody should."""
        try:
            seconds = float(told) if told.strip().isdigit() else _until(told)
        except (ValueError, TypeError):
            return None
        if seconds > LONGEST_WAIT_SECONDS:
            raise self._unavailable(f"it asks to wait {seconds:.0f} seconds")
        return max(seconds, 0.0)

    def _unavailable(self, words: str) -> SourceUnavailable:
        return SourceUnavailable(f"{self.title} could not be read: {words}.")

    def close(self) -> None:
        self.stopped.set()
        self.session.close()


class _Let(AuthBase):
    """Puts our headers on a request; with it, requests looks for no other way in (.netrc)."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self.headers = headers

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers.update(self.headers)
        return request


def trusted(ca_file: Path | None) -> str | bool:
    """What requests is to verify with. Given with each request: on a session a variable of the environment wins."""
    return str(ca_file) if ca_file is not None else True


def said_of(error: requests.RequestException) -> str:
    """What went wrong, without the address, which may hold what only we should know."""
    for kind, words in (
        (requests.exceptions.SSLError, "its certificate is not trusted"),
        (requests.exceptions.ConnectTimeout, "it did not answer in time"),
        (requests.exceptions.ReadTimeout, "it stopped answering"),
        (requests.exceptions.ProxyError, "the proxy does not let us through"),
        (requests.exceptions.ConnectionError, "it cannot be reached"),
    ):
        if isinstance(error, kind):
            return words
    return f"the connection broke ({type(error).__name__})"


def need_safe(address: str, title: str) -> None:
    """Raises SourceUnavailable unless the address is https, or http on this machine, without a password in it."""
    parts = urlsplit(address)
    if parts.username or parts.password:
        words = "its address holds a user or password: use auth and a credential"
    elif parts.scheme == "http" and not is_loopback(address):
        words = "its address must begin with https://"
    elif parts.scheme not in ("http", "https") or not parts.hostname:
        words = "its connection is no web address"
    else:
        return
    raise SourceUnavailable(f"{title} could not be read: {words}.")


def is_loopback(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def origin(address: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(address)
    try:
        port = parts.port
    except ValueError:
        port = -1
    return parts.scheme, parts.hostname, port or {"https": 443, "http": 80}.get(parts.scheme)


def _until(told: str) -> float:
    at = parsedate_to_datetime(told)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - datetime.now(UTC).timestamp()


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number")
