"""A server in the shape of Microsoft Graph: tokens, sites, lists with delta queries, throttling, forgetting."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from tests.support.loopback import Asked, Reply

SECRET, TENANT, CLIENT = "gr4ph-s3cret-Value", "force.example", "11111111-2222-3333-4444-555555555555"
SITE_ADDRESS, SITE_ID = "force.sharepoint.example:/sites/hub", "force.sharepoint.example,aaa,bbb"


@dataclass
class Item:
    fields: dict[str, Any] | None  # None: deleted
    changed_at: int  # place in the list's history
    modified: str = "2026-11-22T10:00:00Z"


@dataclass
class GraphList:
    columns: list[str]
    items: dict[str, Item] = field(default_factory=dict)
    forgotten_before: int = 0  # delta links older than this are gone


@dataclass
class GraphServer:
    """Set lists' items by `put` and `drop`; `replies` are given before anything else, whatever is asked of Graph."""

    lists: dict[str, GraphList]
    page: int = 2
    calls_a_token: int = 10_000
    replies: list[Reply] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    secret: str = SECRET
    address: str = ""
    _clock: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _now: int = 0
    _uses: int = 0

    def put(self, name: str, item: str, /, modified: str = "2026-11-22T10:00:00Z", **fields: Any) -> None:
        self._now = next(self._clock)
        self.lists[name].items[item] = Item(fields, self._now, modified)

    def drop(self, name: str, item: str) -> None:
        self._now = next(self._clock)
        self.lists[name].items[item] = Item(None, self._now)

    def forget(self, name: str) -> None:
        """Delta links given so far lead to 410."""
        self._now = next(self._clock)
        self.lists[name].forgotten_before = self._now

    def graph_calls(self) -> list[str]:
        return [asked.path for asked in self.asked if asked.path.startswith("/v1.0/")]

    # --- answering ---
    def __call__(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        if asked.path.startswith("/v1.0/"):
            return self._graph(asked)
        if asked.path.endswith("/.well-known/openid-configuration"):
            base = f"{self.address}/{TENANT}"
            return Reply({"issuer": f"{base}/v2.0", "authorization_endpoint": f"{base}/authorize",
                          "token_endpoint": f"{base}/oauth2/v2.0/token"})  # fmt: skip
        if asked.path == f"/{TENANT}/oauth2/v2.0/token":
            return self._token(asked.form)
        return Reply({"error": "not found"}, 404)

    def _token(self, form: Mapping[str, str]) -> Reply:
        good = (form.get("client_id"), form.get("client_secret"), form.get("grant_type"))
        if good != (CLIENT, self.secret, "client_credentials"):
            said = f"AADSTS7000215: Invalid client secret provided: {form.get('client_secret')}"
            return Reply({"error": "invalid_client", "error_description": said}, 401)
        self.tokens.append(f"token-{len(self.tokens) + 1}-of-the-hub")
        self._uses = 0
        return Reply({"access_token": self.tokens[-1], "token_type": "Bearer", "expires_in": 3599})

    def _graph(self, asked: Asked) -> Reply:
        self._uses += 1
        if asked.headers.get("Authorization") != f"Bearer {self.tokens[-1] if self.tokens else ''}":
            return Reply({"error": {"code": "InvalidAuthenticationToken"}}, 401)
        if self._uses > self.calls_a_token:
            return Reply({"error": {"code": "InvalidAuthenticationToken", "message": "expired"}}, 401)
        if self.replies:
            return self.replies.pop(0)
        path = unquote(asked.path.removeprefix("/v1.0/"))
        if path == f"sites/{SITE_ADDRESS}":
            return Reply({"id": SITE_ID})
        parts = path.removeprefix(f"sites/{SITE_ID}/lists/").split("/")
        if not path.startswith(f"sites/{SITE_ID}/lists/") or parts[0] not in self.lists:
            return Reply({"error": {"code": "itemNotFound"}}, 404)
        if parts[1:] == ["columns"]:
            return Reply({"value": [{"name": name} for name in self.lists[parts[0]].columns]})
        return self._delta(asked, parts[0], self.lists[parts[0]])

    def _delta(self, asked: Asked, name: str, found: GraphList) -> Reply:
        since, _, at = asked.params.get("token", "0~0").partition("~")
        if since != "0" and int(since) < found.forgotten_before:
            return Reply({"error": {"code": "resyncRequired"}}, 410, {"Location": f"{self.address}{asked.path}"})
        changed = [
            (key, item)
            for key, item in sorted(found.items.items(), key=lambda pair: pair[1].changed_at)
            if item.changed_at > int(since) and (item.fields is not None or since != "0")
        ]
        chosen = asked.params.get("$expand", "fields($select=*)").partition("$select=")[2].rstrip(")").split(",")
        start = int(at or 0)
        values = [_shown(key, item, chosen) for key, item in changed[start : start + self.page]]
        link = f"{self.address}{asked.path}?$expand={asked.params.get('$expand', '')}&token="
        if start + self.page < len(changed):
            return Reply({"value": values, "@odata.nextLink": f"{link}{since}~{start + self.page}"})
        return Reply({"value": values, "@odata.deltaLink": f"{link}{self._now}~0"})


def _shown(key: str, item: Item, chosen: list[str]) -> dict[str, Any]:
    if item.fields is None:
        return {"id": key, "deleted": {"state": "deleted"}}
    fields = {name: value for name, value in item.fields.items() if chosen == ["*"] or name in chosen}
    # Graph leaves out what is empty.
    return {
        "id": key,
        "lastModifiedDateTime": item.modified,
        "fields": {k: v for k, v in fields.items() if v is not None},
    }
