"""All that the desk holds about a person: what, why, from where and how long.

The page that a person sees, the export and its data dictionary are made of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kulanz.desk.rules.data_fields import Said

_PUBLIC: Final = Said("read in public, at the source", "öffentlich gelesen, an der Quelle")
_DESK: Final = Said("members of the company", "Mitarbeitende des Unternehmens")
_SYSTEMS: Final = Said("CRM and billing", "CRM und Abrechnung")
_RECKONED: Final = Said("reckoned by the program", "vom Programm berechnet")
_YOU: Final = Said("you", "Sie selbst")
_SEE_EARLY: Final = Said(
    "to notice early where customers need an answer", "um früh zu bemerken, wo Kunden eine Antwort brauchen"
)
_ANSWER: Final = Said("to look after your matter", "um sich um Ihr Anliegen zu kümmern")
_PROVE: Final = Said("so that what was done stays verifiable", "damit nachprüfbar bleibt, was getan wurde")
_STAKE: Final = Said(
    "to see what a matter is worth; nothing is refused because of it",
    "um zu sehen, was ein Anliegen wert ist; nichts wird deshalb verweigert",
)


@dataclass(frozen=True, slots=True)
class DataClass:
    """One kind of data. ``models`` are the tables it is kept in; ``retention`` the class it is removed with.

    An empty ``retention`` means: as long as the profile.
    """

    name: str
    models: tuple[str, ...]
    title: Said
    why: Said
    origin: Said
    retention: str
    fields: tuple[str, ...]


def _class(  # noqa: PLR0913, PLR0917 - a row of the table below
    name: str, models: str, title: Said, why: Said, origin: Said, retention: str, fields: str
) -> DataClass:  # fmt: skip
    return DataClass(name, tuple(models.split()), title, why, origin, retention, tuple(fields.split()))


CLASSES: Final[tuple[DataClass, ...]] = (
    _class(
        "profile", "person", Said("Profile", "Profil"), _ANSWER, _DESK, "people",
        "name role email customer_number note no_contact created_at objected_at restricted_at",
    ),
    _class(
        "accounts", "account", Said("Accounts", "Konten"), _SEE_EARLY, _PUBLIC, "posts",
        "source account role first_seen_at",
    ),
    _class(
        "posts", "post", Said("Public posts", "Öffentliche Beiträge"), _SEE_EARLY, _PUBLIC, "posts",
        "source account post conversation url created_at text links language likes hidden removed",
    ),
    _class(
        "changes", "revision", Said("Changes of your posts", "Änderungen an Ihren Beiträgen"), _PROVE,
        _PUBLIC, "posts", "post kind found_at diff",
    ),
    _class(
        "signals", "threadfindings", Said("Signals on your posts", "Signale zu Ihren Beiträgen"), _SEE_EARLY,
        _RECKONED, "posts", "post label share scorer",
    ),
    _class(
        "roles", "issuerole", Said("Roles in public matters", "Rollen in öffentlichen Anliegen"), _SEE_EARLY,
        _RECKONED, "posts", "account issue role posts",
    ),
    _class(
        "measures", "measure measurenotice", Said("Measures on your posts", "Maßnahmen an Ihren Beiträgen"),
        _PROVE, Said("members of the company, or seen at the source",
        "Mitarbeitende des Unternehmens oder an der Quelle gesehen"), "posts",
        "reference account post kind state rule why answer text at ended_at by",
    ),
    _class(
        "standing", "accountstanding", Said("Standing and its parts", "Ansehen und seine Teile"), _SEE_EARLY,
        _RECKONED, "posts", "part number points",
    ),
    _class(
        "reach", "accountstanding", Said("Reach", "Reichweite"), _SEE_EARLY, _RECKONED, "posts",
        "account reach at",
    ),
    _class(
        "customer", "customer", Said("Customer data", "Kundendaten"), _ANSWER, _SYSTEMS, "customers",
        "customer_number name email plan since revenue_per_month margin system told_at",
    ),
    _class(
        "claims", "claim", Said("Claims", "Forderungen"), _ANSWER, _SYSTEMS, "customers",
        "claim system amount due level what text told_at settled_at",
    ),
    _class(
        "letters", "dunningletter", Said("Dunning letters", "Mahnungen"), _ANSWER, _SYSTEMS, "customers",
        "claim level on what told_at",
    ),
    _class(
        "value", "stake", Said("What a matter is worth", "Was ein Anliegen wert ist"), _STAKE, _RECKONED,
        "cases", "case what value",
    ),
    _class(
        "cases", "case assessment", Said("Matters", "Anliegen"), _ANSWER, _DESK, "cases",
        "title state contact email outcome fault why opened_at closed_at",
    ),
    _class(
        "promises", "promise", Said("Promises", "Zusagen"), _ANSWER, _DESK, "cases",
        "case what by state made_at deadline settled_at",
    ),
    _class(
        "holds", "hold", Said("Paused dunning", "Mahnsperren"), _ANSWER, _DESK, "cases",
        "case claim state reason note made_at review_on ended_at",
    ),
    _class(
        "gestures", "gesture", Said("Goodwill", "Kulanz"), _ANSWER, _DESK, "cases",
        "case kind name amount state why answer made_at",
    ),
    _class(
        "messages", "message", Said("Messages", "Nachrichten"), _ANSWER,
        Said("you and the company", "Sie und das Unternehmen"), "cases",
        "case inbound channel sender by subject text attachments automatic at",
    ),
    _class(
        "replies", "reply", Said("Answers and their drafts", "Antworten und ihre Entwürfe"), _ANSWER, _DESK,
        "cases", "case channel by state subject text created_at sent_at",
    ),
    _class(
        "notes", "note", Said("Internal notes", "Interne Notizen"), _ANSWER, _DESK, "cases",
        "case by text at",
    ),
    _class(
        "private", "privatetopic", Said("Private conversations at sources", "Private Gespräche an Quellen"),
        _ANSWER, _YOU, "cases", "case source account at",
    ),
    _class(
        "status_pages", "statuspage", Said("Status pages", "Statusseiten"), _ANSWER, _DESK, "cases",
        "case made_at opened_at",
    ),
    _class(
        "satisfaction", "satisfaction closingnote",
        Said("What you said at the end", "Was Sie am Ende gesagt haben"), _ANSWER, _YOU, "cases",
        "case level text answer at",
    ),
    _class(
        "alike", "resemblance customermatch",
        Said("Perhaps the same as another profile", "Vielleicht dasselbe wie ein anderes Profil"), _ANSWER,
        _RECKONED, "people", "grounds share found_at",
    ),
    _class(
        "merges", "merge", Said("Merged profiles", "Zusammengeführte Profile"), _ANSWER, _DESK, "people",
        "why by at ended_at",
    ),
    _class(
        "history", "event", Said("What was done", "Was getan wurde"), _PROVE, _DESK, "events",
        "at noun action by reason",
    ),
    _class(
        "looks", "event presence", Said("Who looked, and when", "Wer nachgesehen hat, und wann"), _PROVE,
        _DESK, "events", "at noun by",
    ),
    _class(
        "log",
        "logentry opening silentedit",
        Said("Entries of the public log", "Einträge im öffentlichen Protokoll"),
        _PROVE,
        _DESK,
        "",
        "at kind action entry",
    ),
    _class(
        "requests", "datarequest", Said("Your requests", "Ihre Anträge"), _PROVE, _YOU, "requests",
        "kind state with_posts said longer answer made_at deadline by",
    ),
    _class(
        "links", "datalink", Said("Links to this page", "Links zu dieser Seite"), _PROVE, _YOU, "",
        "made_at ends_at opened_at",
    ),
)  # fmt: skip

LEFT_OUT: Final[dict[str, Said]] = {
    "dataletter": Said(
        "Mails and messages that are on their way to you, until they are sent.",
        "E-Mails und Nachrichten, die unterwegs zu Ihnen sind, bis sie verschickt sind.",
    ),
    "draftverdict": Said(
        "Whether a finding about our own drafts was wrong: a code, no words.",
        "Ob ein Befund zu unseren eigenen Entwürfen falsch war: ein Kürzel, keine Worte.",
    ),
    "shownfinding": Said(
        "What our own drafts were warned of: a code, no words.",
        "Wovor bei unseren eigenen Entwürfen gewarnt wurde: ein Kürzel, keine Worte.",
    ),
    "statement": Said(
        "Statements of reasons for the EU's database: they say of measures what stands above.",
        "Begründungen für die Datenbank der EU: Sie sagen zu Maßnahmen, was oben steht.",
    ),
    "appeal": Said(
        "Appeals: who made one is not kept; whoever did has a page of its own.",
        "Einsprüche: Wer einen eingelegt hat, wird nicht aufbewahrt; dafür gibt es eine eigene Seite.",
    ),
    "appealmessage": Said(
        "What was said in appeals: it stands on their pages.",
        "Was in Einsprüchen gesagt wurde: Es steht auf deren Seiten.",
    ),
    "publishedmonth": Said(
        "Published figures of a month: counts of the whole company, nobody is named.",
        "Veröffentlichte Zahlen eines Monats: Summen des ganzen Unternehmens, niemand ist genannt.",
    ),
    "escalation": Said(
        "Which of our members were told that a promise ends.",
        "Welche unserer Mitarbeitenden erfuhren, dass eine Zusage endet.",
    ),
    "erasure": Said(
        "That somebody was erased: nothing else is left of them.",
        "Dass jemand gelöscht wurde: mehr ist nicht übrig.",
    ),
}
"""Tables that hang on a person and say nothing about them."""

OF_ACCOUNTS: Final = tuple(
    each
    for each in CLASSES
    if each.name in ("accounts", "posts", "changes", "signals", "roles", "measures", "reach")
)
"""What hangs on an account and tells nothing of the customer behind it."""
ELSEWHERE: Final[tuple[Said, ...]] = (
    Said(
        "Pages of sources as they came, which hold your posts: the same words as above, kept to read them"
        " again.",
        "Seiten der Quellen, wie sie kamen, mit Ihren Beiträgen: dieselben Worte wie oben, aufgehoben, um sie"
        " erneut zu lesen.",
    ),
    Said(
        "What others wrote, even where it mentions you: it is their data, too (GDPR Art. 15(4)).",
        "Was andere geschrieben haben, auch wo Sie erwähnt sind: Es sind auch deren Daten (Art. 15 Abs. 4"
        " DSGVO).",
    ),
    Said(
        "Copies of the database that the company makes, until their time is over.",
        "Sicherungen der Datenbank, die das Unternehmen anlegt, bis ihre Zeit um ist.",
    ),
)
"""What the page and the export do not show."""
