"""Mail archives as they come over HTTP: an mbox, mostly packed with gzip."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Final

from kulanz.sources.errors import PermanentError, Problems, TemporaryError
from kulanz.sources.items import MIB, Item
from kulanz.sources.mail import Mail
from kulanz.sources.mbox import read_mails
from kulanz.sources.web.bodies import BodyError, BodyRefusedError, read_body
from kulanz.sources.web.client import Answer
from kulanz.sources.web.limits import WebLimits

_UNPACKED: Final = WebLimits(body_bytes=256 * MIB)
_GZIP: Final = b"\x1f\x8b"


def read_mail_archive(answer: Answer, problems: Problems) -> Iterator[Mail]:
    """Yield the messages of an mbox; raise TemporaryError where it is cut off or none."""
    yield from read_mails(Item(answer.url, io.BytesIO(unpacked(answer))), problems)


def unpacked(answer: Answer) -> bytes:
    """Return a body without the gzip that many archives are kept in."""
    if answer.is_page:
        raise TemporaryError(
            f"{answer.url} answered with a page for people, expected mails: try again later, and look at it"
            " if this stays",
            kind="no_data",
        )
    if not answer.body.startswith(_GZIP):
        return answer.body
    try:
        return read_body([answer.body], "gzip", _UNPACKED)
    except BodyError as error:
        raise TemporaryError(
            f"{answer.url} cannot be unpacked ({error}): try again later", kind="no_data"
        ) from error
    except BodyRefusedError as error:
        raise PermanentError(f"{answer.url} cannot be unpacked: {error}") from error
