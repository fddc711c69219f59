"""Pages of the sign-in: in a demonstration a button for everybody one could be, else plain messages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from markupsafe import Markup

from layouts.plain_page import message_page, plain_page


class Persona(Protocol):
    """Somebody to sign in as."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def role(self) -> str: ...


@dataclass(frozen=True)
class SignInPages:
    """What cspdash.auth.entrance.SignInPages asks for."""

    marking: str
    force_name: str
    people: Sequence[Persona]

    def personas(self, token: str, error: str) -> str:
        return sign_in_html(self.people, self.marking, self.force_name, token, error)

    def message(self, title: str, words: str, link: str = "", link_words: str = "", *, goes_on: bool = False) -> str:
        return message_page(self.marking, self.force_name, title, words, link, link_words, goes_on=goes_on)


# Markup escapes what is put into it.
_FORM = Markup("""<h1>Who are you today?</h1>
<p>This is a demonstration: the people and the records are invented, and everybody sees what their role may see.</p>
{error}<form method="post"><input type="hidden" name="csrf_token" value="{token}"><ul>
{people}
</ul></form>""")
_PERSON = Markup(
    '<li><button type="submit" name="persona" value="{id}"><b>{name}</b><small>{title}</small></button></li>'
)
_WRONG = Markup('<p class="wrong" role="alert">{words}</p>')


def sign_in_html(personas: Iterable[Persona], marking: str, force_name: str, csrf_token: str, error: str = "") -> str:
    """One button a persona, in a form that posts `persona` and `csrf_token` to the page's own address."""
    content = _FORM.format(
        token=csrf_token,
        people=Markup("\n").join(map(_person, personas)),
        error=_WRONG.format(words=error) if error else "",
    )
    return plain_page("Sign in", marking, force_name, content)


def _person(persona: Persona) -> Markup:
    title = persona.title or persona.role.replace("_", " ").capitalize()
    return _PERSON.format(id=persona.id, name=persona.name, title=title)
