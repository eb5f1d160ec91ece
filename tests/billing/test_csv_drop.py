"""A folder of CSV files: claims and confirmations in, orders out, and nothing lost on the way."""

from __future__ import annotations

import csv
import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from kulanz.billing import (
    Claim,
    Confirmation,
    DunningEvent,
    GestureConfirmation,
    GestureOrder,
    HoldOrder,
    TryAgainError,
)
from kulanz.billing.csvdrop import CsvDrop
from kulanz.billing.csvdrop import adapter as csvdrop_adapter
from kulanz.billing.gestures import GIVEN_KINDS, GivenKind
from kulanz.core.money import Money
from kulanz.sources.errors import Problems
from kulanz.testing.billing import HoldSuite, a_hold, everything
from kulanz.testing.billing_gestures import GiveSuite, a_gesture
from paper_books import PaperBooks

NOW = datetime.now(UTC) + timedelta(days=1)  # files are made long after modules are read
HEADER = "Rechnung;Kunde;Offen;Währung;Fällig;Mahnstufe\n"
COLUMNS = {
    "claim_id": "Rechnung",
    "customer": "Kunde",
    "amount": "Offen",
    "currency": "Währung",
    "due_on": "Fällig",
    "level": "Mahnstufe",
}


def dropped(folder: Path, problems: Problems | None = None) -> CsvDrop:
    return CsvDrop(folder, now=lambda: NOW, problems=problems or Problems())


def german(folder: Path, problems: Problems) -> CsvDrop:
    return CsvDrop(folder, columns=COLUMNS, decimal_mark=",", now=lambda: NOW, problems=problems)


def ordered(row: dict[str, str]) -> HoldOrder | GestureOrder:
    """Read an order as billing does."""
    fields = {name: cell for name, cell in row.items() if cell and name != "act"}
    if row["act"] != "give":
        return msgspec.convert(fields, HoldOrder)
    if row["amount"]:
        fields["amount"] = {"amount": row["amount"], "currency": fields.pop("currency")}
    return msgspec.convert(fields, GestureOrder)


@dataclass
class CsvBooks(PaperBooks):
    """Billing that exports and imports files."""

    folder: Path = Path()
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def adapter(self) -> CsvDrop:
        self.export()
        return dropped(self.folder)

    def answer(self) -> None:
        dropped(self.folder)
        for path in sorted((self.folder / "out").iterdir()):
            with path.open(newline="") as file:
                for row in csv.DictReader(file):
                    self.orders.append((row["act"], ordered(row)))
            path.unlink()
        self.work()
        self.export()

    def export(self) -> None:
        news, self.news = self.news, []
        for each in news:
            match each:
                case Claim():
                    self._write("claims", each, amount=str(each.amount.amount), currency=each.amount.currency)
                case Confirmation():
                    self._write("confirmations", each)
                case DunningEvent():
                    self._write("events", each)
                case GestureConfirmation():
                    self._write("gestures", each)

    def _write(self, name: str, what: Struct, **changed: str) -> None:
        place = self.folder / "in" / name
        place.mkdir(parents=True, exist_ok=True)
        row = {each: getattr(what, each) for each in what.__struct_fields__} | changed
        with (place / f"{next(self.numbers):06}.csv").open("w", newline="") as file:
            table = csv.DictWriter(file, list(row))
            table.writeheader()
            table.writerow(row)


class TestCsvDrop(HoldSuite, GiveSuite):
    name = "csv"
    gives = frozenset(GIVEN_KINDS)

    @pytest.fixture
    def books(self, tmp_path: Path) -> CsvBooks:
        return CsvBooks(folder=tmp_path)


