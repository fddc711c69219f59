"""The demonstration's sign-in page: plain HTML with its own style, since nothing else is served before sign-in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from markupsafe import escape

from layouts.components import palette


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


_STYLE = f"""
* {{ box-sizing: border-box }}
body {{ margin: 0; background: #f4f6f8; color: {palette.INK}; font: 14px/1.45 {palette.FONT} }}
.marking {{ background: {palette.INK}; color: #fff; font-size: 11px; letter-spacing: .08em;
  text-align: center; padding: 3px }}
header {{ background: #14365d; color: #fff; padding: 13px 24px; font-size: 16px; font-weight: 600 }}
main {{ max-width: 760px; margin: 0 auto; padding: 32px 24px }}
h1 {{ font-size: 22px; font-weight: 600; margin: 0 0 4px; letter-spacing: -.01em }}
p {{ margin: 0 0 16px; color: {palette.INK_2} }}
ul {{ list-style: none; margin: 0; padding: 0; display: grid; gap: 12px }}
@media (min-width: 720px) {{ ul {{ grid-template-columns: 1fr 1fr }} }}
button {{ width: 100%; height: 100%; text-align: left; font: inherit; color: inherit; background: #fff; cursor: pointer;
  border: 1px solid #8794a1; border-radius: 6px; padding: 11px 14px }}
button:hover {{ border-color: #1f4e86; background: #f8fbfe }}
:focus-visible {{ outline: 3px solid #ffbf47; outline-offset: 0; box-shadow: 0 0 0 5px {palette.INK} }}
b {{ display: block; font-weight: 600; color: #1a56a0 }}
small {{ font-size: 12px; color: {palette.INK_2} }}
.wrong {{ border: 2px solid {palette.CONCERN}; border-radius: 6px; background: #fff; color: {palette.INK};
  padding: 10px 14px; font-weight: 600 }}
"""

_HEAD = f"""<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Sign in · Scorecards</title><style>{_STYLE}</style></head>"""

# Everything put into these is escaped first.
_BODY = """
<body><aside class="marking" aria-label="Handling marking">{marking}</aside><header>Scorecards · {force}</header>
<main><h1>Who are you today?</h1>
<p>This is a demonstration: the people and the records are invented, and everybody sees what their role may see.</p>
{error}<form method="post"><input type="hidden" name="csrf_token" value="{token}"><ul>
{people}
</ul></form></main></body></html>"""
_PERSON = '<li><button type="submit" name="persona" value="{id}"><b>{name}</b><small>{title}</small></button></li>'
_WRONG = '<p class="wrong" role="alert">{words}</p>'


def sign_in_html(personas: Iterable[Persona], marking: str, force_name: str, csrf_token: str, error: str = "") -> str:
    """One button a persona, in a form that posts `persona` and `csrf_token` to the page's own address."""
    body = _BODY.format(
        marking=escape(marking),
        force=escape(force_name),
        token=escape(csrf_token),
        people="\n".join(map(_person, personas)),
        error=_WRONG.format(words=escape(error)) if error else "",
    )
    return _HEAD + body


def _person(persona: Persona) -> str:
    title = persona.title or persona.role.replace("_", " ").capitalize()
    return _PERSON.format(id=escape(persona.id), name=escape(persona.name), title=escape(title))
