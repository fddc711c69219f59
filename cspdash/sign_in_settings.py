"""Settings of how people sign in. cspdash.settings.Settings includes them; see docs/admin/signing-in.md."""

from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, SecretStr, field_validator
from pydantic_settings import NoDecode

from cspdash.domain.identity import BY_RANK

HERE = ("127.0.0.1", "::1", "localhost")


class SignInSettings(BaseModel):
    """How people sign in to a deployment in production."""

    sign_in: Literal["none", "oidc", "proxy"] = Field(
        default="none",
        description="How people sign in: `oidc` through the force's identity provider, `proxy` by a proxy on this machine "
        "that vouches for them; a demonstration needs neither",
    )
    public_url: str = Field(
        default="",
        description="Address of the scorecards as people type it: `https://scorecards.force.police.uk`",
    )
    secret_key_old: SecretStr | None = Field(
        default=None,
        description="The key before `secret_key`: what it signed is still read, nothing new is signed with it",
    )
    oidc_issuer: str = Field(
        default="",
        description="Issuer exactly as its tokens spell it: `https://login.microsoftonline.com/TENANT/v2.0`",
    )
    oidc_client_id: str = Field(default="", description="Identifier that the provider gave this application")
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="Secret that the provider gave this application"
    )
    oidc_tenant: str = Field(
        default="", description="Tenant that tokens must name in `tid`; needed with Entra ID, none with ADFS"
    )
    oidc_roles: Annotated[dict[str, str], NoDecode] = Field(
        default_factory=dict,
        description=f"App role of the provider to role here, one of {', '.join(BY_RANK)}",
        json_schema_extra={"default": "none"},
    )
    oidc_roles_claim: str = Field(default="roles", min_length=1, description="Claim that holds app roles")
    oidc_officer_claim: str = Field(
        default="employeeid", min_length=1, description="Claim that holds the HR employee number"
    )
    oidc_name_claim: str = Field(default="name", min_length=1, description="Claim that holds the name to show")
    oidc_title_claim: str = Field(default="jobtitle", min_length=1, description="Claim that holds rank or job title")
    oidc_scope: str = Field(
        default="openid profile", min_length=1, description="Scopes to ask for, with spaces between"
    )
    socket: Path | None = Field(
        default=None, description="Unix socket to listen on instead of host and port; needed with `proxy`"
    )
    socket_group: str = Field(
        default="www-data", min_length=1, description="Group of the proxy's processes, alone let at the socket"
    )
    proxy_user_header: str = Field(
        default="X-Remote-User",
        pattern=r"^X-[A-Za-z]+(-[A-Za-z]+)*$",
        description="Header in which the proxy names who signed in; the proxy must remove it from what browsers send",
    )
    proxy_issuer: str = Field(
        default="", description="What vouches for the proxy's users: the Kerberos realm, or the issuer behind the proxy"
    )
    proxy_sign_out: str = Field(
        default="",
        description="Where on this site the proxy signs somebody out: `/sign-in/callback?logout=` with mod_auth_openidc; "
        "empty where it cannot, as with Kerberos",
    )

    @field_validator("public_url", mode="after")
    @classmethod
    def address_without_a_path(cls, url: str) -> str:
        if url and not is_address(url):
            raise ValueError(f"{url!r} is not an address like https://scorecards.force.police.uk, without a path")
        return url.rstrip("/")

    @field_validator("oidc_issuer", mode="after")
    @classmethod
    def issuer_over_tls(cls, url: str) -> str:
        if url and not is_over_tls(url):
            raise ValueError(f"{url!r} is no https address; who vouches for people must be reached over TLS")
        return url

    @field_validator("oidc_roles", mode="before")
    @classmethod
    def roles_in_pairs(cls, value: Any) -> Any:
        """In the environment: `Scorecards.Sergeant=sergeant, Scorecards.Analyst=analyst`."""
        if not isinstance(value, str):
            return value
        pairs = [part.partition("=") for part in value.split(",") if part.strip()]
        return {theirs.strip(): ours.strip() for theirs, _, ours in pairs}

    @field_validator("oidc_roles", mode="after")
    @classmethod
    def known_roles(cls, roles: dict[str, str]) -> dict[str, str]:
        for theirs, ours in roles.items():
            if ours not in BY_RANK or not theirs:
                raise ValueError(f"{theirs!r} = {ours!r}: the role here must be one of {', '.join(BY_RANK)}")
        return roles

    @field_validator("proxy_sign_out", mode="after")
    @classmethod
    def sign_out_on_this_site(cls, path: str) -> str:
        is_plain = path.startswith("/") and all("!" <= each <= "~" for each in path) and not {"\\", "#"} & set(path)
        if path and (not is_plain or "//" in path):
            raise ValueError(f"{path!r} is not a path of this site, as /sign-in/callback?logout=")
        return path

    @field_validator("socket", mode="before")
    @classmethod
    def no_socket(cls, socket: Any) -> Any:
        return None if socket == "" else socket

    @field_validator("socket", mode="after")
    @classmethod
    def socket_anywhere(cls, socket: Path | None) -> Path | None:
        if socket is not None and not socket.is_absolute():
            raise ValueError(f"{str(socket)!r} is not an absolute path, as /run/cspdash/web.sock")
        return socket


def is_address(url: str) -> bool:
    """Scheme and host, and nothing after them."""
    parts = urlsplit(url)
    return (
        parts.scheme == "https"
        and bool(parts.hostname)
        and parts.path in ("", "/")
        and not (parts.query or parts.fragment or parts.username)
    )


def is_over_tls(url: str) -> bool:
    """Whether what goes there cannot be read on the way: https, or this machine itself."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in HERE))
