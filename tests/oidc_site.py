"""A real OpenID provider on loopback, in a process of its own: that of django-allauth, with two accounts.

Run as a program it serves until it is ended: ``oidc_site.py FOLDER PORT REDIRECT``.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

CLIENT: Final = "kulanz"
SECRET: Final = "a secret between desk and provider"  # noqa: S105 - of a server that lives for a test
PASSWORD: Final = "known to the provider alone"  # noqa: S105
ACCOUNTS: Final = {"grete": "grete@kontaktor.example", "alice": "alice@kontaktor.example"}


@contextmanager
def oidc_site(folder: Path, port: int, redirect: str) -> Iterator[str]:
    """Yield the address of a provider that sends people back to ``redirect``."""
    command = [sys.executable, __file__, str(folder), str(port), redirect]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - this file
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _serve(folder: Path, port: int, redirect: str) -> None:
    _configure(folder)
    import django  # noqa: PLC0415 - the settings come first

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415
    from waitress import create_server  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    _fill(redirect)
    server = create_server(get_wsgi_application(), host="127.0.0.1", port=port)
    print("ready", flush=True)  # noqa: T201 - what the test waits for
    server.run()


def _configure(folder: Path) -> None:
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    settings.configure(
        SECRET_KEY="of the provider" * 4,
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF=__name__,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "provider.sqlite3"}},
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "allauth",
            "allauth.account",
            "allauth.idp.oidc",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "allauth.account.middleware.AccountMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        AUTHENTICATION_BACKENDS=["allauth.account.auth_backends.AuthenticationBackend"],
        SESSION_COOKIE_NAME="provider",
        ACCOUNT_EMAIL_VERIFICATION="none",
        IDP_OIDC_PRIVATE_KEY=key.decode(),
    )


def _fill(redirect: str) -> None:
    from allauth.account.models import EmailAddress  # noqa: PLC0415 - Django comes first
    from allauth.idp.oidc.models import Client  # noqa: PLC0415
    from django.contrib.auth.models import User  # noqa: PLC0415

    for name, email in ACCOUNTS.items():
        user = User.objects.create_user(name, email, PASSWORD, first_name=name.title(), last_name="Beispiel")
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    client = Client(id=CLIENT, name="The desk", skip_consent=True)
    client.set_secret(SECRET)
    client.set_scopes(["openid", "profile", "email"])
    client.set_redirect_uris([redirect])
    client.save()


def __getattr__(name: str) -> object:
    """This file is also the provider's table of addresses, which needs Django to be ready."""
    if name != "urlpatterns":
        raise AttributeError(name)
    from django.urls import include, path  # noqa: PLC0415

    return [path("", include("allauth.idp.urls")), path("accounts/", include("allauth.account.urls"))]


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
