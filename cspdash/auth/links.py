"""Where somebody may be sent after signing in: a page of this site and nowhere else."""

from __future__ import annotations

from urllib.parse import quote

HOME = "/"
SIGN_IN = "/sign-in"
SIGN_OUT = "/sign-out"
SIGNED_OUT_PAGE = "/signed-out"
_LONGEST = 2000


def safe_next(wish: str | None) -> str:
    """The wished page if it is a plain path of this site, else the home page.

    Browsers read backslashes as slashes and drop tabs and line ends, so anything but printable ASCII without a
    backslash is refused, as are two slashes (another host) anywhere in a path, and the sign-in page itself.
    """
    if not wish or len(wish) > _LONGEST or not wish.startswith("/"):
        return HOME
    if not all("!" <= character <= "~" for character in wish) or "\\" in wish:
        return HOME
    path = wish.partition("?")[0].partition("#")[0]
    return HOME if "//" in path or path.startswith((SIGN_IN, SIGN_OUT, SIGNED_OUT_PAGE, "/session", "/_")) else wish


def sign_in_href(wish: str) -> str:
    """The sign-in page, to come back to the wished page afterwards."""
    safe = safe_next(wish)
    return SIGN_IN if safe == HOME else f"{SIGN_IN}?next={quote(safe, safe='')}"
