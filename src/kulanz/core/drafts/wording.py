"""Findings in words, German and English: why it matters, and a better direction."""

from __future__ import annotations

from typing import Final

_ENGLISH: Final = {
    "addresses": ("Nobody is spoken to: the person reads a statement, not an answer.", "Name the person and speak of what they told you."),
    "answers": ("A question stays open, and it will be asked again, louder.", "Answer each question, also with “I do not know yet, I will tell you by …”."),
    "action": ("It does not say what happens now.", "Say the next step, however small."),
    "who": ("Nobody in person takes it on.", "Say who does it: yourself, or a colleague by name."),
    "deadline": ("Without a time, every day of waiting feels like silence.", "Say by when they hear from you, and keep it."),
    "contact": ("They do not know whom to turn to next time.", "Give a name and a way that leads to that person."),
    "apology": ("What went wrong is not owned.", "Say sorry for what the company did, without “if” and “but”."),
    "empathy": ("What it means for the person does not appear.", "Name it in their terms: the lost day, the worry, the money that is missing."),
    "quotes_terms": ("Terms and law tell a customer that they are an opponent.", "Leave the clause out; say what you can do. If a rule binds you, say so in your own words, once."),
    "argues_right": ("Being right wins the sentence and loses the customer, and everybody who reads along.", "Let it stand. Say what you do for them now."),
    "lists_facts": ("A list of facts reads like a charge, and each one invites a reply.", "Keep it for the private talk; say what follows from it for them."),
    "blames": ("Whoever is blamed defends themselves.", "Leave open who did it; say how it gets right."),
    "condescends": ("It talks down to the person.", "Write as you would to somebody you respect and know well."),
    "canned": ("A stock phrase shows that nobody has read what they wrote.", "Delete it, or say the same of this one case."),
    "sends_away": ("They came here because the other ways did not help.", "Take it along yourself: pass it on, and tell them who calls."),
    "passive_defence": ("“It was processed” hides who did it, and sounds like an excuse.", "Write in the active voice: we did, I will."),
    "threatens": ("A threat hardens the front and is quoted for years.", "Leave it out. What must be said about consequences is said in private, by somebody entitled to."),
    "false_apology": ("Being sorry for a feeling puts the fault on them.", "Be sorry for what happened: “We booked it twice. I am sorry.”"),
    "audience": ("It speaks about the customer to those who read along.", "Speak to the person. Others see how you treat them."),
    "personal_data": ("This reveals personal data to everybody.", "Take it out, or send it in private."),
    "overpromises": ("What nobody can promise becomes the next complaint.", "Promise what is in your hands, with a time."),
    "contradicts": ("It does not agree with what the company wrote before.", "Check it. If it has changed, say so and why."),
    "promise_open": ("The company promised this here and has not said whether it was kept.", "Say first what became of it."),
}  # fmt: skip
_GERMAN: Final = {
    "addresses": ("Niemand wird angesprochen: Es liest sich wie eine Verlautbarung, nicht wie eine Antwort.", "Nennen Sie die Person und sprechen Sie von dem, was sie geschrieben hat."),
    "answers": ("Eine Frage bleibt offen und wird wiederkommen, lauter.", "Beantworten Sie jede Frage, auch mit „Das weiß ich noch nicht, ich sage es Ihnen bis …“."),
    "action": ("Es steht nicht da, was jetzt geschieht.", "Nennen Sie den nächsten Schritt, auch einen kleinen."),
    "who": ("Niemand nimmt die Sache persönlich in die Hand.", "Sagen Sie, wer es tut: Sie selbst oder jemand mit Namen."),
    "deadline": ("Ohne Zeitpunkt fühlt sich jeder Tag wie Schweigen an.", "Sagen Sie, bis wann die Person von Ihnen hört, und halten Sie es."),
    "contact": ("Die Person weiß nicht, an wen sie sich beim nächsten Mal halten kann.", "Nennen Sie einen Namen und einen Weg, der zu ihm führt."),
    "apology": ("Niemand steht für das ein, was schiefging.", "Bitten Sie um Entschuldigung für das, was das Unternehmen getan hat, ohne „falls“ und „aber“."),
    "empathy": ("Was es für die Person bedeutet, kommt nicht vor.", "Benennen Sie es mit ihren Augen: den verlorenen Tag, die Sorge, das fehlende Geld."),
    "quotes_terms": ("Wer mit Vertrag und Gesetz kommt, macht aus dem Kunden einen Gegner.", "Lassen Sie die Klausel weg und sagen Sie, was Sie tun können. Bindet Sie eine Regel, sagen Sie es einmal, in eigenen Worten."),
    "argues_right": ("Recht zu behalten gewinnt den Satz und verliert den Kunden und alle, die mitlesen.", "Lassen Sie es stehen. Sagen Sie, was Sie jetzt für die Person tun."),
    "lists_facts": ("Eine Liste von Tatsachen liest sich wie eine Anklage, und jede lädt zum Widerspruch ein.", "Heben Sie sie für das Gespräch auf; sagen Sie, was für die Person daraus folgt."),
    "blames": ("Wer beschuldigt wird, verteidigt sich.", "Lassen Sie offen, wer es war; sagen Sie, wie es gut wird."),
    "condescends": ("Es redet von oben herab.", "Schreiben Sie wie an jemanden, den Sie achten und gut kennen."),
    "canned": ("Ein Textbaustein zeigt, dass niemand gelesen hat, was da stand.", "Streichen Sie ihn, oder sagen Sie dasselbe von diesem einen Fall."),
    "sends_away": ("Die Person ist hier, weil die anderen Wege nicht geholfen haben.", "Nehmen Sie es mit: Geben Sie es weiter und sagen Sie, wer sich meldet."),
    "passive_defence": ("„Es wurde bearbeitet“ verbirgt, wer es war, und klingt nach Ausrede.", "Schreiben Sie im Aktiv: Wir haben, ich werde."),
    "threatens": ("Eine Drohung verhärtet die Fronten und wird jahrelang zitiert.", "Lassen Sie sie weg. Was über Folgen gesagt werden muss, sagt jemand Befugtes, nicht öffentlich."),
    "false_apology": ("Ein Gefühl zu bedauern schiebt der Person die Schuld zu.", "Bedauern Sie, was geschehen ist: „Wir haben doppelt abgebucht. Das tut mir leid.“"),
    "audience": ("Es spricht vor den Mitlesenden über den Kunden.", "Sprechen Sie mit der Person. Die anderen sehen, wie Sie mit ihr umgehen."),
    "personal_data": ("Das macht persönliche Daten allen bekannt.", "Nehmen Sie es heraus oder schreiben Sie es nicht öffentlich."),
    "overpromises": ("Was niemand versprechen kann, wird die nächste Beschwerde.", "Versprechen Sie, was in Ihrer Hand liegt, mit einem Zeitpunkt."),
    "contradicts": ("Es passt nicht zu dem, was das Unternehmen vorher geschrieben hat.", "Prüfen Sie es. Hat sich etwas geändert, sagen Sie das und warum."),
    "promise_open": ("Das hat das Unternehmen hier versprochen und nicht gesagt, ob es gehalten wurde.", "Sagen Sie zuerst, was daraus geworden ist."),
}  # fmt: skip
FINDINGS: Final = {"en": _ENGLISH, "de": _GERMAN}

