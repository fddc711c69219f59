"""Signs in to Microsoft Graph as an application: tokens by msal, only from Microsoft or, for tests, this machine."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

import requests

from cspdash.domain.errors import SourceUnavailable
from data_access.mapped import Source
from data_access.sources.http import secret_of
from data_access.sources.sharepoint import SharePointSite
from data_access.sources.web import CONNECT_SECONDS, READ_SECONDS, WebClient, is_loopback, said_of, trusted

GRAPH, LOGIN = "https://graph.microsoft.com/v1.0", "https://login.microsoftonline.com"
# Connections of these names stand in for Microsoft's addresses; nothing but this machine is accepted.
GRAPH_CONNECTION, LOGIN_CONNECTION = "graph", "graph_login"
_CODE = re.compile(r"AADSTS\d+")


class Tokens:
    """Tokens of one application, kept by msal until they run out."""

    def __init__(self, source: Source, login: str, scope: str, secret: str) -> None:
        assert source.site is not None
        self.source, self.login, self.scope, self.secret = source, login, scope, secret
        self._app: Any = None

    def headers(self, is_refused: bool) -> Mapping[str, str]:
        """What lets us in. Raises SourceUnavailable."""
        try:
            if self._app is None:
                self._app = self._signed_up()
            if is_refused:
                self._app.remove_tokens_for_client()
            found = self._app.acquire_token_for_client(scopes=[self.scope])
        except requests.RequestException as error:
            raise self._unavailable(said_of(error)) from None
        except ValueError:  # msal's word for an authority that gives no sensible answer
            raise self._unavailable("the sign-in service does not know this tenant") from None
        if "access_token" not in found:
            code = _CODE.search(str(found.get("error_description", "")))
            raise self._unavailable(f"{found.get('error', 'refused')}{f', {code[0]}' if code else ''}")
        return {"Authorization": f"Bearer {found['access_token']}"}

    def _signed_up(self) -> Any:
        import msal  # noqa: PLC0415  a second of start-up that only whoever reads lists should wait for

        site = self.source.site
        assert site is not None
        session = requests.Session()
        session.request = partial(  # type: ignore[method-assign]
            session.request, timeout=(CONNECT_SECONDS, READ_SECONDS), verify=trusted(site.ca_file)
        )
        return msal.ConfidentialClientApplication(
            site.client_id,
            client_credential=self.secret,
            authority=f"{self.login}/{site.tenant}",
            instance_discovery=False,  # the authority is fixed: Microsoft's own, or this machine
            http_client=session,
        )

    def _unavailable(self, words: str) -> SourceUnavailable:
        return SourceUnavailable(f"{self.source.title} could not be read: signing in failed ({words}).")


def site_of(source: Source, connections: Mapping[str, str], credentials: Mapping[str, str]) -> SharePointSite:
    """The site a source names, ready to be asked. Raises SourceUnavailable."""
    assert source.site is not None
    graph = _address(connections, GRAPH_CONNECTION, GRAPH, source)
    login = _address(connections, LOGIN_CONNECTION, LOGIN, source)
    root = "/".join(graph.split("/")[:3])
    secret = secret_of(source.site.credential, source.title, credentials)
    tokens = Tokens(source, login, f"{root}/.default", secret)
    client = WebClient(graph, source.title, tokens.headers, source.site.ca_file)
    return SharePointSite(client, source.site.address, source.title)


def _address(connections: Mapping[str, str], name: str, usual: str, source: Source) -> str:
    address = connections.get(name, usual)
    if address != usual and not is_loopback(address):
        words = f"the connection {name!r} may only lead to this machine"
        raise SourceUnavailable(f"{source.title} could not be read: {words}.")
    return address
