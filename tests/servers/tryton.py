"""Tryton from PyPI on SQLite: a company with a chart of accounts, customers, claims and dunning runs."""

from __future__ import annotations

import base64
import datetime as dt
import itertools
import shutil
import venv
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from servers.browser import Browser
from servers.frame import LOOPBACK, Program, ServerError, free_port, run, running, scratch

DEBIAN: Final = ("python3-venv",)
VERSION: Final = "8.2.1"
MODULES: Final = {
    "trytond": VERSION,
    "trytond-account-dunning-letter": "8.2.0",
    "trytond-account-invoice": "8.2.0",
}
DATABASE: Final = "books"
PASSWORD: Final = "correct horse battery"  # noqa: S105 - of books that live for a test
OVERDUE: Final = (5, 20, 40)
"""Days after which the levels of the dunning procedure begin."""
_ADMIN: Final = "admin"
# a session lasts as long as any run of the tests: who has been idle is not logged out meanwhile
_CONFIG: Final = """\
[database]
uri = sqlite://
path = {folder}
[web]
listen = {address}
[session]
timeout = 86400
"""


class TrytonSite:
    """A running Tryton; ``member`` is the account that Kulanz uses, in two groups and no administrator."""

    member: Final = "kulanz"
    password: Final = PASSWORD
    database: Final = DATABASE

    def __init__(self, url: str) -> None:
        self.url = url
        self._admin = Rpc(url, _ADMIN)
        self._number = itertools.count(1)
        self.company = _company(self._admin)
        self._admin.context = self._admin.model("res.user", "get_preferences", True)  # noqa: FBT003 - its way
        self._accounts = _chart(self._admin, self.company)
        self._period = _year(self._admin, self.company)
        euro = self._admin.find("currency.currency", "code", "EUR")
        self._priced = {"company": self.company, "currency": euro}
        self._procedure = _procedure(self._admin)
        _member(self._admin, self.member, self.company)

    def customer(self, name: str) -> str:
        """Add a customer who is dunned, and return the number that Tryton gave."""
        new = {"name": name, "dunning_procedure": self._procedure, "addresses": [["create", [{}]]]}
        (party,) = self._admin.create("party.party", new)
        return str(self._admin.read("party.party", [party], "code")[0]["code"])

    def claim(self, customer: str, amount: str, due: dt.date, text: str = "") -> str:
        """Post what a customer owes since a day, and return the number of its line."""
        owed, sold = {"debit": Decimal(amount)}, {"credit": Decimal(amount)}
        lines = [
            {**owed, **self._line("receivable", customer), "maturity_date": due, "description": text},
            {**sold, **self._line("revenue")},
        ]
        return self._post("REV", lines)

    def invoice(self, customer: str, amount: str, due: dt.date) -> str:
        """Post an invoice that is due since a day, and return the number of its claim."""
        party = self._admin.find("party.party", "code", customer)
        sold = {"type": "line", "quantity": 1.0, "unit_price": Decimal(amount), "description": "Membership"}
        new = {
            "type": "out",
            "party": party,
            "invoice_address": self._admin.read("party.party", [party], "addresses")[0]["addresses"][0],
            "journal": self._admin.find("account.journal", "code", "REV"),
            "account": self._accounts["receivable"],
            **self._priced,
            "lines": [["create", [{**sold, **self._priced, "account": self._accounts["revenue"]}]]],
        }
        (number,) = self._admin.create("account.invoice", new)
        self._admin.model("account.invoice", "post", [number])
        move = self._admin.read("account.invoice", [number], "move")[0]["move"]
        at = [["move", "=", move], ["account", "=", self._accounts["receivable"]]]
        (claim,) = self._admin.model("account.move.line", "search", at, 0, None, None)
        self.put_off(str(claim), due)
        return str(claim)

    def put_off(self, claim: str, day: dt.date) -> None:
        """Say when a claim is due, as a bookkeeper does."""
        self._admin.model("account.move.line", "write", [int(claim)], {"maturity_date": day})

    def due(self, claim: str) -> dt.date:
        """Return when a claim is due."""
        day: dt.date = self._admin.read("account.move.line", [int(claim)], "maturity_date")[0][
            "maturity_date"
        ]
        return day

    def credit_notes(self, claim: str) -> list[tuple[int, str, Decimal]]:
        """Return number, state and amount of what credits the invoice of a claim."""
        origin = self._admin.read("account.move.line", [int(claim)], "move.origin")[0]["move."]["origin"]
        (invoice,) = self._admin.read("account.invoice", [int(origin.partition(",")[2])], "lines")
        at = [["lines.origin", "in", [f"account.invoice.line,{line}" for line in invoice["lines"]]]]
        found = self._admin.model("account.invoice", "search", at, 0, None, [["id", "ASC"]])
        rows = self._admin.read("account.invoice", found, "state", "total_amount")
        return [(row["id"], row["state"], row["total_amount"]) for row in rows]

    def credit(self, claim: str, act: str) -> None:
        """Post, cancel or delete what credits a claim and is not posted."""
        drafts = [number for number, state, _ in self.credit_notes(claim) if state == "draft"]
        self._admin.model("account.invoice", act, drafts)

    def pay(self, claim: str) -> None:
        """Book a payment of all that is owed, and settle the claim with it."""
        (line,) = self._admin.read("account.move.line", [int(claim)], "debit", "party.code")
        paid, cash = {"credit": line["debit"]}, {"debit": line["debit"]}
        payment = self._post(
            "CASH",
            [{**paid, **self._line("receivable", line["party."]["code"])}, {**cash, **self._line("cash")}],
        )
        self._admin.wizard(
            "account.move.reconcile_lines", on=("account.move.line", [int(claim), int(payment)])
        )

    def block(self, claim: str, *, blocked: bool = True) -> None:
        """Set or clear the mark "Blocked" at a claim's dunning, as a bookkeeper does."""
        self._admin.model("account.dunning", "write", self._dunnings(claim), {"blocked": blocked})

    def run_dunning(self, day: dt.date, claims: Collection[str]) -> dict[str, int]:
        """Create dunnings as of a day, and process those of some claims as a bookkeeper who ticks them does.

        Return the claims on the letters, each with its level.
        """
        form = {"date": day, "companies": [self.company]}
        self._admin.wizard("account.dunning.create", ("create_", {"start": form}))
        ticked = [["state", "=", "draft"], ["line", "in", [int(claim) for claim in claims]]]
        drafts = self._admin.model("account.dunning", "search", ticked, 0, None, None)
        if not drafts:
            return {}
        done = self._admin.wizard(
            "account.dunning.process", ("process", {"start": {}}), on=("account.dunning", drafts)
        )
        printed = [data for action, data in done.get("actions", []) if "letter" in action["report_name"]]
        return {claim: level for data in printed for claim, level in self._letters(data["ids"])}

    def level(self, claim: str) -> tuple[int, str] | None:
        """Return the level and the state of a claim's dunning, None where there is none."""
        found = self._admin.read("account.dunning", self._dunnings(claim), "level.sequence", "state")
        return (found[0]["level."]["sequence"], found[0]["state"]) if found else None

    def notes(self, claim: str) -> list[str]:
        """Return what stands in the notes at a claim."""
        at = [["resource", "=", f"account.move.line,{claim}"]]
        found = self._admin.model("ir.note", "search_read", at, 0, None, None, ["message"])
        return [note["message"] for note in found]

    def _letters(self, dunnings: Sequence[int]) -> Iterator[tuple[str, int]]:
        kind, content, *_ = self._admin("report.account.dunning.letter.execute", list(dunnings), {})
        if (kind, content[:2]) != ("odt", b"PK"):
            raise ServerError(f"expected a letter, got {kind}")
        for dunning in self._admin.read("account.dunning", dunnings, "line", "level.sequence"):
            yield str(dunning["line"]), dunning["level."]["sequence"]

    def _dunnings(self, claim: str) -> list[int]:
        at = [["line", "=", int(claim)]]
        found: list[int] = self._admin.model("account.dunning", "search", at, 0, None, None)
        return found

    def _line(self, account: str, customer: str | None = None) -> dict[str, Any]:
        party = self._admin.find("party.party", "code", customer) if customer else None
        return {"account": self._accounts[account], "party": party}

    def _post(self, journal: str, lines: list[dict[str, Any]]) -> str:
        move = {
            "company": self.company,
            "journal": self._admin.find("account.journal", "code", journal),
            "period": self._period,
            "date": _today(),
            "description": f"Invoice {next(self._number)}",
            "lines": [["create", lines]],
        }
        (number,) = self._admin.create("account.move", move)
        self._admin.model("account.move", "post", [number])
        at = [["move", "=", number], ["account", "=", self._accounts["receivable"]]]
        return str(self._admin.model("account.move.line", "search", at, 0, None, None)[0])


