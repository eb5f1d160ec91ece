"""The templates that come with Kulanz, in formal German and in English, with gaps for what only people know."""

from __future__ import annotations

from typing import Final, NamedTuple

from kulanz.core.spoken import Lang


class Shipped(NamedTuple):
    """A template as it comes. ``use`` is one of ``USES``."""

    use: str
    language: Lang
    name: str
    subject: str
    text: str


USES: Final = (
    "first_public", "handover", "apology", "promise_kept", "promise_missed", "closing", "goodwill", "moderation",
)  # fmt: skip
SHIPPED: Final = (
    Shipped(
        "first_public", "de", "Erste öffentliche Antwort", "",
        """Guten Tag {customer},

dass Sie damit allein gelassen wurden, ist ärgerlich, und das tut mir leid. Ich bin {contact} und kümmere mich persönlich darum.

{next}

Bis {promise_until} sage ich Ihnen, was ich herausgefunden habe. Alles, was nur Sie betrifft, schreibe ich Ihnen in einer privaten Nachricht. Dort erreichen Sie mich auch direkt.

Viele Grüße
{contact}""",
    ),
    Shipped(
        "first_public", "en", "First public answer", "",
        """Hello {customer},

You were left alone with this. That is frustrating, and I am sorry. I am {contact}, and I am looking after it myself.

{next}

I will tell you what I found by {promise_until}. Whatever concerns only you I will send you in a private message, and you can reach me there directly.

Kind regards
{contact}""",
    ),
    Shipped(
        "handover", "de", "Übergang ins Private", "Ihr Anliegen, und wer sich darum kümmert",
        """Guten Tag {customer},

ich schreibe Ihnen hier weiter, damit Ihre Angelegenheit nicht vor allen ausgebreitet wird. Wie viel Zeit und Nerven Sie das schon gekostet hat, habe ich gelesen. Das tut mir leid.

Ich bin {contact} und bleibe Ihre Ansprechperson, bis es gelöst ist. Antworten Sie einfach auf diese Nachricht, sie kommt direkt bei mir an.

{next}

Bis {promise_until} hören Sie von mir.

Viele Grüße
{contact}""",
    ),
    Shipped(
        "handover", "en", "Handover to private", "Your matter, and who looks after it",
        """Hello {customer},

I am writing to you here so that your affairs are not spread out in front of everybody. I have read how much time and worry this has cost you already, and I am sorry.

I am {contact}, and I stay your contact until it is solved. Just reply to this message, it reaches me directly.

{next}

You will hear from me by {promise_until}.

Kind regards
{contact}""",
    ),
    Shipped(
        "apology", "de", "Entschuldigung", "Es tut uns leid",
        """Guten Tag {customer},

wir haben einen Fehler gemacht: {what}

Das tut mir leid. Sie hatten den Ärger und die Arbeit damit, und beides hätten wir Ihnen ersparen müssen.

{next}

Bis {promise_until} melde ich mich bei Ihnen und sage Ihnen, dass es erledigt ist. Wenn Ihnen vorher etwas auf dem Herzen liegt, antworten Sie mir direkt auf diese Nachricht.

Viele Grüße
{contact}""",
    ),
    Shipped(
        "apology", "en", "Apology", "We are sorry",
        """Hello {customer},

We made a mistake: {what}

I am sorry. You had the trouble and the work with it, and we should have spared you both.

{next}

I will write to you by {promise_until} and tell you that it is done. If there is anything before that, reply to this message and you reach me directly.

Kind regards
{contact}""",
    ),
    Shipped(
        "promise_kept", "de", "Zusage gehalten", "Wie versprochen",
        """Guten Tag {customer},

ich hatte Ihnen etwas versprochen: {promise}. Das habe ich getan: {what}

{next}

Ich weiß, dass Sie lange darauf gewartet haben, und es tut mir leid, dass es überhaupt nötig war. Bis {promise_until} melde ich mich wieder und frage Sie, ob alles passt. Antworten Sie mir direkt auf diese Nachricht, wenn noch etwas fehlt.

Viele Grüße
{contact}""",
    ),
    Shipped(
        "promise_kept", "en", "Promise kept", "As promised",
        """Hello {customer},

I promised you something: {promise}. I have done it: {what}

{next}

I know you waited a long time for this, and I am sorry that it was needed at all. I will look again by {promise_until} whether it has stayed that way. Reply to this message if anything is missing, and you reach me directly.

Kind regards
{contact}""",
    ),
    Shipped(
        "promise_missed", "de", "Zusage nicht gehalten", "Meine Zusage an Sie",
        """Guten Tag {customer},

ich habe mein Wort nicht gehalten. Ich hatte Ihnen etwas versprochen: {promise}. Sie haben vergeblich gewartet, und das tut mir leid.

Woran es lag: {what}

{next}

Bis {promise_until} bekommen Sie von mir Bescheid, auch wenn noch nicht alles fertig ist. Sie erreichen mich direkt, wenn Sie auf diese Nachricht antworten.

Viele Grüße
{contact}""",
    ),
    Shipped(
        "promise_missed", "en", "Promise missed", "My promise to you",
        """Hello {customer},

I did not keep my word. I had promised you something: {promise}. You waited for nothing, and I am sorry.

This is why: {what}

{next}

You will hear from me by {promise_until}, even if not everything is done by then. You reach me directly when you reply to this message.

Kind regards
{contact}""",
    ),
    Shipped(
        "closing", "de", "Schlusswort", "",
        """Guten Tag {customer},

danke, dass Sie mit mir zusammen eine Lösung gefunden haben, obwohl es Sie Zeit und Nerven gekostet hat. Es tut mir leid, dass es so weit kommen musste.

Damit es anderen nicht ebenso geht: {next}

Bis {promise_until} schreibe ich hier, was daraus geworden ist. Für alles Weitere erreichen Sie mich direkt, in unserer privaten Nachricht.

Viele Grüße
{contact}""",
    ),
    Shipped(
        "closing", "en", "Closing note", "",
        """Hello {customer},

Thank you for finding a solution together with me, although it cost you time and worry. I am sorry that it had to come this far.

So that others do not go through the same: {next}

I will write here by {promise_until} what became of it. For everything else you reach me directly, in our private message.

Kind regards
{contact}""",
    ),
    Shipped(
        "goodwill", "de", "Kulanzangebot", "Ein Angebot von uns",
        """Guten Tag {customer},

das Ganze hat Sie Zeit und Nerven gekostet. Das tut mir leid, und ungeschehen machen kann ich es nicht. Ich möchte Ihnen aber etwas anbieten: {gesture}.

Sie müssen dafür nichts tun und auf nichts verzichten. Antworten Sie mir mit Ja, und ich leite es am selben Tag in die Wege. Wenn Ihnen etwas anderes mehr hilft, sagen Sie es mir.

{next}

Ich melde mich bis {promise_until} bei Ihnen. Sie erreichen mich direkt, wenn Sie auf diese Nachricht antworten.

Viele Grüße
{contact}""",
    ),
    Shipped(
        "goodwill", "en", "Goodwill offer", "An offer from us",
        """Hello {customer},

All this has cost you time and worry. I am sorry, and I cannot undo it. But I would like to offer you something: {gesture}.

You do not have to do or give up anything for it. Answer yes, and I will see to it the same day. If something else would help you more, tell me.

{next}

I will write to you by {promise_until}. You reach me directly when you reply to this message.

Kind regards
{contact}""",
    ),
    Shipped(
        "moderation", "de", "Hinweis der Moderation", "Ihr Beitrag",
        """Guten Tag {customer},

ich bin {contact} und habe Ihren Beitrag gelesen. Was Sie ärgert, verstehe ich, und Ihre Kritik bleibt stehen. Eines habe ich geändert: {what}

Es tut mir leid, dass ich in Ihre Worte eingreifen musste. Der Grund ist diese Regel unserer Community: {rule}

{next}

Sie sehen es anders? Antworten Sie mir direkt auf diese Nachricht. Dann sieht es sich bis {promise_until} eine zweite Person an, und ich sage Ihnen, wie sie entschieden hat.

Viele Grüße
{contact}""",
    ),
    Shipped(
        "moderation", "en", "Moderation notice", "Your post",
        """Hello {customer},

I am {contact}, and I have read your post. I understand what angers you, and your criticism stays. One thing I have changed: {what}

I am sorry that I had to touch your words. The reason is this rule of our community: {rule}

{next}

If you disagree, reply to this message, it reaches me directly. A second person will then look at it by {promise_until}, and I will tell you what they decided.

Kind regards
{contact}""",
    ),
)  # fmt: skip
