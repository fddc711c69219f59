"""What `cspdash doctor` says of the sign-in: could people come in, and only they?"""

from __future__ import annotations

from collections.abc import Sequence

import requests

from cspdash.auth import entrance
from cspdash.auth.personas import Persona
from cspdash.commands import unix_socket
from cspdash.domain.errors import DomainError
from cspdash.settings import Settings

_TIMEOUT_SECONDS = 5


def sign_in(settings: Settings, personas: Sequence[Persona]) -> str:
    """How people sign in. Raises SettingsError or DomainError, saying what is wrong."""
    entrance.need_entrance(settings, personas)
    if settings.mode == "demo":
        return f"{len(personas)} personas, on this machine alone"
    settings.require_secret_key()
    if settings.sign_in == "oidc":
        return _provider(settings)
    unix_socket.need_usable(settings)
    return f"by a proxy of the group {settings.socket_group} at {settings.socket}, people of {settings.proxy_issuer}"


def _provider(settings: Settings) -> str:
    address = f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration"
    try:
        answer = requests.get(address, timeout=_TIMEOUT_SECONDS)
        answer.raise_for_status()
        metadata = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise DomainError(f"{address} does not answer ({type(error).__name__})") from error
    if metadata.get("issuer") != settings.oidc_issuer:
        raise DomainError(f"oidc_issuer must be exactly what the provider calls itself: {metadata.get('issuer')!r}")
    out = "with" if metadata.get("end_session_endpoint") else "without"
    return f"{settings.oidc_issuer} answers, {out} sign-out; {len(settings.oidc_roles)} app roles are known"
