"""Scorecards as a provider's relying party: a small force behind production settings, and a browser of our own."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import dash
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cspdash.settings import Settings
from cspdash.web import build
from tests.cspdash.auth.site import Kept
from tests.support.small import Small, ports_of

SITE = "https://scorecards.force.test"
CLIENT_ID, CLIENT_SECRET = "scorecards", "a-secret-for-this-test-only-0123456789abcdef"
TENANT = "11111111-2222-3333-4444-555555555555"
ROLES = {
    f"Scorecards.{name.title()}": name for name in ("constable", "sergeant", "inspector", "analyst", "administrator")
}
KEY = "fK3v-8LmQw2Zr7TnXc5Yb9Jd1Hs4Gp6Ae"


def settings_for(home: Path, issuer: str, **given: Any) -> Settings:
    known: dict[str, Any] = {
        "mode": "production",
        "sign_in": "oidc",
        "public_url": SITE,
        "secret_key": KEY,
        "audit_key": KEY[::-1],
        "force_name": "Hertfordshire",
        "oidc_issuer": issuer,
        "oidc_client_id": CLIENT_ID,
        "oidc_client_secret": CLIENT_SECRET,
        "oidc_tenant": TENANT,
        "oidc_roles": ROLES,
    }
    return Settings(home=home, **{**known, **given})


@dataclass
class Site:
    """The application, and what it told the audit."""

    app: dash.Dash
    deployment: Small
    audit: Kept

    @classmethod
    def over(cls, deployment: Small, settings: Settings) -> Site:
        audit = Kept()
        app = build(settings, replace(ports_of(deployment), audit=audit))  # type: ignore[arg-type]  # who reads it is others' test
        return cls(app, deployment, audit)

    def browser(self) -> Browser:
        return Browser(self.app.server.test_client())


@dataclass
class Browser:
    """Cookies and addresses of one browser at this site. Whatever the answer, it is never a 500."""

    client: FlaskClient
    statuses: list[int] = field(default_factory=list)

    def get(self, address: str, **given: Any) -> TestResponse:
        return self._noted(self.client.get(address, base_url=SITE, **given))

    def post(self, address: str, **given: Any) -> TestResponse:
        headers = {"Sec-Fetch-Site": "same-origin", "X-CSRFToken": self.cookie("__Host-csrf")}
        return self._noted(self.client.post(address, base_url=SITE, headers=headers, **given))

    def _noted(self, answer: TestResponse) -> TestResponse:
        self.statuses.append(answer.status_code)
        assert answer.status_code != 500, answer.text
        return answer

    def cookie(self, name: str) -> str:
        found = self.client.get_cookie(name, domain=urlsplit(SITE).hostname or "")
        return found.value if found else ""

    @property
    def secret(self) -> str:
        return self.cookie("__Host-session")

    @property
    def is_in(self) -> bool:
        return self.get("/session").status_code == 200

    def go_to_provider(self, wish: str = "/workload") -> tuple[str, dict[str, str]]:
        """Where the sign-in sends the browser, and what it asks for there."""
        answer = self.get("/sign-in", query_string={"next": wish})
        assert answer.status_code == 302, answer.text
        return answer.location, asked(answer.location)


def asked(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
