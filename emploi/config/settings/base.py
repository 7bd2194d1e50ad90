"""What is the same everywhere. Secrets and addresses come from the environment only."""

import os
from pathlib import Path
from typing import Any

import bootstrap_wrapper
import dj_database_url

from emploi.config import postgres
from emploi.config.logs import logging_settings

ROOT = Path(__file__).resolve().parent.parent.parent.parent
DATA_DIR = postgres.data_dir()
INBOX_DIR = DATA_DIR / "inbox"
MEDIA_ROOT = DATA_DIR / "files"

# The folder of emploi/departments/ in force.
DEPARTMENT = os.environ.get("DEPARTMENT", "drome")
FICTITIOUS_DATA = os.environ.get("EMPLOI_FICTITIOUS", "") == "1"

DEBUG = False
ALLOWED_HOSTS = os.environ.get("EMPLOI_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
# How many proxies of ours stand before us: 0 believes the connection alone, never a header anybody can write.
TRUSTED_PROXY_HOPS = int(os.environ.get("EMPLOI_PROXY_HOPS", "0"))
PUBLIC_URL = os.environ.get("EMPLOI_PUBLIC_URL", "http://localhost:8000")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_cotton.apps.SimpleAppConfig",
    "django_htmx",
    "django_prometheus",
    "pgtrigger",
    "procrastinate.contrib.django",
    "emploi.foundation.access",
    "emploi.foundation.audit",
    "emploi.foundation.intake",
    "emploi.foundation.messaging",
    "emploi.foundation.documents",
    "emploi.foundation.charts",
    "emploi.foundation.ui",
    "emploi.territory.geography",
    "emploi.territory.organizations",
    "emploi.territory.agents",
    "emploi.territory.rulebook",
    "emploi.pathway.beneficiaries",
    "emploi.pathway.outreach",
    "emploi.pathway.reception",
    "emploi.pathway.clocks",
    "emploi.pathway.appointments",
    "emploi.pathway.orientation",
    "emploi.pathway.support",
    "emploi.oversight.steering",
    "emploi.exchanges.caf",
    "emploi.exchanges.spreadsheets",
    "emploi.exchanges.france_travail",
    "emploi.portal.desk",
    "emploi.portal.citizen",
    "emploi.portal.public",
    "emploi.simulator",
    "emploi.config",
    # After ours: the sign-in pages are those of agents/templates/{account,mfa}.
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "emploi.config.middleware.SecurityHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "emploi.territory.agents.sessions.SignOutWhenIdle",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "emploi.foundation.access.middleware.SecondFactor",
    "emploi.foundation.access.middleware.ReadOnlyGet",
    "emploi.foundation.audit.middleware.KeptTexts",
    "emploi.foundation.access.middleware.DenyByDefault",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "emploi.config.urls"
WSGI_APPLICATION = "emploi.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "emploi.config.context.department",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton"],
        },
    }
]

DATABASES: dict[str, Any]
if os.environ.get("DATABASE_URL"):
    DATABASES = {"default": dj_database_url.parse(os.environ["DATABASE_URL"], conn_max_age=60, conn_health_checks=True)}
    USES_EMBEDDED_DATABASE = False
