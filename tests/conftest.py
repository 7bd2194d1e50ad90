"""The tests' surroundings: embedded PostgreSQL, the clock held on one day, no network."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("EMPLOI_DATA_DIR", str(Path(__file__).resolve().parent.parent / ".local-tests"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "emploi.config.settings.test")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs beside synchronous Django

from emploi.config import postgres
from emploi.foundation import clock

TODAY = "2026-11-23T09:00"  # a Monday

# A busy machine draws slowly: that says nothing of the product.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


def pytest_configure() -> None:
    if not os.environ.get("DATABASE_URL"):
        postgres.ensure_running()


@pytest.fixture(autouse=True)
def _clock_held() -> Iterator[None]:
    """Monday 23 November 2026, nine o'clock, unless a test says otherwise."""
    with clock.frozen(TODAY):
        yield
