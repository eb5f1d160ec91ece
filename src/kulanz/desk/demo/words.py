"""What the people of the demonstration wrote, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kulanz.core.spoken import Lang


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of one language."""

    policy: str
    blogs: str
    playbooks: tuple[str, str]
    steps: tuple[str, ...]
    note: str
    case: str
    promise: str
    team: str
    billing: str
    cases: Mapping[str, str]
    fault: str
    defect: str
    defect_what: str
    held: str
    waive: str
    month: str
    credited: str
    thanks: str
    settled: str
    refund: str
    booking: str


WORDS: Final[dict[Lang, Words]] = {
    "en": Words(
        policy="Issues in the forum",
        blogs="Blogs about us",
        playbooks=("An issue in public", "An issue that escalates"),
        steps=(
            "Call the customer before anybody writes to the audience",
            "Have dunning stopped while this is open",
            "Say in the conversation who takes care of it, and until when",
            "Look for others who are affected",
            "Tell the press office",
        ),
        note="@bob please call Mr Petersen today. Nobody has spoken to him since March."
        " No more letters before that.",
        case="Charged twice, dunning and collection",
        promise="A call today, and a written answer about the collection letter",
        team="Customer care",
        billing="Billing",
        cases={
            "m.osterkamp": "Charged twice in March, reminders to the old address",
            "A.Yilmaz": "Reminder under the old legal form",
            "freelance_tina": "Second debit of March not paid back",
            "K_Brinkmann_Holzbau": "Account blocked without a reason",
        },
        fault="We debited twice in March. The letter threatens collection while nobody has answered.",
        defect="Text of dunning letter 2",
        defect_what="It threatens collection within seven days also where the customer has objected,"
        " names nobody to call, and has two mistakes in its last sentence.",
        held="Dunning stopped, accounts department",
        waive="The reminder’s fees come from our second debit. He wrote three times and got no answer.",
        month="He could not use his account for a week, and wrote three times.",
        credited="Credit note G-2026-31",
        thanks="The call was good. Thank you, honestly.",
        settled="Account open again, a month waived",
        refund="Debited twice in March; she has asked for it twice.",
        booking="Bank transfer of the accounts department, booking 2026-0611",
    ),
    "de": Words(
        policy="Anliegen im Forum",
        blogs="Blogs über uns",
        playbooks=("Ein öffentliches Anliegen", "Ein Anliegen, das eskaliert"),
        steps=(
            "Den Kunden anrufen, bevor jemand öffentlich antwortet",
            "Eine Mahnsperre setzen, solange dies offen ist",
            "Im Thema sagen, wer sich kümmert und bis wann",
            "Nach weiteren Betroffenen suchen",
            "Die Pressestelle unterrichten",
        ),
        note="@bob bitte Herrn Petersen heute anrufen. Seit März hat niemand mit ihm gesprochen."
        " Vorher keine weiteren Schreiben.",
        case="Doppelt abgebucht, Mahnung und Inkasso",
        promise="Ein Anruf heute und eine schriftliche Antwort zum Inkassoschreiben",
        team="Kundenbetreuung",
        billing="Abrechnung",
        cases={
            "m.osterkamp": "Im März doppelt abgebucht, Mahnungen an die alte Anschrift",
            "A.Yilmaz": "Mahnung unter der alten Rechtsform",
            "freelance_tina": "Zweite Abbuchung vom März nicht erstattet",
            "K_Brinkmann_Holzbau": "Konto ohne Grund gesperrt",
        },
        fault="Wir haben im März doppelt abgebucht. Das Schreiben droht mit Inkasso, ohne dass jemand"
        " geantwortet hat.",
        defect="Text der zweiten Mahnung",
        defect_what="Droht binnen sieben Tagen mit Inkasso, auch wenn der Kunde widersprochen hat, nennt"
        " niemanden zum Anrufen und hat zwei Fehler im letzten Satz.",
        held="Mahnsperre gesetzt, Buchhaltung",
        waive="Die Mahnkosten kommen von unserer doppelten Abbuchung. Er hat dreimal geschrieben und keine"
        " Antwort bekommen.",
        month="Er konnte sein Konto eine Woche lang nicht nutzen und hat dreimal geschrieben.",
        credited="Gutschrift G-2026-31",
        thanks="Telefonat war gut. Danke, ehrlich.",
        settled="Konto wieder offen, ein Monat erlassen",
        refund="Im März doppelt abgebucht; sie hat zweimal darum gebeten.",
        booking="Überweisung der Buchhaltung, Beleg 2026-0611",
    ),
}
