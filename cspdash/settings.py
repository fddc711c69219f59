"""Every setting once: its name, type, default and help. docs/settings.md is written from this class.

A value comes from the first of: an argument, the environment (`CSPDASH_PORT`), `cspdash.toml` in the home folder, the
default. Secrets come from the environment only, so that a home folder can be copied, compared and kept in a repository.
"""

import os
import re
import secrets
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from cspdash.look_settings import LookSettings
from cspdash.published_keys import is_published
from cspdash.sign_in_settings import SignInSettings

FILE_NAME = "cspdash.toml"
PREFIX = "CSPDASH_"
CONNECTION_PREFIX = PREFIX + "CONNECTION_"
CREDENTIAL_PREFIX = PREFIX + "CREDENTIAL_"
HOST_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:[0-9]{1,5})?")
CONNECTION_NAME = re.compile(r"[a-z][a-z0-9_]*")
SECRET_IN_URL = re.compile(r"(password|passwd|pwd|secret|token|key)=", re.IGNORECASE)
ENVIRONMENT_ONLY = frozenset({"secret_key", "secret_key_old", "oidc_client_secret", "audit_key"})
SHORTEST_SECRET = 32
FEWEST_CHARACTERS_IN_SECRET = 10
HOW_TO_MAKE_ONE = "`python3 -c 'import secrets; print(secrets.token_urlsafe(48))'` makes a good one"


class Problem(NamedTuple):
    what: str
    where: str
    remedy: str

    def __str__(self) -> str:
        remedy = self.remedy if self.remedy.endswith("?") else f"{self.remedy}."
        return f"{self.where}: {self.what}. {remedy}"