else:
    DATABASES = {"default": {**postgres.connection_settings(), "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}}
    USES_EMBEDDED_DATABASE = True

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "agents.Agent"

LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_TZ = True
USE_I18N = True
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
# The wheel is a bare folder of files, not a Django application.
STATICFILES_DIRS = [("bootstrap", bootstrap_wrapper.get_bootstrap_dir())]
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 12_000
FILE_UPLOAD_TEMP_DIR = None
UPLOAD_MAX_BYTES = 1024**3

CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache_entries"}}

# --- Access -----------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "emploi.territory.agents.adapter.AccountAdapter"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Emploi d'abord"
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_ADAPTER = "emploi.territory.agents.adapter.SecondFactorAdapter"
MFA_TOTP_TOLERANCE = 1  # telephones are a few seconds early or late
SECOND_FACTOR_REQUIRED = os.environ.get("EMPLOI_SECOND_FACTOR", "1") == "1"
SESSION_COOKIE_AGE = 10 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_IDLE_SECONDS = int(os.environ.get("EMPLOI_SESSION_IDLE_SECONDS", "3600"))  # shared desks
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "emploi.config.errors.csrf_failure"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Paths served without `@requires` or `@public`: other people's views (sign-in) and static files.
ACCESS_PUBLIC_PREFIXES = ("/compte/", "/static/")
# Paths of other people's views that write while being read (sign-out confirmation, second factor).
ACCESS_WRITING_GET_PREFIXES = ("/compte/",)
ACCESS_TABLES_WRITTEN_ON_GET = frozenset(
    {
        "django_session",
        "cache_entries",
        "audit_consultation",
        "agents_agent_last_login",
        "appointments_invitationopening",  # a person opened her link: an appended trace
    }
)

X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
)

# --- Secrets ----------------------------------------------------------------
# Development values are derived from a fixed word; production.py refuses to start without real ones.
SECRET_KEY = os.environ.get(
    "EMPLOI_SECRET_KEY", "emploi-developpement-cle-non-secrete-a-ne-jamais-utiliser-en-production"
)
NIR_ENCRYPTION_KEY = os.environ.get("EMPLOI_NIR_ENCRYPTION_KEY", "ZGV2ZWxvcHBlbWVudC1uaXItbm9uLXNlY3JldC0zMmI=")
NIR_HASH_KEY = os.environ.get("EMPLOI_NIR_HASH_KEY", "developpement-empreinte-nir-non-secrete")
FILES_ENCRYPTION_KEY = os.environ.get("EMPLOI_FILES_KEY", "ZGV2ZWxvcHBlbWVudC1maWNoaWVycy1ub24tc2VjcmU=")

# --- Messages ---------------------------------------------------------------
MESSAGING_PROVIDERS = {
    "sms": os.environ.get("EMPLOI_SMS_PROVIDER", "outbox"),
    "email": os.environ.get("EMPLOI_EMAIL_PROVIDER", "outbox"),
    "letter": "outbox",
}
SMS_HTTP_URL = os.environ.get("EMPLOI_SMS_URL", "")
SMS_HTTP_TOKEN = os.environ.get("EMPLOI_SMS_TOKEN", "")
SMS_CALLBACK_SECRET = os.environ.get("EMPLOI_SMS_CALLBACK_SECRET", "")
EMAIL_HOST = os.environ.get("EMPLOI_SMTP_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("EMPLOI_SMTP_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMPLOI_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMPLOI_SMTP_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("EMPLOI_SMTP_TLS", "") == "1"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("EMPLOI_FROM_EMAIL", "rsa@localhost")
# What people answer (docs/envois.md): a number that receives SMS, an address that takes e-mails, the mailbox behind it.
SMS_REPLY_NUMBER = os.environ.get("EMPLOI_SMS_REPLY_NUMBER", "")
REPLY_ADDRESS = os.environ.get("EMPLOI_REPLY_ADDRESS", "")
REPLY_IMAP_HOST = os.environ.get("EMPLOI_REPLY_IMAP_HOST", "")
REPLY_IMAP_PORT = int(os.environ.get("EMPLOI_REPLY_IMAP_PORT", "993"))
REPLY_IMAP_USER = os.environ.get("EMPLOI_REPLY_IMAP_USER", "")
REPLY_IMAP_PASSWORD = os.environ.get("EMPLOI_REPLY_IMAP_PASSWORD", "")
REPLY_IMAP_FOLDER = os.environ.get("EMPLOI_REPLY_IMAP_FOLDER", "INBOX")
REPLY_IMAP_TLS = os.environ.get("EMPLOI_REPLY_IMAP_TLS", "1") == "1"

# Agents' calendars are read on the public network over https; "1" also reads those of the house (Exchange inside).
CALENDARS_ON_PRIVATE_NETWORK = os.environ.get("EMPLOI_PRIVATE_CALENDARS", "") == "1"

PROCRASTINATE_ON_APP_READY = "emploi.config.schedule.register"

SILENCED_SYSTEM_CHECKS: list[str] = []
LOGGING = logging_settings(os.environ.get("EMPLOI_LOG_LEVEL", "WARNING"))
METRICS_TOKEN = os.environ.get("EMPLOI_METRICS_TOKEN", "")
