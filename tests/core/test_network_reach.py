from __future__ import annotations

import pickle
from collections import deque
from datetime import UTC, datetime, timedelta
from itertools import chain

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from kulanz.core import network
from kulanz.core.network import HOPS, Contacts, Network, NetworkReach
from kulanz.core.network.addressing import KINDS, MOST_NAMED, Conversation
from kulanz.core.network.hops import Drawn, about_all, around_all, around_one, counters, drawn, relative_error
from kulanz.core.posts import Post

NOW = datetime(2006, 9, 14, 12, tzinfo=UTC)
PEOPLE = 70


def numbers(accounts: int, seed: int) -> Drawn:
    return drawn(map(str, range(accounts)), seed)


def post(number: int, author: str | None, text: str = "x", **fields: object) -> Post:
    known = {"thread_id": "t", "post_id": str(number), "author_id": author, "created_at": NOW, "text": text}
    return msgspec.convert(known | fields, Post)


def contacts(*pairs: tuple[str, str], days_ago: float = 0) -> Contacts:
    made = Contacts()
    for giver, receiver in pairs:
        made.add_account(giver)
        made.add_account(receiver)
        made.add(giver, receiver, "reply", NOW - timedelta(days=days_ago))
    return made


def within(made: Contacts, account: str) -> tuple[int, ...]:
    found = made.network(NOW).reach(account)
    assert found is not None
    return found.within


