"""Cut a mail's text down to what its writer wrote."""

from __future__ import annotations

import re
from typing import Final

from kulanz.sources.quoting import attribution_length, is_quoted

_CUT: Final = re.compile(
    r"""--\s*
    | -{2,}\s*(?:original\ message|original\ appointment|ursprüngliche\ nachricht|original-?nachricht
        |forwarded\ message|weitergeleitete\ nachricht|message\ d.origine|forwarded\ by\ .{1,200})\s*-*
    | (?:begin\ forwarded\ message|anfang\ der\ weitergeleiteten\ (?:nachricht|e-mail)):
    | _{20,}
    | -----BEGIN\ PGP\ SIGNATURE-----
    | to\ unsubscribe\ from\ this\ (?:list|group).*
    | you\ received\ this\ message\ because\ you\ are\ subscribed\ to\ .*
    """,
    re.VERBOSE | re.IGNORECASE,
)
_FOOTER: Final = re.compile(
    r"""(?:sent|gesendet)\ (?:from|with|via|von|mit|aus)
        \ (?:my|meine[mr]?|der|dem|mail|yahoo|outlook|proton|samsung)\b.{0,80}
    | von\ meinem\ .{1,60}\ gesendet\.?
    | diese\ (?:nachricht|e-?mail)\ wurde\ von\ meinem\ .{1,80}\ gesendet\.?
    | get\ outlook\ for\ .{1,40}
    | outlook\ für\ .{1,20}\ beziehen.{0,20}
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SENDER = re.compile(r"\*?(?:von|from|de):\*?\s+\S.*", re.IGNORECASE)
_FIELD = re.compile(r"\*?(?:gesendet|datum|an|betreff|cc|sent|date|to|subject|reply-to):\*?\s", re.IGNORECASE)
_PGP_START = re.compile(r"-----BEGIN PGP SIGNED MESSAGE-----\n(?:Hash: .{0,80}\n)?\n?")
_TIME_OR_ADDRESS = re.compile(r"\b\d{1,2}[:.h]\d\d\b(?!\.)|@")
_HEADER_LINES: Final = 5
_NEEDED_FIELDS: Final = 2
_LONGEST_LINE: Final = 400


def trim_mail(text: str) -> tuple[str, tuple[str, ...]]:
    """Split a mail's text into the writer's part and what was cut from it.

    Cut are the signature, list and mobile footers, and a message repeated below without
    ``>`` marks (Outlook's header block, "Am ... schrieb ...:"). Lines marked ``>`` stay:
    they may stand between answers and are for ``plain_to_text`` to separate.
    """
    if text.startswith("-----BEGIN PGP SIGNED"):
        text = _PGP_START.sub("", text, count=1)
    lines = text.replace("\r\n", "\n").split("\n")
    end = _end_of_own(lines)
    own = [line for line in lines[:end] if not _is_footer(line)]
    cut = [line.strip() for line in lines[:end] if _is_footer(line)]
    rest = "\n".join(lines[end:]).strip()
    return "\n".join(own).rstrip(), (*cut, rest) if rest else tuple(cut)


def _end_of_own(lines: list[str]) -> int:
    last_quoted = max((i for i, line in enumerate(lines) if is_quoted(line)), default=-1)
    for i, line in enumerate(lines):
        bare = line.strip()
        if not bare or len(bare) > _LONGEST_LINE:
            continue
        if _CUT.fullmatch(bare) or (
            _SENDER.fullmatch(bare) and _is_header_block(lines[i + 1 :][:_HEADER_LINES])
        ):
            return i
        # Where no marked line follows, the end of the repeated message cannot be told.
        if i > last_quoted and (count := _client_attribution(lines[max(0, i - 2) : i + 1])):
            return i - count + 1
    return len(lines)


def _is_header_block(following: list[str]) -> bool:
    return sum(_FIELD.match(line.strip() + " ") is not None for line in following) >= _NEEDED_FIELDS


def _client_attribution(lines: list[str]) -> int:
    """Like ``attribution_length``, but only as mail programs write it: with time or address."""
    count = attribution_length(lines)
    return count if count and _TIME_OR_ADDRESS.search(" ".join(lines[-count:])) else 0


def _is_footer(line: str) -> bool:
    bare = line.strip()
    return 0 < len(bare) <= _LONGEST_LINE and _FOOTER.fullmatch(bare) is not None
