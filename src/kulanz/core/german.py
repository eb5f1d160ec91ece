"""German word forms: from a form as written to the entries a lexicon may hold for it."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Final

_ENDINGS: Final = (
    "enden", "ender", "endes", "ernen", "innen", "ende", "test", "tet", "ten", "end", "ern",
    "est", "te", "et", "st", "en", "er", "es", "em", "in", "e", "n", "s", "t",
)  # fmt: skip
_SPELLINGS: Final = (("ae", "ä"), ("oe", "ö"), ("ue", "ü"), ("ss", "ß"))
_MIN_STEM: Final = 3
_MIN_COMPOUND: Final = 8
_MAX_WORD: Final = 60


def entries(word: str, lexicon: Container[str]) -> list[str]:
    """The lexicon entries that make up a word: one, the parts of a compound, or none."""
    if word in lexicon:
        return [word]
    if len(word) > _MAX_WORD:
        return []
    whole = _inflected(word, lexicon)
    if whole:
        return [whole]
    return _compound(word, lexicon) if len(word) >= _MIN_COMPOUND else []


def _inflected(word: str, lexicon: Container[str]) -> str | None:
    return next((form for form in _forms(word) if form in lexicon), None)


def _forms(word: str) -> Iterator[str]:
    yield word
    for written, meant in _SPELLINGS:
        if written in word:
            yield word.replace(written, meant)
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= _MIN_STEM:
            yield from (stem, stem + "en", stem + "e", stem + "n")
    if word.startswith("ge") and len(word) > len("ge") + _MIN_STEM:
        yield word[2:-1] + "en"


def _compound(word: str, lexicon: Container[str]) -> list[str]:
    """The longest known tail decides the meaning; a known head is added to it."""
    for split in range(_MIN_STEM, len(word) - _MIN_STEM):
        tail = _inflected(word[split:], lexicon)
        if tail:
            head = _inflected(word[:split].removesuffix("s"), lexicon)
            return [head, tail] if head else [tail]
    return []
