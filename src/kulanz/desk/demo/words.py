"""What the people of the demonstration wrote, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Lang = Literal["de", "en"]


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
    letter: str


WORDS: Final[dict[Lang, Words]] = {
    "en": Words(
        policy="Issues in the forum",
        blogs="Blogs about us",
        playbooks=("An issue in public", "An issue that escalates"),
        steps=(
            "Call the customer before anybody writes to the audience",
            "Have dunning stopped while this is open",
            "Say in the thread who takes care of it, and until when",
            "Look for others who are affected",
            "Tell the press office",
        ),
        note="@bob please call Mr Petersen today. Nobody has spoken to him since March."
        " No more letters before that.",
        case="Charged twice, dunning and collection",
        promise="A call today, and a written answer about the collection letter",
        letter="Second reminder: pay within seven days, or we hand the matter over to collection.",
    ),
    "de": Words(
        policy="Anliegen im Forum",
        blogs="Blogs über uns",
        playbooks=("Ein öffentliches Anliegen", "Ein Anliegen, das eskaliert"),
        steps=(
            "Den Kunden anrufen, bevor jemand an das Publikum schreibt",
            "Das Mahnverfahren anhalten, solange dies offen ist",
            "Im Thema sagen, wer sich kümmert und bis wann",
            "Nach weiteren Betroffenen sehen",
            "Die Pressestelle unterrichten",
        ),
        note="@bob bitte Herrn Petersen heute anrufen. Seit März hat niemand mit ihm gesprochen."
        " Vorher keine weiteren Schreiben.",
        case="Doppelt abgebucht, Mahnung und Inkasso",
        promise="Ein Anruf heute und eine schriftliche Antwort zum Inkassoschreiben",
        letter="Zweite Mahnung: Zahlen Sie binnen sieben Tagen, sonst übergeben wir an Inkasso.",
    ),
}
