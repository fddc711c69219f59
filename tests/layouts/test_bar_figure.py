"""The figure says what the bars say: same order, same addresses, orange only with words."""

from dataclasses import replace
from itertools import product
from typing import Any, get_args

import pytest

from cspdash.domain.ports import Bar, BarKind, Figure, Judgement
from layouts.components import palette
from layouts.components.bar_figure import HATCHED, OUTSIDE, USUAL, figure, label, pitch
from layouts.urls import href
from tests.support.examples import unit_pages
from tests.support.examples.pieces import count, usual

PAGE = unit_pages.team()


def rows_of(made: dict[str, Any]) -> list[dict[str, Any]]:
    """One entry a bar, top to bottom."""
    found = {}
    for trace in made["data"]:
        for at, place in enumerate(trace["y"]):
            each = {name: trace[name][at] for name in ("x", "text", "customdata", "ids")}
            found[place] = {**each, "look": trace["name"], "colour": trace["marker"]["color"]}
    return [found[place] for place in sorted(found)]


def test_bars_stand_in_the_order_given() -> None:
    rows = rows_of(figure(PAGE.bars, "lower", None, ""))
    assert [row["ids"] for row in rows] == [bar.key for bar in PAGE.bars]
    assert [row["x"] for row in rows] == [bar.figure.value for bar in PAGE.bars]


def test_a_bar_holds_the_address_it_leads_to() -> None:
    bars = (*PAGE.bars[:1], replace(PAGE.bars[1], target_view=None))
    first, second = rows_of(figure(bars, "lower", None, ""))
    assert PAGE.bars[0].target_view is not None
    assert first["customdata"] == href(PAGE.bars[0].target_view) == "/officer/E12207?metric=workload_open"
    assert second["customdata"] == ""


def test_orange_is_outside_the_usual_range_on_the_side_that_matters() -> None:
    looks = {row["ids"]: row["look"] for row in rows_of(figure(PAGE.bars, "lower", None, ""))}
    assert [key for key, look in looks.items() if look == OUTSIDE] == ["officer:E12207", "officer:E11840"]
    assert {look for key, look in looks.items() if key in ("officer:E13312", "unmapped")} == {HATCHED}
    assert {row["look"] for row in rows_of(figure(PAGE.bars, "higher", None, ""))} == {USUAL, HATCHED}
    assert {row["look"] for row in rows_of(figure(PAGE.bars, "neutral", None, ""))} == {USUAL, HATCHED}


@pytest.mark.parametrize(
    ("kind", "judgement", "better", "words"),
    list(product(get_args(BarKind), get_args(Judgement), ("lower", "higher", "neutral"), ("", "usual 9 to 19"))),
)
def test_orange_never_goes_without_words(kind: BarKind, judgement: Judgement, better: str, words: str) -> None:
    bar = Bar("k", kind, "Somebody", count(28), judgement=judgement, usual=usual(9, 19), words=words)
    (row,) = rows_of(figure((bar,), better, None, ""))
    if row["colour"] == palette.CONCERN:
        assert "usual" in row["text"]


def test_zero_is_drawn_as_zero_and_nothing_as_a_dash() -> None:
    nothing = Figure(None, 0, 0, 0, "–", "0 of 0")
    bars = [Bar("a", "unit", "A", count(0)), Bar("b", "unit", "B", nothing)]
    zero, none = rows_of(figure(bars, "lower", None, ""))
    assert (zero["x"], none["x"]) == (0, 0)
    assert "<b>0</b>" in zero["text"]
    assert "<b>–</b>" in none["text"]
    assert "0 of 0" in none["text"]
    assert figure(bars, "lower", None, "")["layout"]["xaxis"]["range"] == [0.0, 1.0]


def test_bars_begin_at_zero_even_when_a_correction_is_below_it() -> None:
    made = figure([Bar("a", "unit", "A", count(5)), Bar("b", "unit", "B", count(-2))], "lower", None, "")
    assert made["layout"]["xaxis"]["range"] == [-2.0, 5.0]
    assert figure([Bar("a", "unit", "A", count(5))], "lower", None, "")["layout"]["xaxis"]["range"] == [0.0, 5.0]


def test_the_target_is_a_thin_line_with_its_label_inside_the_chart() -> None:
    layout = figure(unit_pages.force().bars, "higher", 100.0, "aim 100 %")["layout"]
    (shape,) = layout["shapes"]
    (note,) = layout["annotations"]
    assert shape["path"].startswith("M100.0,")
    assert note["text"] == "aim 100 %"
    assert layout["xaxis"]["range"] == [0.0, 100.0]
    assert layout["margin"]["t"] > 0
    plain = figure(PAGE.bars, "lower", None, "")["layout"]
    assert plain["shapes"] == plain["annotations"] == []


def test_names_and_words_cannot_become_markup() -> None:
    bar = Bar("k", "unit", "<b>x</b>", Figure(1.0, 1, None, 1, "<a href='x'>1</a>"), words="a & <i>b</i>")
    assert "<a " not in label(bar)
    assert "&lt;a href='x'&gt;" in label(bar)
    assert "a &amp; &lt;i&gt;b" in label(bar)


def test_very_long_words_are_shortened() -> None:
    bar = Bar("k", "unit", "x", count(1), words="w" * 200)
    assert "…" in label(bar)
    assert len(label(bar)) < 160


def test_long_labels_of_long_bars_get_room() -> None:
    short = figure([Bar("a", "unit", "A", count(100))], "lower", None, "")["layout"]["margin"]["r"]
    wordy = Bar("a", "unit", "A", count(100), words="usual 9 to 19, 15 per full-time")
    assert figure([wordy], "lower", None, "")["layout"]["margin"]["r"] > short + 150


def test_the_chosen_bar_is_outlined() -> None:
    made = figure(PAGE.bars, "lower", None, "", chosen="officer:E12733")
    trace = next(trace for trace in made["data"] if "officer:E12733" in trace["ids"])
    edges = dict(zip(trace["ids"], trace["marker"]["line"]["width"], strict=True))
    assert edges.pop("officer:E12733") == 2
    assert set(edges.values()) == {0}


def test_rows_are_tighter_when_there_are_very_many() -> None:
    assert pitch(11) > pitch(400)
    assert 11 * pitch(11) < 320  # eleven officers fit on 1366×768 with all that stands above them


def test_no_bars_is_an_empty_figure() -> None:
    assert figure((), "lower", 0.0, "aim 0")["data"] == []
