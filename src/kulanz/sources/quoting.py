"""Tell quoted lines from the writer's own lines in plain text."""

from __future__ import annotations

import re
from typing import Final

QUOTE_MARK: Final = "\x00"
"""A line that consists of this stands where a quote was cut out of HTML or BBCode."""

_EMOTICON = re.compile(r">\s?[:;=.][-'oO]?[()<>DPp|/\\_]")
_VERB = re.compile(
    r"\b(?:wrote|writes|said|schrieb|schreibt|a écrit|écrivait|escribió|ha scritto|scrive|schreef)\b"
)
_OPENS = re.compile(
    r"(?:On|Am|Le|El|Il|Op|Em|Den|Der|Die|Zitat|\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4})\b"
)
_NAMED = re.compile(
    r"@?(?:[\w.'<>\"-]+ ){1,4}(?:wrote|writes|said|schrieb|schreibt|a écrit)(?: in .{1,200})?:"
)
_DATED_SENDER = re.compile(r"\d{4}-\d\d-\d\d\b.{0,200}<.{3,100}>:")
_ATTRIBUTION_LINES: Final = 3
_ATTRIBUTION_CHARS: Final = 300


def is_quoted(line: str) -> bool:
    """Whether a line is quoted by ``>``; an angry face such as ``>:(`` is not a quote."""
    bare = line.lstrip()
    return bare.startswith((">", QUOTE_MARK)) and not _EMOTICON.match(bare)


def split_quoted(text: str) -> tuple[str, list[str]]:
    """Split text into own lines and quotes; "X wrote:" above a quote goes with it."""
    own: list[str] = []
    quotes: list[str] = []
    block: list[str] = []
    for line in text.split("\n"):
        if is_quoted(line):
            if not block:
                block = _take_attribution(own)
            block.append(line)
        else:
            _close(block, quotes)
            block = []
            own.append(line)
    _close(block, quotes)
    return "\n".join(own), quotes


def attribution_length(lines: list[str]) -> int:
    """How many of the last lines are an attribution such as "On Monday Ann wrote:"; 0 if none."""
    if not lines or not lines[-1].rstrip().endswith(":"):
        return 0
    for count in range(1, min(_ATTRIBUTION_LINES, len(lines)) + 1):
        if _is_attribution(" ".join(line.strip() for line in lines[-count:])):
            return count
    return 0


def _is_attribution(joined: str) -> bool:
    if len(joined) > _ATTRIBUTION_CHARS:
        return False
    if _NAMED.fullmatch(joined) or _DATED_SENDER.fullmatch(joined):
        return True
    dated = any(char.isdigit() for char in joined)
    return dated and _OPENS.match(joined) is not None and _VERB.search(joined) is not None


def _take_attribution(own: list[str]) -> list[str]:
    end = len(own)
    while end and not own[end - 1].strip():
        end -= 1
    count = attribution_length(own[max(0, end - _ATTRIBUTION_LINES) : end])
    if not count:
        return []
    taken = own[end - count : end]
    del own[end - count :]
    return taken


def _close(block: list[str], quotes: list[str]) -> None:
    text = "\n".join(_unmark(line) for line in block).strip()
    if text:
        quotes.append(text)


def _unmark(line: str) -> str:
    return line.lstrip("> \t" + QUOTE_MARK) if is_quoted(line) else line
