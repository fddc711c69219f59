"""An identity provider of our own that can be as wrong as it likes: each defect is a change to a good answer."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.sso.relying import CLIENT_ID, CLIENT_SECRET, TENANT

Claims = dict[str, Any]
KEY = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"})


def signed(claims: Claims, key: RSAKey = KEY, alg: str = "RS256", kid: str = "k1") -> str:
    return str(jwt.encode({"alg": alg, "kid": kid}, claims, key, algorithms=[alg]))


def by_hand(header: dict[str, str], claims: Claims, secret: bytes | None) -> str:
    """A token with a signature that no library would make: none, or a shared secret."""
    parts = [_b64(json.dumps(part).encode()) for part in (header, claims)]
    body = ".".join(parts)
    return f"{body}.{_b64(hmac.new(secret, body.encode(), hashlib.sha256).digest()) if secret else ''}"


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def without(*names: str) -> Callable[[Claims], str]:
    return lambda claims: signed({name: value for name, value in claims.items() if name not in names})


def but(**changes: Any) -> Callable[[Claims], str]:
    return lambda claims: signed({**claims, **changes})


# What the token endpoint gives instead of a good ID token. The first seventeen are those that were tried on Authlib alone.
DEFECTS: dict[str, Callable[[Claims], Any]] = {
    "alg none": lambda claims: by_hand({"alg": "none"}, claims, None),
    "HS256 with the public key": lambda claims: by_hand({"alg": "HS256"}, claims, KEY.as_pem(private=False)),
    "HS256 with the client secret": lambda claims: by_hand({"alg": "HS256"}, claims, CLIENT_SECRET.encode()),
    "another key": lambda claims: signed(claims, OTHER_KEY),
    "expired": lambda claims: signed({**claims, "iat": claims["iat"] - 7200, "exp": claims["iat"] - 3600}),
    "no exp": without("exp"),
    "issued in the future": lambda claims: signed({**claims, "iat": claims["iat"] + 3600}),
    "another nonce": but(nonce="another"),
    "no nonce": without("nonce"),
    "another issuer": but(iss="https://evil.test"),
    "no issuer": without("iss"),
    "no subject": without("sub"),
    "another audience": but(aud="other"),
    "another audience with us as azp": but(aud="other", azp=CLIENT_ID),
    "several audiences without us, us as azp": but(aud=["other", "third"], azp=CLIENT_ID),
    "several audiences with us, another azp": but(aud=[CLIENT_ID, "other"], azp="other"),
    "no ID token": lambda _claims: None,
    "no audience": without("aud"),
    "a subject that is no text": but(sub=["sub-sgt"]),
    "an empty subject": but(sub=""),
    "not valid yet": lambda claims: signed({**claims, "nbf": claims["iat"] + 3600}),
    "an unknown key": lambda claims: signed(claims, OTHER_KEY, kid="k9"),
    "no token at all": lambda _claims: "x",
    "half a token": lambda claims: signed(claims).rpartition(".")[0],
    "a token that is a number": lambda _claims: 7,
    "HS512 with an empty secret": lambda claims: by_hand({"alg": "HS512"}, claims, b"\x00"),
    "a foreign tenant": but(tid="99999999-0000-0000-0000-000000000000"),
    "no tenant": without("tid"),
    "no roles": without("roles"),
    "an empty list of roles": but(roles=[]),
    "only roles of another application": but(roles=["Payroll.Admin", "sergeant"]),
    "roles that are no text": but(roles=[{"value": "Scorecards.Sergeant"}, 3, None]),
    "groups instead of roles": lambda claims: signed({**claims, "roles": [], "groups": ["Scorecards.Sergeant"]}),
    "no employee number": without("employeeid"),
    "an employee number HR does not know": but(employeeid="E99"),
    "an employee number that is a list": but(employeeid=["E1"]),
    # Somebody new with the e-mail address of somebody known: nothing here looks at it.
    "somebody else's e-mail": lambda claims: signed(
        {**claims, "sub": "sub-evil", "email": "nair@force.test", "employeeid": ""}
    ),
}


@dataclass
class Hostile:
    """Serves discovery, keys and tokens. `token` makes the ID token; `told` the answer of the token endpoint."""

    issuer: str
    token: Callable[[Claims], Any] = signed
    status: int = 200
    told: Callable[[dict[str, Any]], bytes] = lambda answer: json.dumps(answer).encode()
    metadata: dict[str, Any] = field(default_factory=dict)
    claims: Claims = field(default_factory=dict)
    is_down: bool = False
    answers: threading.Event = field(default_factory=threading.Event)  # cleared: takes questions and is silent
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def reset(self) -> None:
        self.token, self.status, self.told, self.is_down = signed, 200, Hostile.told, False
        self.metadata, self.claims = {}, {}
        self.answers.set()

    def authorise(self, asked: dict[str, str]) -> str:
        """A code for what the relying party asked for: what somebody gets who has proved who they are."""
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT_ID)
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return code

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "end_session_endpoint": f"{self.issuer}/end",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            **self.metadata,
        }

    def exchange(self, form: dict[str, str]) -> tuple[int, bytes]:
        """The token endpoint: one use a code, and only with its verifier."""
        asked = self.codes.pop(form.get("code", ""), None)
        verifier = form.get("code_verifier", "")
        if asked is None or _b64(hashlib.sha256(verifier.encode()).digest()) != asked["code_challenge"]:
            return 400, json.dumps({"error": "invalid_grant"}).encode()
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": "sub-sgt",
            "aud": CLIENT_ID,
            "tid": TENANT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "name": "PS Priya Nair",
            "email": "nair@force.test",
            "employeeid": "E1",
            "jobtitle": "Sergeant",
            "roles": ["Scorecards.Sergeant"],
            **self.claims,
        }
        answer = {"access_token": "x", "token_type": "Bearer", "expires_in": 300, "id_token": self.token(claims)}
        return self.status, self.told({name: value for name, value in answer.items() if value is not None})


@contextmanager
def serving() -> Iterator[Hostile]:
    """The provider on a free port of this machine, until the end of the `with`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider.answers.wait(30)
            if provider.is_down:
                self._answer(503, b"{}")
            elif self.path.endswith("openid-configuration"):
                self._answer(200, json.dumps(provider.discovery()).encode())
            else:
                self._answer(200, json.dumps({"keys": [KEY.as_dict(private=False)]}).encode())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._answer(*((503, b"{}") if provider.is_down else provider.exchange(form)))

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            """Nothing: the tests say what they need."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = Hostile(f"http://127.0.0.1:{server.server_port}")
    provider.answers.set()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
