"""Passages, folding, addresses, formats, colours and the terminal table."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime
from importlib.resources import files
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from page_examples import great_case, report
from rich.cells import cell_len
from rich.console import Console

from kulanz.core.report import Reason
from kulanz.pages import formats, safe
from kulanz.pages.charts import marks_of
from kulanz.pages.charts.drawing import Frame, labels_apart, nice_step, sample
from kulanz.pages.folding import runs
from kulanz.pages.passages import passages
from kulanz.pages.table import print_table


@given(
    st.text(max_size=30),
    st.lists(st.tuples(st.integers(-40, 40), st.integers(-40, 40), st.sampled_from("abc"))),
)
def test_passages_give_the_text_back(text: str, evidence: list[tuple[int, int, str]]) -> None:
    assert "".join(p.text for p in passages(text, evidence)) == text


@given(st.integers(1, 900), st.sets(st.integers(0, 899), max_size=20))
def test_runs_cover_every_post_once(posts: int, named: set[int]) -> None:
    inside = {i for i in named if i < posts}
    found = list(runs(posts, inside))
    assert [run.start for run in found] == [0, *(run.end for run in found[:-1])]
    assert found[-1].end == posts
    shown = {i for run in found if run.kind == "shown" for i in range(run.start, run.end)}
    assert inside <= shown


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://example.org/a?b=c#d", True),
        ("http://example.org", True),
        ("HTTPS://example.org", True),
        ("javascript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("//example.org", False),
        ("https:///path", False),
        ("https://user@example.org", False),
        ("https://[bad", False),
        ("data:text/html,x", False),
        ("", False),
        (None, False),
    ],
)
def test_only_web_addresses_become_links(url: str | None, kept: bool) -> None:
    assert (safe.web_address(url) is not None) is kept


def test_a_block_keeps_the_place_of_every_character() -> None:
    text = "a\r\nb\x1b[0m\tc\ud800\u202ed"
    assert len(safe.block(text)) == len(text)
    assert safe.block("a\tb\nc") == "a\tb\nc"


def test_numbers_and_times_in_both_languages() -> None:
    moment = datetime(2026, 3, 9, 18, 7, tzinfo=UTC)
    assert [formats.number(13016, "de"), formats.number(13016, "en")] == ["13.016", "13,016"]
    assert [formats.percent(0.876, "de"), formats.percent(0.876, "en")] == ["88\xa0%", "88%"]
    assert formats.time(moment, "de") == "9. März 2026, 18:07"
    assert formats.time(moment, "en") == "9 Mar 2026, 18:07"
    assert formats.month(date(2026, 12, 1), "de") == "Dez. 2026"


def test_marks_add_the_closing_and_drop_nothing_twice() -> None:
    found = {mark.code: (mark.letter, mark.posts) for mark in marks_of(great_case())}
    assert found == {
        "first_answer": ("A", (8,)),
        "turned": ("B", (37,)),
        "burst": ("C", (40, 77)),
        "onset": ("D", (46,)),
        "closed": ("E", (120,)),
    }


def test_sampling_keeps_ends_and_marks() -> None:
    points = sample(10_000, 100, [5, 7777, 20_000])
    assert {0, 5, 7777, 9_999} <= set(points)
    assert len(points) <= 102
    assert [nice_step(rough) for rough in (0.1, 1, 3, 30, 51)] == [1, 1, 5, 50, 100]


def test_labels_do_not_overlap() -> None:
    labels = labels_apart(Frame(), [("a", 170.0), ("b", 171.0), ("c", 178.0), ("d", 20.0)])
    assert all(low.y - high.y >= 13 for high, low in pairwise(labels))
    assert labels[-1].y <= Frame().bottom


def _palette(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})\b", css))


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("mode", [1, 2, 3])
def test_text_contrast_is_at_least_aa_in_every_mode(mode: int) -> None:
    css = (files("kulanz.pages") / "templates" / "style.css").read_text("utf-8")
    colours = _palette(css.split(":root {")[mode].split("}")[0])
    words = ("ink", "muted", "link", "calm", "complaint", "issue", "escalated")
    pairs = [(word, "paper") for word in words]
    pairs += [
        ("mark-ink", "mark"),
        *((word, ground) for word in words[:3] for ground in ("company", "faint")),
    ]
    poor = {pair: _contrast(colours[pair[0]], colours[pair[1]]) for pair in pairs}
    assert {pair: round(value, 2) for pair, value in poor.items() if value < 4.5} == {}
    for line in ("score", "belief", "fronts", "focus"):
        assert _contrast(colours.get(line, "#1a5785"), colours["paper"]) >= 3


def _printed(width: int, lang: str = "en", **changes: object) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=True, color_system=None)
    reasons = (Reason("a", "[bold]15 others[/bold] say that they are affected \x1b]0;owned\x07."),)
    ranked = [
        great_case().report,
        report("x", title="\x1b[2J[red]Evil[/red]\x9b31m\r\nline \u202etwo", reasons=reasons, **changes),
        report("y", title="第" * 90, score=0.0, scored=False, stage="calm"),
    ]
    print_table(console, ranked, top=2 if changes else 9, lang=lang)  # type: ignore[arg-type]
    return out.getvalue()


@pytest.mark.parametrize("width", [80, 140])
def test_the_table_neutralises_foreign_text_and_fits(width: int) -> None:
    printed = _printed(width)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", printed)
    assert "[red]Evil[/red]" in printed
    assert max(cell_len(line) for line in printed.splitlines()) <= width


def test_a_narrow_table_leaves_room_for_titles() -> None:
    printed = _printed(40)
    assert "Posts" not in printed
    assert max(cell_len(line) for line in printed.splitlines()) <= 40


def test_the_table_in_german_names_what_it_leaves_out() -> None:
    printed = _printed(140, "de", views=3)
    assert "eskaliert" in printed
    assert "Die ersten 2 von 3 Threads." in printed


def test_an_empty_table_says_so() -> None:
    out = io.StringIO()
    print_table(Console(file=out, width=80), [], top=10, lang="de")
    assert out.getvalue().strip() == "Kein Thread zu zeigen."
