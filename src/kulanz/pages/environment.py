"""What every page is made with: escaping templates, our own resources, and a strict policy."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup


def environment() -> Environment:
    """The templates, with every foreign text escaped."""
    return Environment(
        loader=PackageLoader("kulanz.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def resource(name: str) -> Markup:
    """One of our own style sheets or scripts."""
    # written into the page as they are: escaping would change what the policy's hash covers
    return Markup((files("kulanz.pages") / "templates" / name).read_text("utf-8"))  # noqa: S704


def policy(style: str, script: str | None = None) -> str:
    """Content security policy: nothing is loaded, and only this style and script run."""
    run = f"script-src {_hash(script)}; " if script is not None else ""
    return (
        f"default-src 'none'; style-src {_hash(style)}; {run}"
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