class Rpc:
    """Somebody who is logged in and calls Tryton's JSON-RPC."""

    def __init__(self, url: str, login: str) -> None:
        self._browser = Browser(url)
        self.context: dict[str, Any] = {}
        user, session, *_ = self._ask("common.db.login", [login, {"password": PASSWORD}, "en"])
        shown = base64.b64encode(f"{login}:{user}:{session}".encode()).decode()
        self._browser.headers["Authorization"] = f"Session {shown}"

    def __call__(self, method: str, *words: Any) -> Any:
        return self._ask(method, [*words, self.context])

    def model(self, name: str, method: str, *words: Any) -> Any:
        return self(f"model.{name}.{method}", *words)

    def create(self, name: str, *values: dict[str, Any]) -> list[int]:
        made: list[int] = self.model(name, "create", list(values))
        return made

    def read(self, name: str, ids: Sequence[int], *fields: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.model(name, "read", list(ids), list(fields))
        return rows

    def find(self, name: str, field: str, value: Any) -> int:
        """Return the number of the one record that has a value."""
        found: list[int] = self.model(name, "search", [[field, "=", value]], 0, None, None)
        if len(found) != 1:
            raise ServerError(f"expected one {name} with {field} {value!r}, found {len(found)}")
        return found[0]

    def wizard(
        self, name: str, *steps: tuple[str, dict[str, Any]], on: tuple[str, Sequence[int]] | None = None
    ) -> dict[str, Any]:
        """Go through a wizard on records of a model, and return what its last step said."""
        number, first, _ = self(f"wizard.{name}.create")
        model, ids = on or (None, [])
        chosen = {"active_model": model, "active_ids": list(ids), "active_id": ids[0]} if model else {}
        said: dict[str, Any] = {}
        for state, form in [(first, {}), *steps]:
            surroundings = {**self.context, **chosen}
            said = self._ask(f"wizard.{name}.execute", [number, form, state, surroundings])
        self(f"wizard.{name}.delete", number)
        return said

    def _ask(self, method: str, words: list[Any]) -> Any:
        answer = self._browser.ask(
            "POST", f"/{DATABASE}/rpc/", {"id": 1, "method": method, "params": _sent(words)}
        )
        if "error" in answer:
            raise ServerError(f"{method}: {answer['error']}")
        return _got(answer["result"])


def install(home: Path) -> None:
    """Install Tryton and keep a database in which the modules are activated."""
    if installed(home):
        return
    venv.create(home, clear=True, with_pip=True)
    wanted = _wanted()
    run([home / "bin" / "pip", "install", "--quiet", *wanted], home)
    with scratch() as folder:
        books = folder / f"{DATABASE}.sqlite"
        books.touch()
        (folder / "password").write_text(PASSWORD)
        config = _configured(folder, f"{LOOPBACK}:1")
        modules = ["account_dunning_letter", "account_invoice"]
        activate = ["-d", DATABASE, "-u", *modules, "--activate-dependencies"]
        run(
            [home / "bin" / "trytond-admin", "-c", config, *activate, "--email", "books@example.org"],
            folder,
            {"TRYTONPASSFILE": str(folder / "password")},
        )
        shutil.copy(books, home / books.name)
    (home / "modules").write_text("\n".join(wanted))


def installed(home: Path) -> bool:
    """Whether the list of modules, which is made last, is there and of these."""
    made = home / "modules"
    return made.is_file() and made.read_text().splitlines() == _wanted()


def _wanted() -> list[str]:
    return [f"{name}=={version}" for name, version in MODULES.items()]


@contextmanager
def start(home: Path) -> Iterator[TrytonSite]:
    """Run Tryton with the database that was made ready; the company is founded over its interface."""
    with scratch() as folder:
        shutil.copy(home / f"{DATABASE}.sqlite", folder)
        port = free_port()
        config = _configured(folder, f"{LOOPBACK}:{port}")
        command = [home / "bin" / "trytond", "-c", config, "-d", DATABASE]
        with running(Program(command=command, port=port, folder=folder)):
            yield TrytonSite(f"http://{LOOPBACK}:{port}")


def _configured(folder: Path, address: str) -> Path:
    config = folder / "trytond.conf"
    config.write_text(_CONFIG.format(folder=folder, address=address))
    return config


def _today() -> dt.date:
    """The day as the server knows it, which is of this machine."""
    return dt.datetime.now(dt.UTC).astimezone().date()


def _company(admin: Rpc) -> int:
    euro = {"name": "Euro", "symbol": "€", "code": "EUR", "numeric_code": "978", "rounding": Decimal("0.01")}
    (currency,) = admin.create("currency.currency", {**euro, "digits": 2})
    (party,) = admin.create("party.party", {"name": "Example Company"})
    (company,) = admin.create("company.company", {"party": party, "currency": currency})
    admin.model(
        "res.user",
        "write",
        [admin.find("res.user", "login", _ADMIN)],
        {"companies": [["add", [company]]], "company": company},
    )
    return company


def _chart(admin: Rpc, company: int) -> dict[str, int]:
    template = admin.model("ir.model.data", "get_id", "account.account_template_root_en")
    chosen = {"account": {"account_template": template, "company": company}}
    number, first, _ = admin("wizard.account.create_chart.create")
    admin("wizard.account.create_chart.execute", number, {}, first)
    admin("wizard.account.create_chart.execute", number, chosen, "create_account")
    accounts = {kind: _account(admin, [f"type.{kind}", "=", True]) for kind in ("receivable", "revenue")}
    return {**accounts, "cash": _account(admin, ["code", "=", "1.1.1"])}


def _account(admin: Rpc, clause: list[Any]) -> int:
    found: list[int] = admin.model("account.account", "search", [clause, ["closed", "!=", True]], 0, 1, None)
    return found[0]


def _year(admin: Rpc, company: int) -> int:
    today = _today()
    kind = admin.find("ir.sequence.type", "name", "Account Move")
    numbers = {"name": "Moves", "sequence_type": kind, "company": company}
    (sequence,) = admin.create("ir.sequence.strict", numbers)
    year = {"name": str(today.year), "company": company, "move_sequence": sequence}
    days = {"start_date": today - dt.timedelta(366), "end_date": today + dt.timedelta(366)}
    period = {"name": "All", "type": "standard", **days}
    invoices = {**_invoice_numbers(admin, company), "company": company}
    new = {**year, **days, "periods": [["create", [period]]], "invoice_sequences": [["create", [invoices]]]}
    (number,) = admin.create("account.fiscalyear", new)
    return admin.find("account.period", "fiscalyear", number)


def _invoice_numbers(admin: Rpc, company: int) -> dict[str, int]:
    kind = admin.find("ir.sequence.type", "name", "Invoice")
    numbers = {"name": "Invoices", "sequence_type": kind, "company": company}
    (sequence,) = admin.create("ir.sequence.strict", numbers)
    kinds = [f"{way}_{what}" for way in ("in", "out") for what in ("invoice", "credit_note")]
    return {f"{each}_sequence": sequence for each in kinds}


def _procedure(admin: Rpc) -> int:
    levels = [
        {"sequence": number, "overdue": dt.timedelta(days), "print_on_letter": True}
        for number, days in enumerate(OVERDUE, start=1)
    ]
    new = {"name": "Reminders", "levels": [["create", levels]]}
    return admin.create("account.dunning.procedure", new)[0]


def _member(admin: Rpc, login: str, company: int) -> None:
    groups = [
        admin.model("ir.model.data", "get_id", name)
        for name in ("account.group_account", "account_dunning.group_dunning")
    ]
    new = {"name": "Kulanz", "login": login, "password": PASSWORD, "groups": [["add", groups]]}
    admin.create("res.user", {**new, "companies": [["add", [company]]], "company": company})


def _sent(value: Any) -> Any:
    """Write what JSON has no words for as Tryton does."""
    if isinstance(value, dict):
        return {name: _sent(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_sent(each) for each in value]
    if isinstance(value, Decimal):
        return {"__class__": "Decimal", "decimal": str(value)}
    if isinstance(value, dt.timedelta):
        return {"__class__": "timedelta", "seconds": value.total_seconds()}
    if isinstance(value, dt.date):
        return {"__class__": "date", "year": value.year, "month": value.month, "day": value.day}
    return value


def _got(value: Any) -> Any:
    """Read what ``_sent`` writes, and bytes."""
    if isinstance(value, list):
        return [_got(each) for each in value]
    if not isinstance(value, dict):
        return value
    match value.get("__class__"):
        case "Decimal":
            return Decimal(value["decimal"])
        case "date":
            return dt.date(value["year"], value["month"], value["day"])
        case "bytes":
            return base64.b64decode(value["base64"])
        case _:
            return {name: _got(each) for name, each in value.items()}
