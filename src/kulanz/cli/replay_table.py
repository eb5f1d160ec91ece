"""A replay in the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kulanz.cli.replaying import Step, look_every
from kulanz.core.sentences import sentence
from kulanz.core.spoken import Lang
from kulanz.pages import formats, safe
from kulanz.pages.words import Words

WIDE: Final = 110
_TEXTS: Final = {
    "en": {
        "when": "Time",
        "who": "Author",
        "belief": "Belief",
        "news": "What is new",
        "alert": "ALERT",
        "alerts": "An alert would have come after {posts}.",
        "low": "No alert would have come: the score reached {score}, the policy asks for {threshold}.",
        "held": "No alert would have come: the score reached {score}, but too briefly or on too little.",
        "post": "post {number} ({time})",
        "looks": "Rules were asked after every {count} posts, because the thread is long.",
    },
    "de": {
        "when": "Zeit",
        "who": "Wer",
        "belief": "Prognose",
        "news": "Was neu ist",
        "alert": "ALARM",
        "alerts": "Ein Alarm wäre nach {posts} gekommen.",
        "low": "Kein Alarm wäre gekommen: Der Score stieg bis {score}, die Alarmregel verlangt {threshold}.",
        "held": "Kein Alarm wäre gekommen: Der Score stieg bis {score}, aber zu kurz oder ohne genug Belege.",
        "post": "Beitrag {number} ({time})",
        "looks": "Die Regeln wurden nach je {count} Beiträgen gefragt, weil der Thread lang ist.",
    },
}  # fmt: skip


def print_replay(console: Console, steps: Sequence[Step], threshold: float, lang: Lang) -> None:
    """Print one row a post, then when an alert would have come at the policy's ``threshold``."""
    words, texts = Words(lang), _TEXTS[lang]
    table = _columns(words, wide=console.width >= WIDE)
    for step in steps:
        table.add_row(*_cells(step, words, wide=console.width >= WIDE))
    console.print(table)
    console.print(_conclusion(steps, threshold, words), soft_wrap=True, highlight=False, markup=False)
    if look_every(len(steps)) > 1:
        console.print(texts["looks"].format(count=look_every(len(steps))), soft_wrap=True, highlight=False)


def _columns(words: Words, *, wide: bool) -> Table:
    texts = _TEXTS[words.lang]
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1), collapse_padding=True)
    table.add_column("#", justify="right", no_wrap=True)
    table.add_column(texts["when"], no_wrap=True)
    if wide:
        table.add_column(texts["who"], no_wrap=True)
    table.add_column(words("score"), justify="right", no_wrap=True)
    table.add_column(texts["belief"], justify="right", no_wrap=True)
    table.add_column(words("stage"), no_wrap=True)
    table.add_column(texts["news"], overflow="fold")
    return table


def _cells(step: Step, words: Words, *, wide: bool) -> list[Text]:
    lang, post = words.lang, step.post
    style = "bold" if step.decision.verdict == "alert" else ""
    return [
        Text(str(step.number)),
        Text(f"{post.created_at:%Y-%m-%d %H:%M}" if post.created_at else formats.MISSING),
        *([Text(safe.line(post.author_id or formats.MISSING, 20))] if wide else []),
        Text(formats.percent(step.score, lang)),
        Text(formats.percent(step.belief, lang)),
        Text(words(f"stage_{step.stage}")),
        Text("; ".join(_news(step, words)), style=style),
    ]


def _news(step: Step, words: Words) -> Iterator[str]:
    if step.decision.verdict == "alert":
        yield _TEXTS[words.lang]["alert"]
    told = {rule.code for rule in step.fired}
    for code in step.events:
        if code not in told:
            yield words.known(f"mark_{code}", code)
    for rule in step.fired:
        yield sentence(rule.code, words.lang, rule.numbers)


def _conclusion(steps: Sequence[Step], threshold: float, words: Words) -> str:
    texts = _TEXTS[words.lang]
    alerts = [step for step in steps if step.decision.verdict == "alert"]
    if alerts:
        return texts["alerts"].format(posts=", ".join(_named(step, words) for step in alerts))
    highest = max(step.score for step in steps)
    score, asked = formats.percent(highest, words.lang), formats.percent(threshold, words.lang)
    return texts["low" if highest < threshold else "held"].format(score=score, threshold=asked)


def _named(step: Step, words: Words) -> str:
    moment = formats.time(step.post.created_at, words.lang)
    return _TEXTS[words.lang]["post"].format(number=step.number, time=moment)
