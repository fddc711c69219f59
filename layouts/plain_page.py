"""A plain page with its own style: what is shown to people who are not signed in, to whom nothing else is served."""

from __future__ import annotations

from markupsafe import Markup, escape

from layouts.components import palette

STYLE = f"""
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
.go {{ display: inline-block; background: #1f4e86; color: #fff; font-weight: 600; text-decoration: none;
  border-radius: 6px; padding: 9px 16px }}
.wrong {{ border: 2px solid {palette.CONCERN}; border-radius: 6px; background: #fff; color: {palette.INK};
  padding: 10px 14px; font-weight: 600 }}
"""

_PAGE = """<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
{refresh}<title>{title} · Scorecards</title><style>{style}</style></head>
<body><aside class="marking" aria-label="Handling marking">{marking}</aside><header>Scorecards · {force}</header>
<main>{content}</main></body></html>"""
_MESSAGE = Markup("<h1>{title}</h1>\n<p>{words}</p>\n{link}")
_LINK = Markup('<p><a class="go" href="{href}">{words}</a></p>')
_REFRESH = '<meta http-equiv="refresh" content="0;url={href}">\n'


def plain_page(title: str, marking: str, force_name: str, content: Markup, goes_on_to: str = "") -> str:
    """The frame around content that is HTML already; every other text is escaped here."""
    return _PAGE.format(
        title=escape(title),
        style=STYLE,
        marking=escape(marking),
        force=escape(force_name),
        content=content,
        refresh=_REFRESH.format(href=escape(goes_on_to)) if goes_on_to else "",
    )


def message_page(
    marking: str,
    force_name: str,
    title: str,
    words: str,
    link: str = "",
    link_words: str = "",
    *,
    goes_on: bool = False,
) -> str:
    """A title, a sentence and a link; `goes_on`: the browser follows the link by itself."""
    shown = _LINK.format(href=link, words=link_words) if link else Markup("")
    content = _MESSAGE.format(title=title, words=words, link=shown)
    return plain_page(title, marking, force_name, content, link if goes_on else "")
