"""How a passage is built: hashed n-grams of its words and letters, and of its classes of words.

"Hätten Sie uns früher gefragt" and "You should have asked us earlier" share few words, but both hold
what must or could have been, the person spoken to, and an earlier time. Word classes are the
same in both languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final
from zlib import crc32

import numpy as np
from scipy.sparse import csr_matrix, hstack

from kulanz.core.features import hashed_counts

WORD_GRAMS: Final = 1 << 14
CLASS_GRAMS: Final = 1 << 12
GRAMS: Final = WORD_GRAMS + CLASS_GRAMS
WORD_WEIGHT: Final = 8.0
CLASS_WEIGHT: Final = 16.0
"""How much n-grams count beside a column of mean 0 and deviation 1."""

_APART: Final = 3
_OTHER: Final = "-"
_CLASSES: Final = {
    "YOU": """
        sie ihnen ihr ihre ihrem ihren ihrer ihres du dir dich dein deine deinem deinen deiner euch euer eure
        you your yours yourself u
    """,
    "ME": "ich mir mich mein meine meinem meinen meiner i my me myself",
    "WE": "wir uns unser unsere unserem unseren unserer we our us ours",
    "THEY": """
        er ihm ihn sein seine man jemand he she him her his they them their one someone anyone
    """,
    "NOT": """
        nicht kein keine keinen keiner keinem nie niemals ohne nichts not no never without nothing cannot cant
        didnt dont wont isnt wasnt doesnt havent hadnt couldnt wouldnt shouldnt arent werent
    """,
    "IF": "wenn falls sofern if unless solange",
    "COULD": """
        hätte hätten hättest hadst wäre wären wärst könnte könnten would could might
    """,
    "MUST": """
        muss müssen musst müsstest müssten sollten sollte solltest sollst darf dürfen
        must should need ought shall
    """,
    "CAN": "kann können kannst can able möglich",
    "HAVE": "haben habe hast hat hatte hatten have has had having",
    "BE": "ist sind war waren bin bist sei are is was were been be being am",
    "BECOME": "wurde wurden worden wird werden werde wirst geworden will got",
    "SORRY": """
        leid leider sorry apologise apologize entschuldigung entschuldigen bedauern bedauere bedauerlich
        regret unfortunately pardon
    """,
    "BUT": "aber jedoch allerdings trotzdem doch however but though although yet",
    "JUST": "einfach halt eben nur mal bloß schlicht just simply only merely",
    "BEFORE": "früher rechtzeitig vorher bereits earlier sooner before beforehand schon already",
    "PLEASE": "bitte please kindly",
    "ELSE": "sonst ansonsten andernfalls otherwise else",
    "THAT": "dass daß that",
    "FEEL": """
        fühlen gefühl empfinden eindruck ärger enttäuscht enttäuschung feel feeling felt upset frustration
        perceive experience
    """,
    "!": "!",
    "?": "?",
    "%": "%",
    "§": "§",
}
_CLASS_OF: Final = {word: name for name, words in _CLASSES.items() for word in words.split()}
_TOKEN: Final = re.compile(r"[^\W\d_]+|\d+|[!?%§]")
_APOSTROPHES: Final = re.compile("['’]")


def classes(text: str) -> list[str]:
    """The classes of a text's words in order: "0" for a number, one "-" for any words of no class."""
    found: list[str] = []
    for word in _TOKEN.findall(_APOSTROPHES.sub("", text.lower())):
        named = "0" if word[0].isdigit() else _CLASS_OF.get(word, _OTHER)
        if named != _OTHER or found[-1:] != [_OTHER]:
            found.append(named)
    return found


def turn_counts(texts: Sequence[str]) -> Any:
    """(texts x GRAMS), sparse: weighed n-grams of words and letters, then those of classes."""
    rows, columns, values = hashed_counts(texts)
    words = csr_matrix((WORD_WEIGHT * values, (rows, columns % WORD_GRAMS)), shape=(len(texts), WORD_GRAMS))
    return hstack([words, _class_counts(texts)], format="csr", dtype=np.float32)


def _class_counts(texts: Sequence[str]) -> Any:
    grams = [{gram.encode() for gram in _grams(classes(text))} for text in texts]
    buckets = [sorted({crc32(gram) % CLASS_GRAMS for gram in each}) for each in grams]
    sizes = np.array([len(each) for each in buckets])
    values = np.repeat(CLASS_WEIGHT / np.sqrt(np.maximum(sizes, 1)), sizes)
    columns = np.array([bucket for each in buckets for bucket in each], np.int64)
    return csr_matrix(
        (values, (np.repeat(np.arange(len(texts)), sizes), columns)), shape=(len(texts), CLASS_GRAMS)
    )


def _grams(found: Sequence[str]) -> Iterator[str]:
    """Yield runs of one to three classes, and pairs that stand further apart."""
    bounded = ["<", *found, ">"]
    for size in (1, 2, 3):
        yield from (" ".join(bounded[at : at + size]) for at in range(len(bounded) - size + 1))
    for at, one in enumerate(bounded):
        later = bounded[at + 2 : at + 2 + _APART]
        yield from (f"{one} ~ {other}" for other in later if _OTHER not in (one, other))
