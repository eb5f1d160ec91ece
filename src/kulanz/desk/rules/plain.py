"""What comes from outside, as databases keep it: NUL and halves of characters are kept by none of ours."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from msgspec import Struct, structs

_T = TypeVar("_T")


def plain(text: str) -> str:
    """Return a text without NUL, and with a question mark for half a character."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def plainly(value: _T) -> _T:
    """Return a value with all texts in it ``plain``, however deep they are; bytes stay as they came."""
    return cast("_T", _plainly(value))


def _plainly(value: Any) -> Any:
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, Mapping):
        return {_plainly(name): _plainly(each) for name, each in value.items()}
    if isinstance(value, list | tuple | frozenset):
        make = getattr(value, "_make", type(value))  # how a named tuple is made of a row
        return make(map(_plainly, value))
    if isinstance(value, Struct):
        return structs.replace(
            value, **{name: _plainly(getattr(value, name)) for name in value.__struct_fields__}
        )
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = (each.name for each in dataclasses.fields(value) if each.init)
        return dataclasses.replace(value, **{name: _plainly(getattr(value, name)) for name in fields})
    return value
