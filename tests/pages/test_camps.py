"""The picture of who answers whom."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kulanz.pages.camps import COLUMNS, LINES_AT_MOST, PEOPLE_AT_MOST, ROW, TOP, Writer, camp_picture

ROLES = ("", "complainant", "affected", "annoyed", "amplifier", "calming", "defending", "staff")
PEOPLE = {
    "Rolf": Writer("complainant", 5),
    "Nina": Writer("affected", 3),
    "Support": Writer("staff", 4),
    "Jo": Writer("calming", 1),
}
keys = st.text(min_size=1, max_size=5)


@st.composite
def crowds(draw: st.DrawFn) -> tuple[dict[str, Writer], dict[tuple[str, str], int]]:
    writers = st.builds(Writer, st.sampled_from(ROLES), st.integers(0, 9))
    people = draw(st.dictionaries(keys, writers, max_size=60))
    names = st.sampled_from(sorted(people) or ["nobody"])
    pairs = draw(st.dictionaries(st.tuples(names, names), st.integers(1, 9), max_size=40 if people else 0))
    return people, pairs


def test_the_fronts_stand_left_and_right() -> None:
    picture = camp_picture(PEOPLE, {("Support", "Rolf"): 2, ("Jo", "Rolf"): 1, ("Nina", "Rolf"): 1})
    at = {dot.name: dot.x for dot in picture.dots}
    assert at == {
        "Rolf": COLUMNS["complaint"],
        "Nina": COLUMNS["complaint"],
        "Support": COLUMNS["company"],
        "Jo": COLUMNS["between"],
    }
    assert (picture.answers, picture.across) == (4, 2)
    assert [line.across for line in picture.lines].count(True) == 1
    assert next(dot for dot in picture.dots if dot.name == "Support").answers == (("Rolf", 2),)


def test_answers_in_both_directions_are_one_line() -> None:
    picture = camp_picture(PEOPLE, {("Support", "Rolf"): 1, ("Rolf", "Support"): 3})
    assert len(picture.lines) == 1
    assert picture.across == 4


def test_a_crowd_is_drawn_as_one_dot_a_camp() -> None:
    people = {
        f"p{number}": Writer("affected" if number % 2 else "staff", 200 - number) for number in range(90)
    }
    picture = camp_picture(people, {("p88", "p89"): 2, ("p0", "p89"): 1})
    assert sum(not dot.more for dot in picture.dots) == PEOPLE_AT_MOST
    assert sorted((dot.camp, dot.more) for dot in picture.dots if dot.more) == [
        ("company", 25),
        ("complaint", 25),
    ]
    assert sum(line.across for line in picture.lines) == 2


def test_a_large_camp_does_not_push_the_others_out() -> None:
    people = {f"c{number}": Writer("staff", 100) for number in range(80)} | {"ann": Writer("complainant", 1)}
    drawn = [dot.name for dot in camp_picture(people, {}).dots]
    assert "ann" in drawn
    assert len(drawn) == PEOPLE_AT_MOST + 1


@given(crowds())
def test_every_crowd_has_one_picture_in_its_frame(
    crowd: tuple[dict[str, Writer], dict[tuple[str, str], int]],
) -> None:
    people, answers = crowd
    picture = camp_picture(people, answers)
    again = camp_picture(dict(reversed(people.items())), dict(reversed(answers.items())))
    assert picture == again
    assert sum(dot.more or 1 for dot in picture.dots) == len(people) == sum(picture.sizes.values())
    assert all(TOP + ROW / 2 <= dot.y <= picture.height - ROW / 2 for dot in picture.dots)
    assert len({(dot.x, dot.y) for dot in picture.dots}) == len(picture.dots)
    assert len(picture.lines) <= LINES_AT_MOST
