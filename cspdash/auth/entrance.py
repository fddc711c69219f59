"""Which door people come in by, and whether it is safe to open: settings that would let in strangers stop the start."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from flask import Flask

from cspdash.auth import demonstration
from cspdash.auth.personas import Persona
from cspdash.auth.signed_in import Sessions
from cspdash.domain.audit import Audit
from cspdash.domain.identity import Directory
from cspdash.domain.ports import Viewer
from cspdash.settings import Problem, Settings, SettingsError

_ENTRA = ("login.microsoftonline.com", "login.microsoftonline.us", "sts.windows.net")
_ANY_TENANT = ("common", "organizations", "consumers")


class SignInPages(Protocol):
    """Plain pages of the sign-in, as HTML. Whoever draws them escapes what is put in."""

    def personas(self, token: str, error: str) -> str: ...

    def message(self, title: str, words: str, link: str = "", link_words: str = "", *, goes_on: bool = False) -> str:
        """A title, a sentence, a link; `goes_on`: the browser follows the link by itself."""
        ...


@dataclass(frozen=True)
class Entrance:
    """What every door needs."""

    settings: Settings
    sessions: Sessions
    directory: Directory
    audit: Audit
    pages: SignInPages
    landing: Callable[[Viewer], str]


def need_entrance(settings: Settings, personas: Sequence[Persona]) -> None:
    """Raises SettingsError unless people can sign in, and nobody else can."""
    if settings.mode == "demo":
        demonstration.refuse_outside_demonstration(settings.host, personas, str(settings.home))
        return
    problems = {"oidc": _oidc_problems, "proxy": _proxy_problems}.get(settings.sign_in, _no_door)(settings)
    if found := [*_address_problems(settings), *problems]:
        raise SettingsError(*found)


def _no_door(settings: Settings) -> Iterator[Problem]:
    what = f"nobody could sign in: the demonstration sign-in is refused in {settings.mode} mode, and no other is set up"
    yield Problem(what, "sign_in", 'Set it to "oidc" or "proxy"; docs/admin/signing-in.md says how')


def _address_problems(settings: Settings) -> Iterator[Problem]:
    if settings.sign_in != "none" and not settings.public_url:
        yield Problem(
            "is not set", "public_url", "Set it to the address people type, as https://scorecards.force.police.uk"
        )


def _oidc_problems(settings: Settings) -> Iterator[Problem]:
    for name in ("oidc_issuer", "oidc_client_id", "oidc_roles"):
        if not getattr(settings, name):
            yield Problem("is not set", name, "docs/admin/signing-in.md says what the provider calls it")
    if settings.oidc_client_secret is None:
        yield Problem(
            "is not set", "environment variable CSPDASH_OIDC_CLIENT_SECRET", "Set it to the provider's secret"
        )
    host, path = urlsplit(settings.oidc_issuer).hostname, urlsplit(settings.oidc_issuer).path.split("/")
    if host in _ENTRA and set(path) & set(_ANY_TENANT):
        yield Problem("accepts people of any organisation", "oidc_issuer", "Put the force's own tenant id into it")
    elif host in _ENTRA and settings.oidc_tenant not in path:
        yield Problem("must be the tenant id that stands in oidc_issuer", "oidc_tenant", "Set it to that id")


def _proxy_problems(settings: Settings) -> Iterator[Problem]:
    if settings.socket is None:
        what = "a proxy's word is believed, so only the proxy may be able to speak here: not over a TCP port"
        yield Problem(what, "socket", "Set it to a path, as /run/cspdash/app.sock")
    if not settings.proxy_issuer:
        yield Problem("is not set", "proxy_issuer", "Set it to the Kerberos realm, as FORCE.POLICE.UK")


def register_entrance(server: Flask, entrance: Entrance, personas: Sequence[Persona]) -> frozenset[str]:
    """Opens the door that settings name. Returns the endpoints a stranger may call."""
    if entrance.settings.mode == "demo":
        find = demonstration.finder(personas)
        demonstration.register_sign_in(
            server, entrance.sessions, find, entrance.pages.personas, landing=entrance.landing
        )
        return demonstration.OPEN_ENDPOINTS
    raise SettingsError(Problem(f"{entrance.settings.sign_in} is not there yet", "sign_in", "Use a demonstration"))
