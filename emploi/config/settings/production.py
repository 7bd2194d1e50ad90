"""Production: nothing starts without its own secrets, database and addresses."""

import os

from django.core.exceptions import ImproperlyConfigured

from emploi.config.settings.base import *  # noqa: F403

NEEDED = (
    "DATABASE_URL",
    "DEPARTMENT",
    "EMPLOI_SECRET_KEY",
    "EMPLOI_NIR_ENCRYPTION_KEY",
    "EMPLOI_NIR_HASH_KEY",
    "EMPLOI_FILES_KEY",
    "EMPLOI_HOSTS",
    "EMPLOI_PUBLIC_URL",
)
missing = [name for name in NEEDED if not os.environ.get(name)]
if missing:
    raise ImproperlyConfigured(f"Variables d'environnement manquantes : {', '.join(missing)} (voir README.md).")

SECURE_SSL_REDIRECT = os.environ.get("EMPLOI_SSL_REDIRECT", "1") == "1"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SHOWS_GALLERY = False
