"""Tags of the public pages about the log."""

from __future__ import annotations

from django import template
from django.utils.html import json_script
from django.utils.safestring import SafeString

from kulanz.desk.web.record_words import VERIFYING

register = template.Library()


@register.simple_tag
def verify_words() -> SafeString:
    """What the verifier in the browser says, in the page's language, for its program to read."""
    return json_script({code: str(words) for code, words in VERIFYING.items()}, "verify-words")
