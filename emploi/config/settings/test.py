"""The tests: the fictional Département, fast passwords, a local cache, the second factor as in production."""

import os
from pathlib import Path

# Before base reads it: a plain `pytest` never touches the folder of the demonstration.
os.environ.setdefault("EMPLOI_DATA_DIR", str(Path(__file__).resolve().parents[3] / ".local-tests"))

from emploi.config.settings.base import *  # noqa: F403

DEPARTMENT = "demo"
SECRET_KEY = "tests-seulement"  # noqa: S105
SECOND_FACTOR_REQUIRED = False  # switched on by the tests about it
FICTITIOUS_DATA = True
SHOWS_GALLERY = True
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