NAMES: Final = {
    "en": {
        "addresses": "speaks to the person", "answers": "answers what was asked", "action": "says what happens",
        "who": "says who does it", "deadline": "says by when", "contact": "gives a named contact", "apology": "apology",
        "empathy": "empathy", "quotes_terms": "quotes contract, terms, process or law",
        "argues_right": "argues about being right", "lists_facts": "lists facts against the customer",
        "blames": "blames", "condescends": "talks down", "canned": "stock phrase", "sends_away": "sends away",
        "passive_defence": "defends in the passive", "threatens": "threatens", "false_apology": "no real apology",
        "audience": "speaks to the audience", "personal_data": "personal data", "overpromises": "promises too much",
        "contradicts": "contradicts what was written before", "promise_open": "promise not told of",
    },
    "de": {
        "addresses": "spricht die Person an", "answers": "antwortet auf die Fragen", "action": "sagt, was geschieht",
        "who": "sagt, wer es tut", "deadline": "sagt, bis wann", "contact": "nennt eine Person, die erreichbar ist",
        "apology": "Entschuldigung", "empathy": "Einfühlung", "quotes_terms": "hält Vertrag, Regeln oder Gesetz vor",
        "argues_right": "will recht behalten", "lists_facts": "zählt Tatsachen gegen den Kunden auf",
        "blames": "gibt die Schuld", "condescends": "redet von oben herab", "canned": "Textbaustein",
        "sends_away": "schickt weg", "passive_defence": "verteidigt sich im Passiv", "threatens": "droht",
        "false_apology": "keine echte Entschuldigung", "audience": "spricht zum Publikum",
        "personal_data": "persönliche Daten", "overpromises": "verspricht zu viel",
        "contradicts": "widerspricht früheren Beiträgen", "promise_open": "Versprechen ohne Auskunft",
    },
}  # fmt: skip
DATA: Final = {
    "en": {
        "iban": "bank account", "card": "card number", "email": "e-mail address", "phone": "telephone number",
        "address": "postal address", "birth": "date of birth", "number": "customer, order or case number",
        "amount": "amount", "payment": "payment history", "health": "health", "name": "name", "details": "details read back",
        "case": "what a customer did, had or bought",
    },
    "de": {
        "iban": "Bankverbindung", "card": "Kartennummer", "email": "E-Mail-Adresse", "phone": "Telefonnummer",
        "address": "Anschrift", "birth": "Geburtsdatum", "number": "Kunden-, Bestell- oder Vorgangsnummer",
        "amount": "Betrag", "payment": "Zahlungsverhalten", "health": "Gesundheit", "name": "Name", "details": "Angaben zum Abgleich",
        "case": "was ein Kunde getan, gehabt oder gekauft hat",
    },
}  # fmt: skip
LIMIT: Final = {
    "en": "more than the {most} that you may grant yourself",
    "de": "mehr als die {most}, die Sie selbst gewähren dürfen",
}
POSITION: Final = {
    "en": {
        "private": "A private answer.",
        "first": "This is the first public answer. Good ones name a person, an action and a time, then go on in private.",
        "later": "The company has answered here before. Add what is new, and go on in private.",
        "second_argument": "This would be the second public answer that argues. It will not convince; offer a call or a private message.",
        "four_eyes": "This would be public answer number {number} in a dispute: let a second person read it first.",
        "hardened": "The fronts have hardened. Consider silence here, a call, a private message, or a short closing note.",
    },
    "de": {
        "private": "Eine Antwort, die nicht öffentlich ist.",
        "first": "Das ist die erste öffentliche Antwort. Gute nennen Person, Schritt und Zeitpunkt und gehen dann privat weiter.",
        "later": "Das Unternehmen hat hier schon geantwortet. Ergänzen Sie, was neu ist, und gehen Sie privat weiter.",
        "second_argument": "Das wäre die zweite öffentliche Antwort, die argumentiert. Sie überzeugt nicht; bieten Sie einen Anruf oder eine private Nachricht an.",
        "four_eyes": "Das wäre öffentliche Antwort Nummer {number} in einem Streit: Lassen Sie sie vorher von einer zweiten Person lesen.",
        "hardened": "Die Fronten sind verhärtet. Denken Sie an Schweigen an dieser Stelle, einen Anruf, eine private Nachricht oder ein kurzes Schlusswort.",
    },
}  # fmt: skip
REMARKS: Final = {
    "en": {
        "longer": "It is {ratio} times as long as what the customer wrote.",
        "shorter": "It is much shorter than what the customer wrote: does it leave something unanswered?",
        "sharper": "It sounds sharper than the customer.",
        "address": "The draft says “du” where the customer says “Sie”, or the other way round.",
    },
    "de": {
        "longer": "Es ist {ratio}-mal so lang wie der Text des Kunden.",
        "shorter": "Es ist viel kürzer als der Text des Kunden: Bleibt etwas unbeantwortet?",
        "sharper": "Es klingt schärfer als der Kunde.",
        "address": "Der Entwurf sagt „du“, wo der Kunde „Sie“ schreibt, oder umgekehrt.",
    },
}
EFFECT: Final = {
    "en": {
        "calmer": "The forecast of a dispute falls from {before} % to {low} to {high} %.",
        "sharper": "The forecast of a dispute rises from {before} % to {low} to {high} %.",
        "unclear": "The forecast of a dispute is {before} % now and {low} to {high} % with this draft: no clear effect.",
    },
    "de": {
        "calmer": "Die Prognose eines Streits sinkt von {before} % auf {low} bis {high} %.",
        "sharper": "Die Prognose eines Streits steigt von {before} % auf {low} bis {high} %.",
        "unclear": "Die Prognose eines Streits ist jetzt {before} %, mit diesem Entwurf {low} bis {high} %: keine klare Wirkung.",
    },
}  # fmt: skip
