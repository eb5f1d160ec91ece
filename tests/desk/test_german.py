"""The desk in German: no text is missing, and what is refused is told in the member's language."""

from __future__ import annotations

import ast
import gettext
import importlib
import pkgutil
import re
import runpy
import shutil
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import allauth
import django
import pytest
from django.test import Client
from django.utils import translation

import kulanz.desk
from kulanz.billing import blocking, correspondence, lago
from kulanz.billing.tryton import gestures
from kulanz.core.money import Money
from kulanz.core.stake import Range
from kulanz.desk.models import Member, Thread
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import NotAllowedError, RuleError
from kulanz.desk.rules.feasts import regions
from kulanz.desk.rules.figures import money_in, number_in, range_in
from kulanz.desk.rules.machines import APPEAL, HOLD, ISSUE, MACHINES
from kulanz.desk.rules.roles import Right, Role
from kulanz.desk.templatetags.values import typed
from kulanz.desk.web import billing_words
from kulanz.desk.web.billing_words import billing_said
from kulanz.desk.web.refusals import ACTIONS, NOUNS, RIGHTS, refusal
from kulanz.desk.web.setup.countries import GERMAN, named_regions
from kulanz.desk.web.wording import WORDS

pytestmark = pytest.mark.any_database

ROOT = Path(__file__).parents[2]
DESK = Path(kulanz.desk.__file__).parent
SCRIPT = ROOT / "scripts" / "write-messages"
CATALOGUE = Path("web/locale/de/LC_MESSAGES/django.po")
# long texts begin with an empty line, too
UNTRANSLATED = re.compile(r'^msgstr(\[\d])? ""(?!\n")', re.MULTILINE)
FAMILIAR = re.compile(r"\b(du|dein\w*|dir|dich)\b", re.IGNORECASE)
needs_gettext = pytest.mark.skipif(
    shutil.which("msgmerge") is None, reason="needs GNU gettext: scripts/install-test-servers installs it"
)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the desk whose catalogue was brought up to date."""
    copy = tmp_path_factory.mktemp("texts") / "desk"
    shutil.copytree(DESK, copy, ignore=shutil.ignore_patterns("__pycache__", "static"))
    subprocess.run([sys.executable, SCRIPT, copy], check=True)  # noqa: S603 - ours
    return copy


@needs_gettext
def test_the_catalogue_holds_every_text_and_no_other(written: Path) -> None:
    now, kept = (folder.joinpath(CATALOGUE).read_text(encoding="utf-8") for folder in (written, DESK))
    missing = sorted(set(_entries(now)) - set(_entries(kept)))
    gone = sorted(set(_entries(kept)) - set(_entries(now)))
    assert not missing, "run scripts/write-messages and translate:\n" + "\n".join(missing)
    assert not gone, "run scripts/write-messages, these are used no more:\n" + "\n".join(gone)


def test_every_text_is_translated_and_none_is_guessed() -> None:
    entries = _entries(DESK.joinpath(CATALOGUE).read_text(encoding="utf-8"))
    assert [each for each in entries if "#, fuzzy" in each or UNTRANSLATED.search(each)] == []


@needs_gettext
def test_the_compiled_catalogue_is_that_of_the_texts(written: Path) -> None:
    assert _compiled(written) == _compiled(DESK), "run scripts/write-messages"


@needs_gettext
def test_translations_take_the_values_that_the_texts_take() -> None:
    told = subprocess.run(  # noqa: S603 - ours
        ["msgfmt", "--check-format", "--output-file=/dev/null", DESK / CATALOGUE],  # noqa: S607 - the one found
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr


def test_translations_name_each_value_as_often_as_the_texts() -> None:
    texts = {text: told for text, told in _compiled(DESK).items() if isinstance(text, str) and text}
    assert [text for text, told in texts.items() if _values(text) != _values(told)] == []


def test_every_refusal_is_read_by_the_catalogue() -> None:
    for each in pkgutil.walk_packages([str(DESK)], "kulanz.desk."):
        if ".migrations." not in each.name:
            importlib.import_module(each.name)
    assert set(runpy.run_path(str(SCRIPT))["REFUSALS"]) == {each.__name__ for each in _kinds(RuleError)}


def test_a_refusal_names_its_values_apart() -> None:
    """A text into which values were written already is in no catalogue."""
    names = {each.__name__ for each in _kinds(RuleError)}
    written = [
        f"{path.relative_to(DESK)}:{node.lineno}"
        for path in DESK.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names
        if node.args and isinstance(node.args[0], ast.JoinedStr)
    ]
    assert written == []


def test_codes_that_refusals_name_have_words() -> None:
    actions = {each.action for machine in MACHINES for each in machine.transitions if not each.automatic}
    assert actions == set(ACTIONS)
    assert set(RIGHTS) == {right.value for right in Right}
    named = {machine.noun: set(WORDS.get(f"{machine.noun}_state", ())) for machine in MACHINES}
    assert named == {machine.noun: set(machine.states) for machine in MACHINES}


def test_nouns_that_refusals_name_have_words() -> None:
    assert {machine.noun for machine in MACHINES} <= set(NOUNS)
    with pytest.raises(RuleError) as caught:
        APPEAL.after("open", "grant", roles=[Role.LEAD])
    assert refusal(caught.value) == "appeal: 'grant' needs a reason: say why"


def test_programs_are_told_in_english_and_members_in_german() -> None:
    with translation.override("de"), pytest.raises(RuleError) as caught:
        ISSUE.after("closed", "take", roles=[Role.LEAD])
    assert str(caught.value) == (
        "issue: 'take' is not possible while 'closed'; possible: give_back, reopen, snooze_again, undo"
    )
    with translation.override("de"):
        told = refusal(caught.value)
    assert told == (
        "Anliegen: „übernehmen“ geht nicht im Zustand „geschlossen“; möglich ist: an die zuvor"
        " zuständige Person zurückgeben, wieder öffnen, wieder zurückstellen, rückgängig machen"
    )


def test_a_refusal_names_what_people_may_do_in_words_of_its_noun() -> None:
    with pytest.raises(RuleError) as caught:
        HOLD.after("placing", "decline", roles=[Role.AGENT], reason="no")
    with translation.override("de"):
        told = refusal(caught.value)
    assert told == (
        "Mahnsperre: „ablehnen“ geht nicht im Zustand „beauftragt, nicht bestätigt“; möglich ist: von Hand"
        " bestätigen, ändern, beenden, prüfen"
    )


def test_what_adapters_say_has_words_and_what_billing_writes_stays() -> None:
    said = {text for module in (blocking, correspondence, lago, gestures) for text in _sentences(module)}
    assert {"nothing of it is dunned", "done in Tryton", "billing has not answered"} <= said
    assert said <= billing_words.FIXED
    with translation.override("de"):
        assert [text for text in billing_words.FIXED if billing_said(text) == text] == []
        assert billing_said("dry run: billing would be told to place it").startswith("Probelauf: ")
        credited = "dry run: a draft credit note for invoice 7 over 12.40 EUR would be made"
        assert billing_said(credited) == "Probelauf: Gutschriftentwurf zu Rechnung 7 über 12.40 EUR"
        put_off = "claim 4, due on 2026-10-24, would be due on 2026-11-30"
        assert billing_said(put_off).startswith("Forderung 4, fällig am 2026-10-24, ")
        assert billing_said("dry run: 1 claim would be blocked") == "Probelauf: Sperre für 1 Forderung"
        assert billing_said("the customer with 2 claims would be restored") == (
            "Ende der Sperre für den Kunden mit 2 Forderungen"
        )
        assert billing_said("Mahnlauf 7: übersprungen") == "Mahnlauf 7: übersprungen"
        assert billing_said("Tryton refused: It is paid.") == "Tryton hat es abgelehnt: „It is paid.“"
        assert billing_said("Odoo refused: it did not say why") == "Odoo hat es ohne Begründung abgelehnt"
    with translation.override("en"):
        assert billing_said("dry run: 2 claims would be blocked") == "dry run: 2 claims would be blocked"


def test_a_missing_right_is_told_in_words() -> None:
    with pytest.raises(NotAllowedError) as caught:
        Actor(member_id=1, name="Erik", roles=frozenset({Role.READER})).need(Right.WORK_ISSUES)
    with translation.override("de"):
        assert "das Recht „Anliegen bearbeiten“ nicht" in refusal(caught.value)


def test_a_field_shows_numbers_as_they_are_written_here_and_they_are_read_again() -> None:
    between, amount = Range(Decimal("0.05"), Decimal("0.5")), Money(Decimal("1234.50"), "EUR")
    with translation.override("de"):
        assert typed(between) == "0,05 bis 0,5"
        assert range_in(typed(between)) == between
        assert money_in(typed(amount)) == amount
        assert number_in(typed(Decimal("1.234"))) == Decimal("1.234")
        told = refusal(RuleError("you have %(left)s", left=amount))
    assert told == "you have 1.234,50 EUR"


def test_a_text_with_a_per_cent_sign_needs_no_values() -> None:
    assert str(RuleError("half is 50 %")) == refusal(RuleError("half is 50 %")) == "half is 50 %"


def test_a_page_speaks_the_language_of_its_member(
    client: Client, members: dict[str, Member], thread: Thread
) -> None:
    bob = members["bob"]
    bob.language = "de"
    bob.save()
    client.force_login(bob)
    page = client.get("/", {"days": "0"}).content.decode()
    assert '<html lang="de"' in page
    assert "1 Sache. Der Score sagt" in page
    later = {"until": "4h", "reason": " ", "seen": 0}
    refused = client.post(f"/threads/{thread.pk}/snooze", later, follow=True)
    assert "Sagen Sie bitte, warum" in refused.content.decode()


def test_texts_of_ours_leave_those_of_the_framework_alone() -> None:
    """A text that Django has too would change there: "May" is a month, and what a token may do."""
    theirs = _compiled(Path(django.__file__).parent / "conf", Path("locale/de/LC_MESSAGES/django.po"))
    ours = _compiled(DESK)
    assert {text for text in ours.keys() & theirs.keys() - {""} if ours[text] != theirs[text]} == set()


def test_the_login_library_is_as_formal_as_the_desk() -> None:
    theirs = _compiled(Path(allauth.__file__).parent, Path("locale/de/LC_MESSAGES/django.po"))
    with translation.override("de"):
        shown = [translation.gettext(text) for text in theirs if isinstance(text, str) and text]
    assert [text for text in shown if FAMILIAR.search(text)] == []


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("/issues/99", 404, "Anliegen 99 gibt es hier nicht"),
        ("/nowhere", 404, "Diese Adresse gibt es nicht."),
        ("/cases", 403, "Diese Seite braucht das Recht „Fälle sehen“"),
    ],
)
def test_a_page_that_is_not_shown_says_why(
    client: Client, members: dict[str, Member], path: str, status: int, told: str
) -> None:
    erik = members["erik"]
    erik.language = "de"
    erik.save()
    client.force_login(erik)
    answer = client.get(path)
    assert answer.status_code == status
    assert told in answer.content.decode()


def test_regions_have_german_names_and_the_same_codes() -> None:
    with translation.override("de"):
        named = named_regions()
    assert dict(named).keys() == dict(regions()).keys()
    assert named[0] == ("DE", "Deutschland")
    assert dict(named)["AT-9"] == "Österreich: Wien"
    assert GERMAN.keys() <= {code for code, _ in regions()}
    with translation.override("en"):
        assert named_regions() == list(regions())


def _entries(catalogue: str) -> list[str]:
    return catalogue.strip().split("\n\n")[1:]


def _compiled(folder: Path, catalogue: Path = CATALOGUE) -> dict[object, str]:
    with folder.joinpath(catalogue).with_suffix(".mo").open("rb") as file:
        return dict(gettext.GNUTranslations(file)._catalog)  # type: ignore[attr-defined]


def _sentences(adapter: ModuleType) -> set[str]:
    """What an adapter says by itself: the values of its _SAID, and texts that are written out in it."""
    tree = ast.walk(ast.parse(Path(str(adapter.__file__)).read_text(encoding="utf-8")))
    written = {
        value.value
        for node in tree
        if isinstance(node, ast.Call | ast.Dict)
        for name, value in _named(node)
        if name == "text" and isinstance(value, ast.Constant)
    }
    return {*getattr(adapter, "_SAID", {}).values(), *(str(text) for text in written)}


def _named(node: ast.Call | ast.Dict) -> list[tuple[str | None, ast.expr]]:
    if isinstance(node, ast.Call):
        return [(each.arg, each.value) for each in node.keywords]
    keys = [key.value if isinstance(key, ast.Constant) else None for key in node.keys]
    return [(str(key), value) for key, value in zip(keys, node.values, strict=True)]


def _values(text: str) -> Counter[str]:
    return Counter(re.findall(r"%\((\w+)\)", text))


def _kinds(kind: type[RuleError]) -> set[type[RuleError]]:
    return {kind}.union(*(_kinds(each) for each in kind.__subclasses__()))