def put(folder: Path, text: str | bytes, name: str = "in/claims/export.csv") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def files(folder: Path) -> list[str]:
    return sorted(path.name.partition("-")[2] for path in folder.rglob("*.csv"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_an_export_as_companies_write_it(tmp_path: Path, encoding: str) -> None:
    put(tmp_path, (HEADER + "R-1;4711;1234,50;eur;30.06.2026;2\n").encode(encoding))
    problems = Problems()
    (claim,) = german(tmp_path, problems).claims(None).items
    assert claim == Claim(
        claim_id="R-1",
        customer="4711",
        amount=Money.of("1234.50", "EUR"),
        due_on=date(2026, 6, 30),
        level=2,
    )
    assert problems.total == 0
    assert files(tmp_path / "done") == ["export.csv"]


def test_bad_lines_are_told_and_kept_and_the_others_are_taken(tmp_path: Path) -> None:
    lines = [
        "R-1;4711;12,40;EUR;30.06.2026;1", "R-2;4711;1.234,50;EUR;30.06.2026;1", "R-3;4711;12,40;EURO;;1",
        ";4711;12,40;EUR;;1", "R-5;4711;12,40;EUR", "R-6;4711;12,40;EUR;30.02.2026;1",
        "R-7;4711;zwölf;EUR;;1", "R-8;4711;12,40;EUR;;viele", "R-9;4712;7,00;EUR;;",
        'R-10;"4713;7,00;EUR;;', "R-11;4714;7,00;EUR;;",
    ]  # fmt: skip
    path = put(tmp_path, HEADER + "\n".join(lines))
    problems = Problems()
    claims = german(tmp_path, problems).claims(None).items
    assert [claim.claim_id for claim in claims] == ["R-1", "R-9"]
    told = {problem.line: problem for problem in problems.kept}
    assert sorted(told) == [3, 4, 5, 6, 7, 8, 9, 11]
    assert all(problem.file == str(path) and problem.remedy for problem in problems.kept)
    assert "1.234,50" in told[3].reason
    assert "ISO 4217" in told[4].reason
    assert "expected 6 cells, got 4" in told[6].reason
    (kept,) = (tmp_path / "rejected").rglob("*.csv")
    text = kept.read_text()
    assert all(line.split(";")[0] in text for line in lines[1:8])
    assert "R-10" in text
    assert "R-11" in text


def test_rejected_lines_corrected_are_taken_from_a_new_file(tmp_path: Path) -> None:
    put(tmp_path, "claim_id,customer,amount,currency\nR-1,C-1,12.4o,EUR\n")
    dropped(tmp_path).collect()
    (kept,) = (tmp_path / "rejected").rglob("*.csv")
    put(tmp_path, kept.read_text().replace("12.4o", "12.40"), "in/claims/again.csv")
    (claim,) = dropped(tmp_path).claims(None).items
    assert claim.amount == Money.of("12.40", "EUR")


@pytest.mark.parametrize(
    "text", ["", "\n\n", "a,b\n1,2\n", "claim_id,customer,amount\n", '"never closed\n', "\0"]
)
def test_a_table_without_the_needed_columns_is_put_aside_whole(tmp_path: Path, text: str) -> None:
    put(tmp_path, text)
    problems = Problems()
    assert dropped(tmp_path, problems).claims(None).items == ()
    assert problems.total == 1
    (kept,) = (tmp_path / "rejected").rglob("*.csv")
    assert kept.read_bytes() == text.encode()


def test_a_column_that_was_named_and_is_not_there_is_told(tmp_path: Path) -> None:
    put(tmp_path, "claim_id,customer,amount,currency\nR-1,C-1,1,EUR\n")
    problems = Problems()
    columns = {"due_on": "Due"}
    CsvDrop(tmp_path, columns=columns, now=lambda: NOW, problems=problems).collect()
    assert "expected a column 'due'" in problems.kept[0].reason


def test_unfinished_and_strange_files_are_left_alone(tmp_path: Path) -> None:
    secret = put(tmp_path, "claim_id,customer,amount,currency\nR-1,C-1,1,EUR\n", "elsewhere.csv")
    place = tmp_path / "in" / "claims"
    place.mkdir(parents=True)
    (place / "link.csv").symlink_to(secret)
    (place / "folder.csv").mkdir()
    for name in (".hidden.csv", "export.csv.tmp", "export.part"):
        put(tmp_path, secret.read_bytes(), f"in/claims/{name}")
    fresh = put(tmp_path, secret.read_bytes())
    os.utime(fresh, (NOW.timestamp(), NOW.timestamp()))
    with put(tmp_path, "", "in/claims/huge.csv").open("wb") as file:
        file.truncate(csvdrop_adapter.MOST_BYTES + 1)
    problems = Problems()
    assert dropped(tmp_path, problems).claims(None).items == ()
    assert {Path(each.file).name for each in problems.kept} == {"link.csv", "folder.csv", "huge.csv"}
    assert len(list(place.iterdir())) == 7


def test_orders_lie_there_whole_and_say_what_to_do(tmp_path: Path) -> None:
    adapter = dropped(tmp_path)
    order = HoldOrder(
        key="case-7", customer="4711", claim_id="R-1", reason="=HYPERLINK(1)", review_on=date(2026, 7, 1)
    )
    assert adapter.place(order).state == "pending"
    (path,) = (tmp_path / "out").iterdir()
    assert path.name == "case-7-place.csv"
    with path.open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert row == {
        "act": "place",
        "key": "case-7",
        "customer": "4711",
        "claim_id": "R-1",
        "reason": "'=HYPERLINK(1)",
        "review_on": "2026-07-01",
    }
    adapter.place(order)
    assert len(list((tmp_path / "out").iterdir())) == 1


@pytest.mark.parametrize("kind", ["refund", "extension"])
def test_a_gesture_lies_there_with_all_that_billing_needs(tmp_path: Path, kind: GivenKind) -> None:
    order = a_gesture(kind, "4711", "R-1")
    assert dropped(tmp_path).give(order).state == "pending"
    (path,) = (tmp_path / "out").iterdir()
    assert path.name == f"{order.key}-give.csv"
    with path.open(newline="") as file:
        (row,) = csv.DictReader(file)
    is_refund = kind == "refund"
    assert row == {
        "act": "give",
        "key": order.key,
        "kind": kind,
        "customer": "4711",
        "claim_id": "R-1",
        "amount": "12.40" if is_refund else "",
        "currency": "EUR" if is_refund else "",
        "until": "" if is_refund else "2030-01-31",
        "reason": "The parcel came late.",
    }


def test_what_is_made_is_for_its_owner_alone(tmp_path: Path) -> None:
    bad = "claim_id,customer,amount,currency\nR-1,C-1,x,EUR\n"
    drop = tmp_path / "new" / "drop"
    adapter = dropped(drop)
    put(drop, bad)
    adapter.place(a_hold("C-1"))
    made = {path.relative_to(tmp_path): path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")}
    billings = Path("new/drop/done/claims")
    of_kulanz = {path: mode for path, mode in made.items() if path.parent != billings}
    assert {mode for path, mode in of_kulanz.items() if path.suffix in {".csv", ".sqlite"}} == {0o600}
    assert {mode for path, mode in of_kulanz.items() if (tmp_path / path).is_dir()} == {0o700}
    assert {".kulanz", "rejected", "out"} <= {path.name for path in of_kulanz}


def test_a_folder_that_is_shared_on_purpose_shares_its_files(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out").chmod(0o770)
    dropped(tmp_path).place(a_hold("C-1"))
    (order,) = (tmp_path / "out").iterdir()
    assert order.stat().st_mode & 0o777 == 0o660


def test_a_folder_that_is_away_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "share").write_text("a file where the folder should be")
    with pytest.raises(TryAgainError, match="cannot be used"):
        dropped(tmp_path / "share")
    adapter = dropped(tmp_path / "drop")
    (tmp_path / "drop").rename(tmp_path / "gone")
    for ask in (lambda: adapter.claims(None), lambda: adapter.place(a_hold("C-1"))):
        with pytest.raises(TryAgainError, match="cannot be used"):
            ask()


@pytest.mark.parametrize("dies_in", ["keep", "_reject", "_move"])
@pytest.mark.parametrize("before", [True, False])
def test_killed_while_a_file_is_taken_nothing_is_lost_or_doubled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dies_in: str, *, before: bool
) -> None:
    put(tmp_path, "claim_id,customer,amount,currency\nR-1,C-1,1,EUR\nR-2,C-1,x,EUR\nR-3,C-1,3,EUR\n")
    real = getattr(CsvDrop, dies_in)

    def dying(*words: object) -> None:
        if not before:
            real(*words)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(CsvDrop, dies_in, dying)
        with pytest.raises(KeyboardInterrupt):
            dropped(tmp_path).collect()
    claims, _ = everything(dropped(tmp_path).claims)
    assert [claim.claim_id for claim in claims] == ["R-1", "R-3"]
    assert files(tmp_path / "done") == files(tmp_path / "rejected") == ["export.csv"]


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


@settings(max_examples=80)
@given(rows=st.lists(st.lists(CELLS, min_size=1, max_size=6), max_size=6), tail=st.binary(max_size=40))
def test_every_line_of_any_file_is_taken_or_told(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], tail: bytes
) -> None:
    folder = tmp_path_factory.mktemp("drop")
    path = put(folder, "")
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["claim_id", "customer", "amount", "currency"], *rows])
    with path.open("ab") as raw:
        raw.write(tail)
    problems = Problems()
    claims, _ = everything(dropped(folder, problems).claims)
    full = [row for row in rows if any(cell.strip() for cell in row)]
    if not tail:
        assert len(claims) + problems.total == len(full)
    assert not path.exists()
    assert len(list((folder / "done").rglob("*.csv"))) + len(list((folder / "rejected").rglob("*.csv"))) >= 1
