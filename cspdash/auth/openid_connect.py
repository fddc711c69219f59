"""OpenID Connect with one tenant: authorization code with PKCE, every claim checked, by Authlib and what it leaves to us.

Authlib checks signature, expiry, nonce, state and the code verifier. Left to whoever uses it, and done here: the issuer of
the metadata, the audience (by itself it takes another client's token that names us in `azp`), the tenant, the `iss` of
the callback (RFC 9207), and that only asymmetric signatures count.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests
from authlib.integrations.flask_client import OAuth
from flask import Flask, request, session
from werkzeug.wrappers import Response

from cspdash.domain.identity import SignInRefused, Vouched, strongest_first
from cspdash.settings import Settings
from cspdash.sign_in_settings import is_over_tls

CALLBACK = "/sign-in/callback"
_NAME = "idp"
_STATES = f"_state_{_NAME}_"
_MOST_STATES = 5  # tabs that can be signing in at once; more would not fit into a cookie
_TIMEOUT_SECONDS = 5
_PATIENCE_SECONDS = 0.5  # for a turn to ask it
_LEEWAY_SECONDS = 60
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri", "end_session_endpoint")
_LONGEST = 200
_SUBJECT = re.compile(
    r"[!-~]([ -~]{0,253}[!-~])?"
)  # at most 255 characters of ASCII, says OpenID Connect Core, section 2
_SIGNATURES = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")


class ProviderAway(Exception):
    """The identity provider does not answer, or does not say of itself what settings say of it."""


@dataclass(frozen=True)
class Proof:
    """Somebody the provider vouches for, its own name for the session, and the token for signing out there."""

    who: Vouched
    idp_sid: str
    id_token: str


class Provider:
    """The identity provider that settings name."""

    def __init__(self, server: Flask, settings: Settings) -> None:
        secret = settings.oidc_client_secret
        self._settings = settings
        self._calls = threading.BoundedSemaphore(max(1, settings.requests_at_once // 2))
        self._client: Any = OAuth(server).register(
            _NAME,
            client_id=settings.oidc_client_id,
            client_secret=secret.get_secret_value() if secret else "",
            server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={
                "scope": settings.oidc_scope,
                "code_challenge_method": "S256",
                "default_timeout": _TIMEOUT_SECONDS,
            },
        )

    @property
    def redirect_uri(self) -> str:
        return self._settings.public_url + CALLBACK

    def begin(self) -> Response:
        """Sends the browser to the provider. Raises ProviderAway."""
        with self._call():
            self._load()
        _forget_late()
        begun = sorted((key for key in session if key.startswith(_STATES)), key=lambda key: session[key]["exp"])
        for key in begun[: 1 - _MOST_STATES]:  # the oldest
            session.pop(key)
        answer: Response = self._client.authorize_redirect(self.redirect_uri)
        return answer

    def proof(self) -> Proof:
        """Whom the provider sent back. Raises SignInRefused for anything that is not exactly as it must be, ProviderAway."""
        with self._call():
            return self._proof()

    def _proof(self) -> Proof:
        metadata = self._load()
        self._check_sender(metadata)
        _forget_late()
        claims_options = {
            "iss": {"essential": True, "value": self._settings.oidc_issuer},
            "aud": {"essential": True, "values": [self._settings.oidc_client_id]},
        }
        try:
            token = self._client.authorize_access_token(claims_options=claims_options, leeway=_LEEWAY_SECONDS)
        except (requests.ConnectionError, requests.Timeout) as error:
            raise ProviderAway from error
        except requests.HTTPError as error:
            if error.response is not None and error.response.status_code < 500:
                raise SignInRefused(_reason(error)) from error
            raise ProviderAway from error
        except Exception as error:  # Authlib's, joserfc's, and whatever else odd tokens make them raise
            raise SignInRefused(_reason(error)) from error
        claims = token.get("userinfo")
        if not isinstance(claims, Mapping):
            raise SignInRefused("no ID token")
        return Proof(self._vouched(claims), _whole(claims.get("sid")), _whole(token.get("id_token")))

    def sign_out_address(self, id_token: str, back_to: str) -> str:
        """Where the provider signs somebody out; "" where it has no such place or cannot be asked."""
        try:
            with self._call():
                metadata = self._load()
            if not metadata.get("end_session_endpoint"):
                return ""
            found = self._client.create_logout_url(
                post_logout_redirect_uri=self._settings.public_url + back_to,
                id_token_hint=id_token or None,
                client_id=self._settings.oidc_client_id,
            )
        except ProviderAway:
            return ""
        return str(found["url"])

    @contextmanager
    def _call(self) -> Iterator[None]:
        """Half of the places for requests at most wait for the provider: people who are in must not, if it is silent.

        Raises ProviderAway where no place comes free.
        """
        if not self._calls.acquire(timeout=_PATIENCE_SECONDS):
            raise ProviderAway("as many are waiting for it as may")
        try:
            yield
        finally:
            self._calls.release()

    def _load(self) -> Mapping[str, Any]:
        try:
            metadata: dict[str, Any] = self._client.load_server_metadata()
        except (requests.RequestException, ValueError) as error:
            raise ProviderAway(_reason(error)) from error
        if metadata.get("issuer") != self._settings.oidc_issuer:
            self._client.server_metadata.clear()  # asked again next time
            raise ProviderAway("its metadata names another issuer")
        for name in _ENDPOINTS:
            if (address := metadata.get(name)) is not None and not (isinstance(address, str) and is_over_tls(address)):
                self._client.server_metadata.clear()
                raise ProviderAway(f"its {name} is not over TLS")
        offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
        if not (signatures := [each for each in offered if each in _SIGNATURES]):
            raise ProviderAway("it offers no signature that only it can make")
        metadata["id_token_signing_alg_values_supported"] = signatures
        return metadata

    def _check_sender(self, metadata: Mapping[str, Any]) -> None:
        """RFC 9207: the answer says which provider it comes from; a wrong name, or none where one is promised, is foreign."""
        sender = request.args.get("iss")
        if sender is None and not metadata.get("authorization_response_iss_parameter_supported"):
            return
        if sender != self._settings.oidc_issuer:
            raise SignInRefused("the answer came from another issuer")

    def _vouched(self, claims: Mapping[str, Any]) -> Vouched:
        settings, subject = self._settings, claims.get("sub")
        if not isinstance(subject, str) or not subject:
            raise SignInRefused("no subject")
        if not _SUBJECT.fullmatch(subject):
            raise SignInRefused("a subject that is not plain")
        if settings.oidc_tenant and claims.get("tid") != settings.oidc_tenant:
            raise SignInRefused("another tenant")
        theirs = claims.get(settings.oidc_roles_claim)
        named = [theirs] if isinstance(theirs, str) else theirs if isinstance(theirs, list) else []
        ours = [settings.oidc_roles[role] for role in named if isinstance(role, str) and role in settings.oidc_roles]
        return Vouched(
            issuer=settings.oidc_issuer,
            subject=subject,
            name=_text(claims.get(settings.oidc_name_claim)) or subject,
            roles=strongest_first(ours),
            officer_id=_number(claims.get(settings.oidc_officer_claim)),
            title=_text(claims.get(settings.oidc_title_claim)),
        )


def _forget_late() -> None:
    """A sign-in that was begun too long ago cannot be finished: Authlib notes its end, and does not look at it."""
    for key in [key for key in session if key.startswith(_STATES) and session[key]["exp"] < time.time()]:
        session.pop(key)


def _number(value: object) -> str:
    """An employee number as it stands, whether text or number; "" for one with anything in it that cannot be seen."""
    number = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return number if number.isprintable() else ""


def _text(value: object) -> str:
    """A claim to be read by people, on one line of some length.

    They edit their names: what cannot be seen, turns the writing round or is no character is left out.
    """
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    seen = "".join(each for each in " ".join(str(value)[:_LONGEST].split()) if each.isprintable())
    return " ".join(seen.split())


def _whole(value: object) -> str:
    """What goes back to the provider one day, as it came or not at all: a token cut short is none."""
    return value if isinstance(value, str) and value.isascii() and value.isprintable() else ""


def _reason(error: Exception) -> str:
    """What was wrong with it, for the audit: the kind of error and what it says, never a token."""
    return f"{type(error).__name__}: {error}"[:200]
