"""Django's settings, made from ``kulanz.desk.conf``; nothing here reads the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from kulanz.desk import signon
from kulanz.desk.conf import conf

CONF = conf()
DESK = Path(__file__).resolve().parent.parent

DEBUG = False
SECRET_KEY = CONF.secret_key or "unsafe: run `kulanz init`"
SECRET_KEY_FALLBACKS = [CONF.secret_key_old] if CONF.secret_key_old else []
ALLOWED_HOSTS = [*CONF.hosts, "127.0.0.1", "localhost", "[::1]"] if CONF.mode == "demo" else [*CONF.hosts]
CSRF_TRUSTED_ORIGINS = [CONF.url]
CSRF_FAILURE_VIEW = "kulanz.desk.web.errors.form_not_ours"
ROOT_URLCONF = "kulanz.desk.project.urls"
WSGI_APPLICATION = "kulanz.desk.project.wsgi.application"
AUTH_USER_MODEL = "desk.Member"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SITE_NAME = "Kulanz"

INSTALLED_APPS = [
    "kulanz.desk",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    *signon.apps(CONF),
    "csp",
]

MIDDLEWARE = [
    "kulanz.desk.api.requests.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "kulanz.desk.public.pages.PublicAnswers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "kulanz.desk.web.middleware.MemberPreferences",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "kulanz.desk.api.middleware.ApiMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [DESK / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "kulanz.desk.web.context.desk",
            ],
        },
    }
]

DATABASES: dict[str, Any] = {"default": dj_database_url.parse(CONF.database_url, conn_max_age=60)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
        " PRAGMA secure_delete=ON;",  # what was erased is not left in free pages
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

# Limits on wrong passwords are counted here: with Django's 300 places, strangers could have them forgotten.
_LOCAL: dict[str, Any] = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "OPTIONS": {"MAX_ENTRIES": 20_000},
}
# There may be several web processes on PostgreSQL: a limit that each counts by itself is none.
_SHARED = {"BACKEND": "kulanz.desk.services.shared.SharedCache"}
_HAS_ONE_PROCESS = DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"
CACHES = {
    "default": _LOCAL if _HAS_ONE_PROCESS else _SHARED,
    "local": {**_LOCAL, "LOCATION": "local"},
}

# Login
EMAIL_BACKEND = "kulanz.desk.services.loginmail.Backend"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_ADAPTER = "kulanz.desk.web.login.DeskAccountAdapter"
SOCIALACCOUNT_ADAPTER = "kulanz.desk.web.login.DeskSocialAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key", "saml_acs": "60/m/ip"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = SITE_NAME
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = CONF.mode == "demo"
MFA_FORMS = {
    "login_webauthn": "kulanz.desk.web.passkeys.Login",
    "authenticate_webauthn": "kulanz.desk.web.passkeys.SecondStep",
    "reauthenticate_webauthn": "kulanz.desk.web.passkeys.Again",
}
USERSESSIONS_TRACK_ACTIVITY = True
USERSESSIONS_ADAPTER = "kulanz.desk.web.signing_in.DeskSessionsAdapter"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "radar"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS = signon.providers(CONF)

# Language and time
LANGUAGES = [("de", _("German")), ("en", _("English"))]
LANGUAGE_CODE = CONF.language
LOCALE_PATHS = [DESK / "web" / "locale", DESK / "web" / "library_locale"]
TIME_ZONE = CONF.time_zone
USE_TZ = True
USE_I18N = True

# Safety
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = CONF.behind_tls
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if CONF.behind_tls else None
SECURE_HSTS_SECONDS = 31_536_000 if CONF.behind_tls else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# Files
STATIC_URL = "static/"
STATIC_ROOT = CONF.static
STATICFILES_DIRS = [DESK / "web" / "static"]
WHITENOISE_USE_FINDERS = not CONF.has_static  # of what they find nothing goes out packed
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": CONF.data / "files"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"()": "kulanz.desk.logs.TextLines"},
        "json": {"()": "kulanz.desk.logs.JsonLines"},
    },
    "filters": {
        "request_id": {"()": "kulanz.desk.logs.RequestIdFilter"},
        "pattern": {"()": "kulanz.desk.logs.PatternFilter"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": CONF.log_format,
            "filters": ["request_id", "pattern"],
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "weasyprint.progress": {"level": "WARNING"},  # a line for each step of a PDF
        "fontTools": {"level": "WARNING"},
    },
}
