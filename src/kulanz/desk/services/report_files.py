"""The report after an issue as a file: HTML that needs nothing else, and the same as PDF.

Making a PDF fetches nothing, whatever stands in the report.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Literal, NoReturn

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from kulanz.core.spoken import Lang
from kulanz.desk.models import Issue
from kulanz.desk.rules.actor import Actor
from kulanz.desk.rules.errors import RuleError
from kulanz.desk.rules.issue_report import IssueReport
from kulanz.desk.services.events import record

Format = Literal["html", "pdf"]
TYPES: Final[dict[Format, str]] = {"html": "text/html; charset=utf-8", "pdf": "application/pdf"}


def pdf_missing() -> str:
    """Say what is missing to make PDFs, and how to get it; nothing where all is there."""
    try:
        _weasyprint()
    except ImportError:
        return _("WeasyPrint is not installed: pip install 'kulanz[pdf]'")
    except OSError:
        return _(
            "the library Pango is not installed: apt-get install libpango-1.0-0 libpangoft2-1.0-0 "
            "libharfbuzz-subset0"
        )
    return ""


def report_file(
    *, actor: Actor, issue: Issue, report: IssueReport, kind: Format, lang: Lang, now: datetime
) -> bytes:
    """Return a report as a file in a language; that it was taken along is recorded.

    Raise RuleError where PDFs cannot be made here.
    """
    with translation.override(lang):
        missing = pdf_missing() if kind == "pdf" else ""
        if missing:
            raise RuleError("report as PDF: %(missing)s", missing=missing)
        text = render_to_string("report_document.html", {"report": report, "lang": lang, "made_at": now})
    made = text.encode() if kind == "html" else _printed(text)
    record(actor, "export", issue, now=now, data={"format": kind, "shared": report.shared})
    return made


def _printed(text: str) -> bytes:
    library = _weasyprint()

    class Nothing(library.URLFetcher):  # type: ignore[misc,name-defined] # the library is untyped
        """Fetches nothing, neither from the network nor from this machine."""

        def fetch(self, url: str, headers: Any = None) -> NoReturn:  # noqa: ARG002 - as it is called
            raise ValueError(f"a report fetches nothing, but it names {url[:80]!r}")

    made: bytes = library.HTML(string=text, url_fetcher=Nothing()).write_pdf()
    return made


def _weasyprint() -> Any:
    # it is an extra, and loading it takes a second
    import weasyprint  # noqa: PLC0415

    return weasyprint
