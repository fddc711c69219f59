"""Which door people come in by, and whether it is safe to open: settings that would let in strangers stop the start."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import urlsplit

from flask import Flask

from cspdash.auth import demonstration, proxy, single_sign_on
from cspdash.auth.door import Door
from cspdash.auth.links import SIGNED_OUT_PAGE
from cspdash.auth.openid_connect import Provider
from cspdash.auth.personas import Persona
from cspdash.auth.signed_in import Objection
from cspdash.settings import Problem, Settings, SettingsError

_ENTRA = ("login.microsoftonline.com", "login.microsoftonline.us", "sts.windows.net")
_ANY_TENANT = ("common", "organizations", "consumers")


def need_entrance(settings: Settings, personas: Sequence[Persona]) -> None:
    """Raises SettingsError unless people can sign in, and nobody else can."""
    if settings.mode == "demo":
        demonstration.refuse_outside_demonstration(settings.host, personas, str(settings.home))
    elif found := list(problems(settings)):
        raise SettingsError(*found)


def problems(settings: Settings) -> Iterator[Problem]:
    """What keeps people out, or would let in anybody, outside a demonstration."""
    if settings.sign_in == "none":
        what = f"nobody could sign in: the demonstration sign-in is refused in {settings.mode} mode, and no other is set up"
        yield Problem(what, "sign_in", 'Set it to "oidc" or "proxy"; docs/admin/signing-in.md says how')
        return
    if not settings.public_url:
        remedy = "Set it to the address people type, as https://scorecards.force.police.uk"
        yield Problem("is not set", "public_url", remedy)
    yield from _oidc_problems(settings) if settings.sign_in == "oidc" else _proxy_problems(settings)


def _oidc_problems(settings: Settings) -> Iterable[Problem]:
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
    elif host in _ENTRA and (not settings.oidc_tenant or settings.oidc_tenant not in path):
        yield Problem("must be the tenant id that stands in oidc_issuer", "oidc_tenant", "Set it to that id")


def _proxy_problems(settings: Settings) -> Iterable[Problem]:
    if settings.socket is None:
        what = "a proxy's word is believed, so only the proxy may be able to speak here: not over a TCP port"
        yield Problem(what, "socket", "Set it to a path, as /run/cspdash/web.sock")
    if not settings.proxy_issuer:
        yield Problem("is not set", "proxy_issuer", "Set it to the Kerberos realm, as FORCE.POLICE.UK")


def objection_of(settings: Settings) -> Objection:
    """What a door has against a session at each request."""
    if settings.mode != "demo" and settings.sign_in == "proxy":
        return proxy.objection(settings.proxy_issuer, settings.proxy_user_header)
    return lambda _request, _session: ""


def goodbye(settings: Settings) -> str:
    """What somebody who signed out is told."""
    is_proxy = settings.mode != "demo" and settings.sign_in == "proxy"
    return proxy.GOODBYE if is_proxy and not settings.proxy_sign_out else "You are signed out of Scorecards."


def guard_entrance(server: Flask, settings: Settings) -> None:
    """What stands before even the gate. Raises SettingsError."""
    if settings.mode != "demo" and settings.sign_in == "proxy":
        proxy_peer = importlib.import_module("cspdash.auth.proxy_peer")  # not on Windows
        proxy_peer.refuse_tcp()
        proxy_peer.register_peer_check(server, settings.socket_group)


def register_entrance(server: Flask, settings: Settings, door: Door, personas: Sequence[Persona]) -> frozenset[str]:
    """Opens the door that settings name. Returns the endpoints a stranger may call."""
    server.add_url_rule(SIGNED_OUT_PAGE, "signed_out", door.signed_out, methods=["GET"])
    if settings.mode == "demo":
        find = demonstration.finder(personas)
        demonstration.register_sign_in(server, door.sessions, find, door.pages.personas, landing=door.landing)
        return demonstration.OPEN_ENDPOINTS
    if settings.sign_in == "oidc":
        single_sign_on.register_single_sign_on(server, door, Provider(server, settings))
        return single_sign_on.OPEN_ENDPOINTS
    header, sign_out = settings.proxy_user_header, settings.proxy_sign_out
    proxy.register_proxy_sign_in(server, door, settings.proxy_issuer, header, sign_out)
    return proxy.OPEN_ENDPOINTS
