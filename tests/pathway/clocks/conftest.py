"""The rulebook and one entry of 5 November, with its deadlines."""

from datetime import date, datetime

import pytest

from emploi.foundation import clock
from emploi.pathway.beneficiaries.actions import apply_households
from emploi.pathway.beneficiaries.models import Entry
from emploi.territory.rulebook.actions import load_shipped
from tests.pathway.beneficiaries.builders import file, household, member
from tests.pathway.beneficiaries.conftest import BY


@pytest.fixture
def at() -> datetime:
    return clock.now()


@pytest.fixture
def entry(db: None, at: datetime) -> Entry:
    """Amina, entered on 5 November 2026: 20 November, 5 December, 17 December."""
    load_shipped(by=BY, at=at)
    received = file(received_on=date(2026, 11, 5))
    apply_households([household(members=(member(),))], file=received, by=BY, at=at)
    return Entry.objects.get()
