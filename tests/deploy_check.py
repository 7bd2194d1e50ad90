"""`check --deploy` under the production settings, with throw-away secrets: any warning fails."""

import base64
import os
import secrets
import sys

from emploi.config import postgres

host = postgres.connection_settings()["HOST"]
os.environ.update(
    DJANGO_SETTINGS_MODULE="emploi.config.settings.production",
    DATABASE_URL=os.environ.get("DATABASE_URL") or f"postgres://emploi@/emploi?host={host}",
    DEPARTMENT="demo",
    EMPLOI_SECRET_KEY=secrets.token_urlsafe(64),
    EMPLOI_NIR_ENCRYPTION_KEY=base64.b64encode(secrets.token_bytes(32)).decode(),
    EMPLOI_NIR_HASH_KEY=secrets.token_urlsafe(32),
    EMPLOI_FILES_KEY=base64.b64encode(secrets.token_bytes(32)).decode(),
    EMPLOI_HOSTS="emploi.exemple.fr",
    EMPLOI_PUBLIC_URL="https://emploi.exemple.fr",
)

from django.core.management import execute_from_command_line  # noqa: E402

execute_from_command_line([sys.argv[0], "check", "--deploy", "--fail-level", "WARNING"])
