"""What every door does alike: recognise somebody, turn somebody away in plain words and in the audit, say goodbye."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from cspdash.auth.links import HOME, SIGNED_OUT_PAGE, safe_next
from cspdash.auth.signed_in import Sessions
from cspdash.domain.audit import Audit, AuditEntry, Operation
from cspdash.domain.identity import Directory, SignInRefused, Vouched, person_id_of
from cspdash.domain.ports import Viewer

_ENDED = "Your session has ended, so this page is no longer shown. What you had typed into a plan is kept for you."
_RETRY_SECONDS = "30"
# What somebody we recognised may be told of why they have no access; everything else is for the audit.
_WORDS = {
    "no role": "Your sign-in carries no role for Scorecards. Ask your administrator for one.",
    "no employee number": "Your sign-in carries no employee number, so Scorecards cannot tell which officer you are.",
    "unknown officer": "HR data does not know the employee number of your sign-in. New officers appear after a day or two.",
    "left the force": "HR data says that you have left the force.",
    "disabled": "Your access to Scorecards has been taken away. Ask your administrator.",
    "not admitted": "Nobody has given you access to Scorecards yet. Ask your administrator.",
}


class SignInPages(Protocol):
    """Plain pages of the sign-in, as HTML. Whoever draws them escapes what is put in."""

    def personas(self, token: str, error: str) -> str: ...

    def message(self, title: str, words: str, link: str = "", link_words: str = "", *, goes_on: bool = False) -> str:
        """A title, a sentence, a link; `goes_on`: the browser follows the link by itself."""
        ...


@dataclass(frozen=True)
class Door:
    """`landing` is where somebody goes who asked for no page; `goodbye` what a signed-out page says."""

    sessions: Sessions
    directory: Directory
    audit: Audit
    pages: SignInPages
    landing: Callable[[Viewer], str]
    goodbye: str

    def recognise(self, who: Vouched) -> Viewer:
        """Who this is to us. Raises SignInRefused, which says so in the audit, too."""
        try:
            return self.directory.signed_in(who)
        except SignInRefused as refused:
            person_id = person_id_of(who.issuer, who.subject)
            raise SignInRefused(refused.reason, _WORDS.get(refused.reason, ""), person_id) from None

    def refused(self, refused: SignInRefused) -> Response:
        """401, once it is in the audit."""
        entry = AuditEntry(
            operation=Operation.REFUSAL, user_id=refused.person_id, subject="sign_in", detail=refused.reason
        )
        self.audit.write(entry)
        return Response(self.pages.message("Not signed in", str(refused), HOME, "Try again"), 401)

    def not_now(self, words: str) -> Response:
        """503, to be tried again."""
        headers = {"Retry-After": _RETRY_SECONDS}
        return Response(self.pages.message("Not just now", words, HOME, "Try again"), 503, headers)

    def leave(self, address: str) -> AnyResponse:
        """On to where whoever vouched signs somebody out, too; "" where there is no such place."""
        if not address:
            return redirect(SIGNED_OUT_PAGE, 303)
        # By a page of ours: browsers hold a form, and where it is sent on to, to the addresses of this site.
        words = "You are signed out of Scorecards. Your force's own sign-out follows."
        return Response(self.pages.message("Signed out", words, address, "Go on", goes_on=True))

    def signed_out(self) -> Response:
        """Says so, and leads back to where somebody was; it signs nobody in by itself."""
        wish = safe_next(request.args.get("next"))
        words = self.goodbye if wish == HOME else _ENDED
        return Response(self.pages.message("Signed out", words, wish, "Sign in again"))
