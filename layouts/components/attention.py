"""What to look at: at most four sentences, each with a link to the people or records it speaks of."""

from __future__ import annotations

from collections.abc import Sequence

from cspdash.domain.ports import Attention, Tone
from layouts.components import tags as html
from layouts.components.link import link

_MARKS: dict[Tone, tuple[str, str, str]] = {
    "concern": ("!", "c", "Look at this: "),
    "good": ("✓", "g", "Good news: "),
    "info": ("i", "i", "Note: "),
    "unknown": ("?", "i", "Not known: "),
}


def attention(sentences: Sequence[Attention], title: str = "What to look at", otherwise: str = "") -> html.Element:
    """`otherwise` stands there when there is nothing to say."""
    said = [_sentence(each) for each in sentences]
    body = html.Ul(said, className="says") if said else html.P(otherwise or "Nothing stands out.", className="stamp")
    return html.Section([html.H2(title), body], className="panel")


def _sentence(said: Attention) -> html.Element:
    sign, kind, spoken = _MARKS[said.tone]
    before, linked, after = said.sentence.partition(said.link_text) if said.link_text else (said.sentence, "", "")
    words: list[html.Content] = [
        html.Span(spoken, className="visually-hidden"),
        before,
        link(linked, said.view) if linked else None,
        after,
    ]
    return html.Li(
        [html.Span(sign, className=f"sign {kind}", aria_hidden="true"), html.Div([word for word in words if word])]
    )
