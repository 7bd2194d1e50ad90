"""On a developer's or a visitor's own machine: demonstration data, second factor optional, errors shown."""

import os

from emploi.config.settings.base import *  # noqa: F403

DEBUG = os.environ.get("EMPLOI_DEBUG", "0") == "1"
SECOND_FACTOR_REQUIRED = os.environ.get("EMPLOI_SECOND_FACTOR", "0") == "1"
FICTITIOUS_DATA = True
SHOWS_GALLERY = True