class SettingsError(ValueError):
    """Settings are wrong; each problem says what, where it was set and what to do."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class Settings(LookSettings, SignInSettings, BaseSettings):
    """One deployment. `Settings.load` makes it; nothing changes it."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        validate_default=True,
    )

    home: Path = Field(
        default_factory=Path.cwd,
        description="Folder of this deployment: cspdash.toml, sources/, catalogue/ and what the program keeps",
        json_schema_extra={"default": "the current folder"},
    )
    mode: Literal["demo", "production"] = Field(
        default="production", description="`demo` signs made-up people in with one click; never for real data"
    )
    host: str = Field(default="127.0.0.1", min_length=1, description="Address the server listens on")
    port: int = Field(default=8050, ge=1, le=65535, description="Port the server listens on")
    database_url: str = Field(
        default_factory=lambda data: f"sqlite:///{data['home'] / 'data' / 'cspdash.db'}",
        min_length=1,
        repr=False,
        description="Database of record tables and plans, as an SQLAlchemy URL; PostgreSQL: `postgresql+psycopg://…`",
        json_schema_extra={"default": "sqlite:///HOME/data/cspdash.db"},
    )
    database_owner_url: str = Field(
        default="",
        repr=False,
        description="The same database as whoever owns its tables: for `cspdash db`, loads and commands. Empty: `database_url`",
    )
    audit_database_url: str = Field(
        default_factory=lambda data: beside(data["database_url"], "audit.db"),
        min_length=1,
        repr=False,
        description="Database of the audit. With SQLite a file of its own, beside the other, so that a long load keeps no page "
        "waiting; with PostgreSQL the same database unless another is named",
        json_schema_extra={"default": "sqlite:///HOME/data/audit.db"},
    )
    audit_anchor_file: Path = Field(
        default=Path("audit") / "anchor.jsonl",
        description="File that notes where the audit got to, once a minute; best on another machine, where the "
        "database's owner cannot write; a relative one lies in the home folder",
    )
    audit_anchor_syslog: str = Field(
        default="",
        description="Where the same notes go besides: /dev/log, or host:port of a syslog server; none: nowhere",
    )
    audit_key: SecretStr | None = Field(
        default=None,
        description=f"Signs the audit's checkpoints; at least {SHORTEST_SECRET} characters. Needed for `cspdash audit "
        "retain`; a demonstration makes one and keeps it in data/audit.key",
    )
    database_patience_seconds: float = Field(
        default=3,
        ge=1,
        le=60,
        description="Longest a page waits for a database server's answer; then it is shown as it last was, or says why "
        "not",
    )
    audit_redraw_minutes: int = Field(
        default=15,
        ge=0,
        le=24 * 60,
        description="How long an open page redraws by itself without being logged again, unless others come into it",
    )
    audit_keep_months: int = Field(
        default=84, ge=1, description="Whole months of the audit that `cspdash audit retain` keeps"
    )
    cache_dir: Path = Field(
        default=Path("cache"),
        description="Folder of computed figures; a relative one lies in the home folder; may be deleted at any time",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="Least severe message to log"
    )
    log_format: Literal["text", "json"] = Field(
        default_factory=lambda data: "text" if data.get("mode") == "demo" else "json",
        description="Log lines for people (`text`) or for machines (`json`)",
        json_schema_extra={"default": "json; text in a demonstration"},
    )
    log_file: Path | None = Field(
        default=None,
        description="File the server logs to instead of standard error; a relative one lies in the home folder",
    )
    secret_key: SecretStr | None = Field(
        default=None,
        description=f"Signs sessions; at least {SHORTEST_SECRET} characters, the same for every process. Needed to "
        "serve in production; a demonstration makes one and keeps it in data/secret.key",
    )
    force_name: str = Field(default="This force", min_length=1, description="Name of the force on every page and file")
    force_timezone: str = Field(default="Europe/London", description="Time zone that days, months and clocks follow")
    handling_marking: str = Field(
        default="OFFICIAL-SENSITIVE", min_length=1, description="Marking on every page, print and exported file"
    )
    families: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Metric families to show, in this order; none named: all of them"
    )
    bank_holiday_additions: Annotated[tuple[date, ...], NoDecode] = Field(
        default=(), description="Days off beyond the bank holidays of England, as 2026-12-31"
    )
    summary_level: str = Field(
        default="CSP",
        description="Level of the units the summary compares; where there is none: the units below the force",
    )
    min_peers: int = Field(
        default=20, ge=2, description="Fewest officers to compare one with; below it: too few to judge"
    )
    min_volume: int = Field(default=5, ge=1, description="Fewest records an officer needs to be judged by")
    few_denominator: int = Field(
        default=5, ge=1, description="A percentage of fewer records than this is shown as a fraction"
    )
    min_officers_in_total: int = Field(
        default=3, ge=1, description="Totals of fewer officers than this are not shown where their names are not"
    )
    look_ahead_days: Annotated[tuple[int, ...], NoDecode] = Field(
        default=(7, 14, 28), description="How many days ahead to look for what falls due: one to four, rising"
    )
    view_as_minutes: int = Field(
        default=15, ge=1, le=60, description="Minutes after which an administrator no longer looks as somebody else"
    )
    session_idle_minutes: int = Field(
        default=15, ge=1, le=24 * 60, description="Minutes without activity until sign-out"
    )
    session_absolute_hours: int = Field(
        default=8, ge=1, le=24, description="Hours after sign-in until sign-out, active or not"
    )
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Host names browsers may call this site by, as scorecards.force.police.uk; none named: that of `public_url`",
    )
    calls_per_minute: int = Field(
        default=300, ge=30, description="Requests a user may make in a minute, files not counted; then 429"
    )
    requests_at_once: int = Field(default=8, ge=1, le=64, description="Requests a worker process works on at a time")
    requests_waiting: int = Field(
        default=40,
        ge=0,
        le=512,
        description="Requests that wait for their turn in a worker process; further ones get 503",
    )
    ingest_max_refused_percent: float = Field(
        default=10, ge=0, le=100, description="A load with more refused rows than this changes nothing"
    )
    ingest_max_lost_percent: float = Field(
        default=30,
        ge=0,
        le=100,
        description="A table, list or file that no longer has more of its rows than this changes nothing",
    )
    ingest_chunk_rows: int = Field(default=10_000, ge=1, description="Rows read from a source at a time")
    correction_policy: Literal["approve", "apply"] = Field(
        default="approve",
        description="A supervisor's word on who is in the team: `approve` waits for somebody who supervises both units; "
        "`apply` counts at once",
    )
    correction_precedence: int = Field(
        default=5,
        ge=0,
        description="Where a supervisor's correction stands among the sources of postings; the lower number counts "
        "(`precedence` in sources/*.toml)",
    )
    unposted_owner: str = Field(
        default="HR systems lead",
        min_length=1,
        description="Who sees to officers whom no source places in a unit, as pages name them",
    )
    connections: Annotated[dict[str, str], NoDecode] = Field(
        default_factory=dict,
        repr=False,
        description="URLs of sources by name, as sources/*.toml call them; a URL with a password comes from "
        f"`{CONNECTION_PREFIX}NAME`",
        json_schema_extra={"default": "none"},
    )
    credentials: Annotated[dict[str, SecretStr], NoDecode] = Field(
        default_factory=dict,
        repr=False,
        description="Secrets of sources by name, as sources/*.toml call them: a token, user:password or a client's "
        f"secret; only from `{CREDENTIAL_PREFIX}NAME`",
        json_schema_extra={"default": "none"},
    )

    def __init__(self, **given: Any) -> None:
        try:
            super().__init__(**given)
        except ValidationError as error:
            raise SettingsError(*problems_of(error, given)) from None

    @classmethod
    def load(cls, home: Path | None = None, **given: Any) -> "Settings":
        """The settings in force; an argument that is None counts as not given."""
        refuse_misspelt(os.environ)
        return cls(**{name: value for name, value in {"home": home, **given}.items() if value is not None})

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  the signature is pydantic's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        named = NamedVariables(settings_cls)
        return init_settings, env_settings, named, HomeFile(settings_cls)

    def require_secret_key(self) -> str:
        """The signing key; whoever serves pages asks for it at start, so that nothing is ever signed with a guess."""
        if self.secret_key is None:
            raise SettingsError(
                Problem(
                    "secret_key is not set", "environment variable CSPDASH_SECRET_KEY", f"Set it; {HOW_TO_MAKE_ONE}"
                )
            )
        return self.secret_key.get_secret_value()

    def signing_keys(self) -> list[str]:
        """Keys to read signatures with, oldest first as itsdangerous wants them; the last one signs."""
        old = [] if self.secret_key_old is None else [self.secret_key_old.get_secret_value()]
        return [*old, self.require_secret_key()]

    def connection_url(self, name: str) -> str:
        """The URL of a source that sources/*.toml names."""
        if name not in self.connections:
            where = f"[connections] in {self.home / FILE_NAME}"
            raise SettingsError(
                Problem(
                    f"no connection is called {name!r}", where, f"Add it there or set {CONNECTION_PREFIX}{name.upper()}"
                )
            )
        return self.connections[name]

    @field_validator("home", mode="after")
    @classmethod
    def absolute_home(cls, home: Path) -> Path:
        return home.expanduser().absolute()

    @field_validator("mode", mode="after")
    @classmethod
    def home_that_exists(cls, mode: str, info: ValidationInfo) -> str:
        home: Path | None = info.data.get("home")
        if home is not None and not home.is_dir():
            if mode == "production":
                raise SettingsError(
                    Problem(f"the folder {home} does not exist", "home", f"`cspdash init {home}` makes one")
                )
            home.mkdir(parents=True)
        return mode

    @field_validator("log_file", mode="after")
    @classmethod
    def log_file_in_home(cls, log_file: Path | None, info: ValidationInfo) -> Path | None:
        return info.data.get("home", Path()) / log_file.expanduser() if log_file else None

    @field_validator("allowed_hosts", mode="after")
    @classmethod
    def host_names(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        for host in hosts:
            if not HOST_NAME.fullmatch(host):
                raise ValueError(
                    f"{host!r} is no host name; write scorecards.force.police.uk, without https:// or a path"
                )
        return hosts

    @field_validator("cache_dir", "audit_anchor_file", mode="after")
    @classmethod
    def in_home(cls, path: Path, info: ValidationInfo) -> Path:
        home: Path = info.data.get("home", Path())
        return home / path.expanduser()

    @field_validator("secret_key", "audit_key", mode="after")
    @classmethod
    def strong_secret(cls, key: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if key is None:
            is_demo = info.data.get("mode") == "demo" and "home" in info.data
            name = str(info.field_name).replace("_", ".")  # secret.key, audit.key
            return SecretStr(kept_secret(info.data["home"] / "data" / name)) if is_demo else None
        return strong(key)

    @field_validator("secret_key_old", mode="after")
    @classmethod
    def strong_old_secret(cls, key: SecretStr | None) -> SecretStr | None:
        return None if key is None else strong(key)

    @field_validator("force_timezone", mode="after")
    @classmethod
    def known_timezone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"no time zone is called {name!r}; names look like Europe/London") from error
        return name

    @field_validator("look_ahead_days", mode="after")
    @classmethod
    def rising_days(cls, days: tuple[int, ...]) -> tuple[int, ...]:
        if not 1 <= len(days) <= 4 or list(days) != sorted(set(days)) or not 1 <= days[0] <= days[-1] <= 366:
            raise ValueError("give one to four different numbers of days from 1 to 366, the smallest first: 7, 14, 28")
        return days

    @field_validator("families", "bank_holiday_additions", "allowed_hosts", "look_ahead_days", mode="before")
    @classmethod
    def split_commas(cls, value: Any) -> Any:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @field_validator("connections", "credentials", mode="before")
    @classmethod
    def connection_names(cls, value: Any) -> Any:
        if isinstance(value, str):
            raise ValueError(f"set each by its own variable, as {CONNECTION_PREFIX}ATHENA or {CREDENTIAL_PREFIX}HUB")  # noqa: TRY004  pydantic reports ValueError only
        for name in value if isinstance(value, Mapping) else ():
            if not CONNECTION_NAME.fullmatch(name):
                raise ValueError(f"{name!r} cannot be a name; use lower-case letters, digits and _")
        return value


class HomeFile(PydanticBaseSettingsSource):
    """`cspdash.toml` in the home folder that the arguments or the environment name."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002  the signature is pydantic's
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        home = self.current_state.get("home") or Path.cwd()
        return read_home_file(Path(home).expanduser() / FILE_NAME)


class NamedVariables(PydanticBaseSettingsSource):
    """`CSPDASH_CONNECTION_ATHENA` sets the connection `athena`, `CSPDASH_CREDENTIAL_ATHENA` the credential."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002  the signature is pydantic's
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        found = {"connections": named_by(CONNECTION_PREFIX), "credentials": named_by(CREDENTIAL_PREFIX)}
        return {field: values for field, values in found.items() if values}


def named_by(prefix: str) -> dict[str, str]:
    """Variables that begin so, by the rest of their names in small letters; empty ones are not set."""
    return {
        name.removeprefix(prefix).lower(): value
        for name, value in os.environ.items()
        if name.startswith(prefix) and value
    }


def read_home_file(path: Path) -> dict[str, Any]:
    """What `cspdash.toml` sets; nothing if there is none. Refused: what is no setting, and any secret."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise SettingsError(
            Problem(f"cannot be read ({error.strerror})", str(path), "Let this user read it")
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(Problem(f"is not TOML: {error}", str(path), "Mend that line")) from error
    if problems := list(file_problems(values, str(path))):
        raise SettingsError(*problems)
    return values


def file_problems(values: Mapping[str, Any], path: str) -> Iterator[Problem]:
    for name, value in values.items():
        if name not in Settings.model_fields:
            yield Problem(
                f"{name!r} is no setting",
                path,
                did_you_mean(name, Settings.model_fields) or "docs/settings.md lists them",
            )
        elif name == "home":
            yield Problem("'home' cannot be set here", path, "The home folder is where this file lies; delete the line")
        elif name in ENVIRONMENT_ONLY:
            variable = PREFIX + name.upper()
            yield Problem(f"{name!r} is a secret", path, f"Delete the line and set {variable} in the environment")
        elif name == "credentials":
            yield Problem("'credentials' are secrets", path, f"Delete them and set {CREDENTIAL_PREFIX}NAME for each")
        elif name in ("database_url", "database_owner_url", "audit_database_url") and has_secret(value):
            yield Problem(f"{name!r} holds a password", path, f"Set {PREFIX}{name.upper()} in the environment")
        elif name == "connections" and isinstance(value, Mapping):
            for connection in (key for key, url in value.items() if has_secret(url)):
                variable = CONNECTION_PREFIX + connection.upper()
                yield Problem(
                    f"the connection {connection!r} holds a password", path, f"Set {variable} in the environment"
                )


def has_secret(url: object) -> bool:
    if not isinstance(url, str):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return "@" in url
    return bool(parts.password) or bool(SECRET_IN_URL.search(unquote(parts.query)))


def refuse_misspelt(environment: Mapping[str, str]) -> None:
    """A variable that nearly names a setting is an accident. Others are left alone: container platforms add some."""
    known = [PREFIX + name.upper() for name in Settings.model_fields]
    strays = [
        name
        for name in environment
        if name.startswith(PREFIX) and not name.startswith((CONNECTION_PREFIX, CREDENTIAL_PREFIX))
    ]
    meant = {name: did_you_mean(name, known, likeness=0.8) for name in strays if name not in known}
    if problems := [
        Problem("is no setting", f"environment variable {name}", hint) for name, hint in meant.items() if hint
    ]:
        raise SettingsError(*problems)


def did_you_mean(name: str, known: Sequence[str] | Mapping[str, Any], likeness: float = 0.6) -> str:
    close = get_close_matches(
        name.removeprefix(PREFIX), [each.removeprefix(PREFIX) for each in known], n=1, cutoff=likeness
    )
    prefix = PREFIX if name.startswith(PREFIX) else ""
    return f"Did you mean {prefix}{close[0]}?" if close else ""


def problems_of(error: ValidationError, given: Mapping[str, Any]) -> Iterator[Problem]:
    for detail in error.errors(include_url=False, include_input=False):
        name = str(detail["loc"][0]) if detail["loc"] else ""
        field = Settings.model_fields.get(name)
        if detail["type"] == "default_factory_not_called":
            continue  # a field before it is wrong, and is reported
        cause = detail.get("ctx", {}).get("error")
        if isinstance(cause, SettingsError):
            yield from cause.problems
            continue
        what = str(cause or detail["msg"])
        remedy = (
            f"{name} is: {field.description}; default: {shown_default(field)}"
            if field
            else "It is no setting; leave it out"
        )
        yield Problem(f"{name}: {what}" if name else what, where_set(name, given), remedy)


def where_set(name: str, given: Mapping[str, Any]) -> str:
    variable = PREFIX + name.upper()
    if name in given:
        return "argument"
    if os.environ.get(variable):
        return f"environment variable {variable}"
    return str(Path(given.get("home") or os.environ.get(PREFIX + "HOME") or Path.cwd()) / FILE_NAME)


def shown_default(field: FieldInfo) -> str:
    """The default as a person would write it; where it depends on the deployment, words in its stead."""
    if isinstance(field.json_schema_extra, Mapping):
        return str(field.json_schema_extra["default"])
    if field.default is None or field.default == ():
        return "none"
    return str(field.default)


def beside(database_url: str, name: str) -> str:
    """A SQLite file of that name in the folder of the database; the database itself where it is no SQLite file."""
    scheme, _, path = database_url.partition(":///")
    is_file = scheme.split("+")[0] == "sqlite" and path and not path.startswith((":memory:", "file:"))
    return f"{scheme}:///{Path(path).with_name(name)}" if is_file else database_url


def fields_in_order() -> dict[str, FieldInfo]:
    """Every setting for people to read: what a deployment is first, how people sign in last."""
    fields = Settings.model_fields
    return dict(sorted(fields.items(), key=lambda item: item[0] in SignInSettings.model_fields))


def strong(key: SecretStr) -> SecretStr:
    """The key, where nobody could guess it or read it somewhere. Raises ValueError."""
    text = key.get_secret_value()
    if is_published(text):
        raise ValueError(f"is printed in public manuals, so anybody can sign with it; {HOW_TO_MAKE_ONE}")
    if len(text) < SHORTEST_SECRET or len(set(text)) < FEWEST_CHARACTERS_IN_SECRET:
        raise ValueError(f"too short or too plain to sign with; {HOW_TO_MAKE_ONE}")
    return key


def kept_secret(path: Path) -> str:
    """The secret in this file, made at the first call. Two processes that start at once end up with the same one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    if not path.exists():
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)  # unlike a rename, fails if another process was first
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="utf-8").strip()
