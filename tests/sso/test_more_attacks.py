"""Attacks on OpenID Connect that neither the list of defects nor Authlib's own checks name: odd text, old states, forged keys."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from joserfc import jws
from joserfc.jwk import RSAKey

from tests.sso.hostile import KEY, OTHER_KEY, Claims, Hostile, but, by_hand
from tests.sso.relying import Site, settings_for
from tests.sso.test_hostile_op import come_back, stays_out


def by_our_key(header: Claims, claims: Any) -> str:
    """What the provider itself signed, though no library would have it sign that."""
    body = ".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims)
    )
    assert KEY.private_key
    signature = KEY.private_key.sign(body.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{body}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def headed(key: RSAKey = OTHER_KEY, **header: Any) -> Callable[[Claims], str]:
    """A token by this key, which says more of itself in its header."""

    def made(claims: Claims) -> str:
        registry = jws.JWSRegistry(strict_check_header=False, algorithms=["RS256"])
        return str(
            jws.serialize_compact({"alg": "RS256", **header}, json.dumps(claims).encode(), key, registry=registry)
        )

    return made


FORGED: dict[str, Callable[[Claims], Any]] = {
    "signed by a key that the token brings along": headed(jwk=OTHER_KEY.as_dict(private=False)),
    "signed by a key that the token points to": headed(jku="http://127.0.0.1:9/keys", kid="k1"),
    "a key by a path": headed(kid="../../../dev/null"),
    "alg in other letters": lambda claims: by_hand({"alg": "nOnE"}, claims, None),
    "an expiry that never comes": but(exp=float("inf")),
    "an expiry in words": but(exp="2099-01-01"),
    "an audience that is an object": but(aud={"scorecards": True}),
    "an issuer in other letters": lambda claims: but(iss=claims["iss"].upper())(claims),
    "an issuer with a slash": lambda claims: but(iss=claims["iss"] + "/")(claims),
    "a header that must be understood": lambda claims: by_our_key(
        {"alg": "RS256", "kid": "k1", "crit": ["evil"], "evil": True}, claims
    ),
    "claims in a list": lambda claims: by_our_key({"alg": "RS256", "kid": "k1"}, [claims]),
    "a subject with a line end": but(sub="sub\nsgt"),
    "a subject with a zero byte": but(sub="sub-sgt\x00"),
    "a subject with half a character": lambda claims: by_our_key(
        {"alg": "RS256", "kid": "k1"}, {**claims, "sub": "sub-\ud800"}
    ),
    "a subject that is unseen": but(sub="\u200b"),
    "an employee number with something unseen": but(employeeid="E\u200b1"),
    "an employee number on two lines": but(employeeid="E1\nE2"),
    "an endless subject": but(sub="s" * 100_000),
}


@pytest.mark.parametrize("forged", FORGED)
def test_nobody_comes_in(site: Site, provider: Hostile, forged: str) -> None:
    provider.token = FORGED[forged]
    browser = site.browser()
    print(forged, stays_out(site, browser, come_back(browser, provider)))


@pytest.mark.parametrize("name", ["PS Priya\x00 Nair", "\ud800PS Priya Nair", "PS \u202eriaN\u202c Priya", "P" * 5_000])
def test_a_name_is_plain_text_of_some_length(site: Site, provider: Hostile, name: str) -> None:
    """Names are edited by their owners at the provider: none stops a page, or stands for somebody else's."""
    told = {"sub": "sub-named", "name": name, "jobtitle": name}
    provider.token = lambda claims: by_our_key({"alg": "RS256", "kid": "k1"}, {**claims, **told})
    assert come_back(site.browser(), provider).status_code == 303
    (person,) = [each for each in site.deployment.identity.directory.people() if each.subject == "sub-named"]
    assert person.name.isprintable()
    assert person.title.isprintable()
    assert 0 < len(person.name) <= 200


def test_a_sign_in_is_not_finished_hours_later(site: Site, provider: Hostile) -> None:
    browser = site.browser()
    _, asked = browser.go_to_provider()
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=2)):
        answer = browser.get(
            "/sign-in/callback", query_string={"code": provider.authorise(asked), "state": asked["state"]}
        )
        stays_out(site, browser, answer)


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri", "end_session_endpoint"])
@pytest.mark.parametrize("address", ["http://evil.test/x", "ftp://evil.test/x", "javascript:alert(1)", "/x", 7])
def test_nothing_is_asked_in_the_clear(
    site: Site, provider: Hostile, tmp_path: Path, name: str, address: object
) -> None:
    provider.metadata = {name: address}
    browser = Site.over(site.deployment, settings_for(tmp_path, provider.issuer)).browser()
    assert browser.get("/sign-in").status_code == 503
