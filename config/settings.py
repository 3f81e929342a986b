"""What runs, and how: one file for every place, with the environment deciding (docs/running.md lists it).

Why: a setting that differs between a laptop and a clinic is named here once, with its default for the laptop.
Safe by default: DEBUG is off, every page needs a signed-in person, and no page may run foreign code.
"""

from __future__ import annotations

import zoneinfo
from pathlib import Path
from typing import Any

import django_stubs_ext
import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config.roles import ConfigurationError, current_role, data_folder, django_database, own_server
from config.secret_key import kept_secret_key

# Lets a class say what it holds (ModelAdmin[Event]) where Django itself does not yet.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# Where it runs

try:
    OWN_SERVER = own_server()
    DATABASES = {"default": django_database(current_role(), BASE_DIR)}
except ConfigurationError as error:
    raise ImproperlyConfigured(str(error)) from error

DATA_FOLDER = data_folder(BASE_DIR)
DEBUG = env.bool("ANAMNESIS_DEBUG", default=False)
HTTPS = env.bool("ANAMNESIS_HTTPS", default=False)
ALLOWED_HOSTS = env.list("ANAMNESIS_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("ANAMNESIS_ORIGINS", default=[])

SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    if OWN_SERVER:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set: with your own PostgreSQL, put a random text of 50 or more characters "
            "into the environment variable SECRET_KEY, the same for every process and kept secret."
        )
    SECRET_KEY = kept_secret_key(DATA_FOLDER)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

# What stands at the head of every printed sheet.
CLINIC = env.str("ANAMNESIS_CLINIC", default="")

# Whether the first start on the embedded server invents a clinic to try things in.
DEMO = env.bool("ANAMNESIS_DEMO", default=True)

# The key of the ledger's personal fields: without it they cannot be read again, ever.
ANAMNESIS_KEY_FILE = env.str("ANAMNESIS_KEY_FILE", default=str(DATA_FOLDER / "ledger.key"))

# What runs

INSTALLED_APPS = [
    "config",
    "projections",
    "records",
    "eventstore",
    "projections.admin_config.TablesConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "template_partials",
    "csp",
]

# The read models, in the order in which each event reaches them.
PROJECTORS = [
    "records.accounts.AccountsProjector",
    "projections.patients.PatientsProjector",
    "projections.patient_state.PatientStateProjector",
    "projections.medication_history.MedicationHistoryProjector",
    "projections.timeline.TimelineProjector",
    "projections.compliance_audit.ComplianceAuditProjector",
]

# Asked, before a patient is registered, who on record may be the same person.
LIKELY_DUPLICATES = "projections.duplicates.likely_duplicates"

# An aggregate's state is kept as a snapshot every so many of its events.
SNAPSHOT_EVERY = env.int("ANAMNESIS_SNAPSHOT_EVERY", default=100)

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.middleware.response_headers",
    "config.middleware.a_browser_hears_ok",
    "config.compression.compressed",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "records.session_limits.SignedInLately",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "records.refusals.RefusalPages",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

# People

AUTH_USER_MODEL = "records.User"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "patients"
LOGOUT_REDIRECT_URL = "sign-in"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_IDLE_SECONDS = env.int("ANAMNESIS_IDLE_SECONDS", default=15 * 60)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "records.refusals.not_from_here"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# What a browser may do with a page

CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
        "upgrade-insecure-requests": HTTPS,
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

# ANAMNESIS_HTTPS=1 says that every browser reaches this over https. Without it, as on a laptop's
# http://localhost, cookies marked Secure would never come back.
if HTTPS:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = env.int("ANAMNESIS_HSTS_SECONDS", default=63_072_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    if env.bool("ANAMNESIS_BEHIND_PROXY", default=False):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 300
DATA_UPLOAD_MAX_NUMBER_FILES = 0

# Files of the pages

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Served from where they are; a folder is named only for a web server that takes them over.
STATIC_ROOT = env.str("ANAMNESIS_STATIC_ROOT", default=None)
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False

# Time and language

USE_TZ = True
TIME_ZONE = env.str("ANAMNESIS_TIME_ZONE", default="UTC")
try:
    zoneinfo.ZoneInfo(TIME_ZONE)
except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
    raise ImproperlyConfigured(
        f"ANAMNESIS_TIME_ZONE is {TIME_ZONE!r}: it is a name like Europe/Berlin or America/New_York."
    ) from None
LANGUAGE_CODE = "en"
# Each by its own name: whoever looks for a language reads that one.
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = HTTPS
USE_I18N = True
FORMAT_MODULE_PATH = ["config.formats"]
LOCALE_PATHS = [BASE_DIR / "locale"]

# What is written down about the running of it: no request bodies, no names

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        # Whoever asks after our health reads the reasons in the answer.
        "not_healthz": {
            "()": "django.utils.log.CallbackFilter",
            "callback": lambda entry: getattr(getattr(entry, "request", None), "path", "") != "/healthz",
        }
    },
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "django.request": {"filters": ["not_healthz"]},
        "anamnesis": {"level": "INFO"},
        "eventstore": {"level": "INFO"},
        "records": {"level": "INFO"},
        "projections": {"level": "INFO"},
    },
}