def addressed(*posts: Post, thanking: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    return list(Conversation(posts, thanking).addressed(len(posts) - 1))


def by_hand(pairs: list[tuple[int, int]], start: int) -> tuple[int, ...]:
    """Breadth first, one person after the other."""
    others: dict[int, set[int]] = {}
    for a, b in pairs:
        others.setdefault(a, set()).add(b)
        others.setdefault(b, set()).add(a)
    distance, waiting = {start: 0}, deque([start])
    while waiting:
        person = waiting.popleft()
        for other in others.get(person, set()) - distance.keys():
            distance[other] = distance[person] + 1
            waiting.append(other)
    return tuple(sum(0 < hops <= most for hops in distance.values()) for most in range(1, HOPS + 1))


def matrix(pairs: list[tuple[int, int]], count: int) -> sparse.csr_array:
    rows, columns = np.array([pair for pair in pairs if pair[0] != pair[1]], int).reshape(-1, 2).T
    given = sparse.csr_array((np.ones(len(rows), np.bool_), (rows, columns)), shape=(count, count))
    return given + given.T


PERSON = st.integers(0, PEOPLE - 1)
PAIRS = st.lists(st.tuples(PERSON, PERSON), max_size=150)


@settings(max_examples=50)
@given(PAIRS)
def test_reach_is_that_of_a_search_by_hand(pairs: list[tuple[int, int]]) -> None:
    expected = [by_hand(pairs, person) for person in range(PEOPLE)]
    known = matrix(pairs, PEOPLE)
    assert [tuple(row) for row in around_all(known, HOPS).tolist()] == expected
    assert [around_one(known, person, HOPS) for person in range(PEOPLE)] == expected


@given(PAIRS, st.integers(0, 99))
def test_an_estimate_among_few_is_nearly_exact_and_never_falls(
    pairs: list[tuple[int, int]], seed: int
) -> None:
    known = matrix(pairs, PEOPLE)
    exact, estimate = around_all(known, HOPS), about_all(known, HOPS, numbers(PEOPLE, seed))
    assert (estimate[:, 0] == exact[:, 0]).all()
    assert (np.diff(estimate, axis=1) >= 0).all()
    assert (estimate <= PEOPLE - 1).all()
    assert np.abs(estimate - exact).max() <= 12


@given(st.integers(0, 63).map(lambda place: 1 << place) | st.integers(0, 2**64 - 1), st.integers(6, 10))
def test_a_counter_holds_where_the_first_one_bit_of_a_number_is(number: int, bits: int) -> None:
    register, rest = divmod(number, 1 << (64 - bits))
    (row,) = counters(np.array([number], np.uint64), bits)
    assert {place: row[place] for place in np.flatnonzero(row).tolist()} == {
        register: 1 + (64 - bits) - rest.bit_length()
    }


@pytest.mark.parametrize("bits", [6, 8])
def test_the_error_is_as_large_as_it_is_said_to_be(bits: int) -> None:
    known = matrix(np.random.default_rng(4711).integers(0, 3000, (12_000, 2)).tolist(), 3000)
    exact = around_one(known, 0, HOPS)
    found = np.array([about_all(known, HOPS, numbers(3000, seed), bits)[0] for seed in range(40)])
    errors = (found / exact - 1)[:, 1:]
    assert exact[-1] > 1000
    assert (errors.std(axis=0) < 1.4 * relative_error(bits)).all()
    assert (np.abs(errors.mean(axis=0)) < 4 * relative_error(bits) / np.sqrt(40)).all()


def test_rows_of_people_with_many_and_with_few_contacts_are_joined_alike() -> None:
    star = [(0, other) for other in range(1, 3000)] + [(other, other + 1) for other in range(2990, 3100)]
    found = around_all(matrix(star, 3101), HOPS)
    for person in (0, 1, 2989, 2995, 3050, 3100):
        assert tuple(found[person]) == by_hand(star, person)


def test_whom_a_post_speaks_to() -> None:
    opening = post(0, "anna", "Die Mahnung über 12,40 EUR ist falsch.")
    second = post(1, "bert")
    assert addressed(opening, second) == [("anna", "thread")]
    assert addressed(opening, second, post(2, "c", reply_to="1")) == [("bert", "reply")]
    assert addressed(opening, second, post(2, "c", reply_to="1"), thanking=("2",)) == [
        ("bert", "reply"),
        ("bert", "thanks"),
    ]
    quoting = post(2, "c", reply_to="1", quotes=("über 12,40\nEUR ist",), mentions=("dora", "dora"))
    assert addressed(opening, second, quoting) == [("bert", "reply"), ("anna", "quote"), ("dora", "mention")]


def test_a_post_that_names_everybody_speaks_to_nobody_in_particular() -> None:
    crowd = tuple(f"a{number}" for number in range(MOST_NAMED + 1))
    assert addressed(post(0, "anna"), post(1, "b", mentions=crowd)) == [("anna", "thread")]
    named = addressed(post(0, "anna"), post(1, "b", mentions=crowd[1:]))
    assert named == [("anna", "thread"), *((name, "mention") for name in crowd[1:])]


def test_a_thread_in_two_goes_is_the_thread_at_once() -> None:
    thread = [post(0, "a"), post(1, "b"), post(2, "c", reply_to="1"), post(3, "d", mentions=("a",))]
    whole, parts = Contacts(), Contacts()
    whole.add_thread(thread)
    parts.add_thread(thread[:2])
    parts.add_thread(thread, start=2)
    assert dict(whole.network(NOW).reaches(0)) == dict(parts.network(NOW).reaches(0))
    assert within(whole, "a") == (2, 3, 3, 3)


def test_a_name_is_found_in_other_letters_and_a_name_without_an_account_is_nobody() -> None:
    made = Contacts()
    made.add_thread([post(0, "Anna"), post(1, "Anna", mentions=("BERT", "nobody"))])
    made.add_account("Bert")
    assert made.network(NOW).accounts == 2
    assert within(made, "Bert") == (1, 1, 1, 1)


def test_hidden_posts_and_machines_speak_to_nobody() -> None:
    made = Contacts()
    made.add_thread([post(0, "a"), post(1, "b", hidden=True), post(2, "c", automatic=True), post(3, None)])
    assert made.network(NOW).accounts == 1
    assert within(made, "a") == (0, 0, 0, 0)


def test_the_company_is_no_way_from_one_person_to_another() -> None:
    made = Contacts()
    made.add_thread([post(0, "a"), post(1, "help", role="staff")])
    made.add_thread([post(2, "b"), post(3, "help"), post(4, "c", mentions=("Help", "help"))])
    assert made.network(NOW).reach("help") is None
    assert within(made, "a") == (0, 0, 0, 0)
    assert within(made, "b") == (1, 1, 1, 1)


def test_contacts_lapse_and_later_ones_do_not_count() -> None:
    assert within(contacts(("a", "b"), days_ago=4 * 365), "a")[0] == 1
    assert within(contacts(("a", "b"), days_ago=4 * 365 + 1), "a")[0] == 0
    assert within(contacts(*[("a", "b")] * 2, days_ago=4 * 365 + 1), "a")[0] == 1
    assert within(contacts(("a", "b"), days_ago=-1), "a")[0] == 0
    timeless = contacts()
    timeless.add_thread([post(0, "a", created_at=None), post(1, "b", created_at=None)])
    assert within(timeless, "a")[0] == 1


def test_attention_goes_to_those_who_are_spoken_to_and_recent_weighs_more() -> None:
    made = contacts(("b", "a"), ("c", "a"), ("d", "a"), ("a", "b"))
    made.add("a", "c", "reply", NOW - timedelta(days=800))
    found = dict(made.network(NOW).reaches(0))
    assert found["a"].attention > found["b"].attention > found["c"].attention > found["d"].attention
    assert sum(one.attention for one in found.values()) == pytest.approx(4)
    assert found["a"].ahead_of == 0.75


def test_core_of_a_group_in_which_everybody_knows_everybody() -> None:
    group = [(a, b) for a in "abcd" for b in "abcd" if a < b]
    found = dict(contacts(*group, ("d", "e"), ("e", "f")).network(NOW).reaches(0))
    assert {name: one.core for name, one in found.items()} == dict.fromkeys("abcd", 3) | {"e": 1, "f": 1}
    assert found["e"].deepest_core == 3


def test_nobody_and_nothing() -> None:
    assert list(Contacts().network(NOW).reaches(0)) == []
    assert Contacts().network(NOW).reach("a") is None


def test_estimates_say_so() -> None:
    made = contacts(*[(f"a{number}", f"a{number + 1}") for number in range(50)])
    found = dict(made.network(NOW).reaches(seed=1, exact_up_to=10))
    assert {round(one.error, 4) for one in found.values()} == {0.0325}
    assert made.network(NOW).reach("a0").error == 0  # type: ignore[union-attr]


def test_an_estimate_depends_on_no_order() -> None:
    pairs = [(f"a{number % 37}", f"a{number * number % 61}") for number in range(200)]
    one, other = (dict(contacts(*given).network(NOW).reaches(4711, 10)) for given in (pairs, pairs[::-1]))
    assert {name: found.within for name, found in one.items()} == {
        name: found.within for name, found in other.items()
    }


def test_who_knows_whom_never_comes_out() -> None:
    made = contacts(("anna", "bert"), ("bert", "carla"))
    found = made.network(NOW)
    assert set(network.__all__) == {"EXACT_UP_TO", "HOPS", "Contacts", "Network", "NetworkReach"}
    public = {name for one in (Contacts, Network) for name in dir(one) if not name.startswith("_")}
    assert public == {
        *("add", "add_account", "add_thread", "leave_out", "network"),
        *("accounts", "pairs", "reach", "reaches"),
    }
    for one in (made, found):
        assert not {"anna", "bert", "carla"} & set(repr(one).replace("(", " ").split())
        with pytest.raises(TypeError):
            pickle.dumps(one)
        with pytest.raises(TypeError):
            msgspec.json.encode(one)
        with pytest.raises(TypeError):
            iter(one)  # type: ignore[call-overload]
    assert all(isinstance(one, NetworkReach) for _, one in found.reaches(0))
    held = chain.from_iterable(msgspec.structs.astuple(one) for _, one in found.reaches(0))
    assert {type(value) for value in held} == {int, float, tuple}


def test_every_kind_has_a_weight() -> None:
    made = Contacts()
    for number, kind in enumerate(KINDS):
        made.add_account("a")
        made.add_account(f"b{number}")
        made.add("a", f"b{number}", kind, NOW)
    assert within(made, "a")[0] == len(KINDS)
