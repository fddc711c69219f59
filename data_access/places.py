"""Where rows are, for kinds of source that need more than a name to say it: sheets, web services, SharePoint sites."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Auth = Literal["none", "bearer", "basic", "header"]
Paging = Literal["none", "next", "page", "offset", "cursor"]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Which sheet of a workbook, and in which of its rows (1 is the first) the names of the columns are."""

    name: str = ""  # "": the first sheet that is not hidden
    header_row: int = 0  # 0: the first row that is not empty


@dataclass(frozen=True, slots=True)
class WebAccess:
    """How to be let in to a web service. `credential` names a secret, never holds one."""

    auth: Auth = "none"
    credential: str = ""
    header: str = ""  # auth "header": which one takes the secret
    ca_file: Path | None = None  # certificates to trust instead of the system's


@dataclass(frozen=True, slots=True)
class Pages:
    """Where a web service keeps a kind of row, and how it turns pages."""

    path: str
    rows: str = ""  # where in the answer the rows are: "data.items"; "": the answer is the list
    paging: Paging = "none"
    next: str = ""  # where in the answer the next address or cursor is; "Link" with paging "next": the header
    page_param: str = ""  # parameter that takes page number, offset or cursor
    size_param: str = ""
    size: int = 0
    first_page: int = 1
    since: str = ""  # parameter that takes the watermark
    params: tuple[tuple[str, str], ...] = ()
    absent: tuple[str, ...] = ()  # columns that rows without a value leave out


@dataclass(frozen=True, slots=True)
class Site:
    """A SharePoint site and the application that may read it."""

    tenant: str
    client_id: str
    credential: str
    address: str  # "force.sharepoint.com:/sites/hub", or the site's id
    ca_file: Path | None = None


FIRST_SHEET = Sheet()
OPEN = WebAccess()
