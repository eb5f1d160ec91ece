"""Bytes of unknown or wrongly declared encoding become text, without failing."""

from __future__ import annotations

import codecs
import re
from email.errors import HeaderParseError
from email.header import decode_header
from typing import Final

_KNOWN: Final = re.compile(
    r"(?:ascii|utf-(?:8|16|32)(?:-[bl]e)?|utf-8-sig|iso8859-\d+|cp\d+|koi8-[rut]|mac-\w+|tis-620"
    r"|gb2312|gbk|gb18030|hz|big5|big5hkscs|shift_jis(?:_2004|x0213)?|euc_\w+|iso2022_\w+|johab|utf-7)"
)
_LATIN_1_LAST: Final = 0xFF
_WEST_EUROPEAN: Final = frozenset(("ascii", "iso8859-1", "cp1252", "utf-8", "utf-8-sig"))

# UTF-8 read as Windows-1252 looks like these lead characters with continuation characters.
# Only leads that open punctuation, Latin-1 letters or emoji are repaired: others occur in real text.
_TAIL: Final = "[\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
_TWICE = re.compile(f"[ÂÃ]{_TAIL}|â[€‚„]{_TAIL}|ðŸ{_TAIL}{{2}}")


def decode(data: bytes, declared: str | None) -> str:
    """Decode bytes whose declared charset may be wrong.

    Valid UTF-8 beyond ASCII is taken for UTF-8 whatever was declared, since other encodings
    hardly ever produce it; West European and unknown charsets fall back to Windows-1252.
    """
    name = codec_name(declared)
    if not data.isascii():
        try:
            return repair(data.decode("utf-8"))
        except UnicodeDecodeError:
            pass
    if name is None or name in _WEST_EUROPEAN:
        return repair(data.decode("cp1252", "replace"))
    return data.decode(name, "replace")


def codec_name(declared: str | None) -> str | None:
    """Return Python's name of a text encoding used in mail and on the web, else None."""
    if declared is None or not declared.isascii() or "\0" in declared:
        return None
    try:
        name = codecs.lookup(declared.strip("'\" \t")[:40]).name
    except LookupError:
        return None
    return name if _KNOWN.fullmatch(name) else None


def repair(text: str) -> str:
    """Undo UTF-8 that was read as Windows-1252 and encoded again ("fÃ¼r" is "für")."""
    if text.isascii() or not any(lead in text for lead in "ÂÃâð"):
        return text
    return _TWICE.sub(_undo, text)


def decode_mail_header(value: str) -> str:
    """Decode a raw header with RFC 2047 words and undeclared bytes; one line results."""
    if not value.isascii():
        value = decode(value.encode("utf-8", "surrogateescape"), None)
    if "=?" in value:
        value = _decode_words(value)
    return " ".join(value.split())


def _decode_words(value: str) -> str:
    try:
        pieces = decode_header(value)
    except HeaderParseError:
        return value
    return "".join(
        piece if isinstance(piece, str) else _decode_piece(piece, charset) for piece, charset in pieces
    )


def _decode_piece(piece: bytes, charset: str | None) -> str:
    if charset is None:
        # The parts between encoded words; email.header escapes what is not Latin-1 in them.
        return piece.decode("raw-unicode-escape", "replace")
    return decode(piece, charset)


def _undo(match: re.Match[str]) -> str:
    try:
        return bytes(_cp1252_byte(char) for char in match[0]).decode("utf-8")
    except UnicodeDecodeError:
        return match[0]


def _cp1252_byte(char: str) -> int:
    code = ord(char)
    return code if code <= _LATIN_1_LAST else char.encode("cp1252")[0]
