"""Mutated files of dossiers and of contacts, imported for real: no crash, no half dossier, always a reason."""

import random
from pathlib import Path

import pytest

from emploi.exchanges.caf.contacts_inbound import import_contacts
from emploi.exchanges.caf.inbound import import_caf
from emploi.exchanges.caf.models import ReceivedFile
from emploi.foundation import clock
from emploi.foundation.intake.models import Run
from emploi.pathway.beneficiaries.models import Household, HouseholdRole
from tests.exchanges import fuzzing
from tests.exchanges.caf.builder import Dossier, Someone, closed, file_of, many, stopped_payment, written
from tests.exchanges.caf.conftest import BY
from tests.exchanges.caf.test_contacts_file import HEADING, LINE
from tests.exchanges.caf.test_mapping import COUPLE

pytestmark = pytest.mark.django_db
KNOWN = file_of(*many(3), COUPLE, reference="2026-09-30", created="2026-10-05")
MONTHLY = file_of(
    COUPLE,
    *many(2),
    Dossier(claim="00000070099", state="4", situation=stopped_payment("05"), matricule="007009900000000"),
    Dossier(claim="00000071099", people=(Someone("ÉLOÏSE"), Someone("LOU", role="ENF", nir="")), matricule="1" * 15),
    Dossier(claim="00000003099", state="5", situation=closed(), matricule="000000300000000"),
)
DAILY = file_of(*many(2), COUPLE, flow="I", nature="D", reference="2026-11-12", created="2026-11-13")
CONTACTS = f"{HEADING}\r\n{LINE}\r\n{LINE}\r\n".encode("cp1252")
# Batches of a few files: one test each would cost more than what it tests.
EACH = 20
SHARE = fuzzing.FUZZ // 2


@pytest.mark.parametrize("batch", range(max(1, SHARE // EACH)))
def test_a_mutated_file_is_applied_dossier_by_dossier_or_refused_whole(office: Path, batch: int) -> None:
    sound = import_caf(path=written(office, KNOWN, "known.xml"), by=BY, at=clock.now())
    assert sound.status == "done"
    before = fuzzing.told_about_people()
    for seed in range(fuzzing.FIRST + batch * EACH, fuzzing.FIRST + (batch + 1) * EACH):
        chance = random.Random(seed)
        content = fuzzing.mutated(chance.choice((MONTHLY, MONTHLY, DAILY)), chance)
        try:
            with fuzzing.undone():
                one_file(written(office, content, "f.xml"), before)
        except Exception as error:
            error.add_note(f"seed {seed}")
            raise


def one_file(path: Path, before: dict[str, int]) -> None:
    report = import_caf(path=path, by=BY, at=clock.now())
    run = Run.objects.latest("pk")
    refused = fuzzing.assert_each_refusal_is_told(run)
    if report.status == "not_done":
        fuzzing.assert_french(report.error)
        assert run.status == "refused"
        assert fuzzing.told_about_people() == before
        return
    counters = report.counters
    assert run.status == ("partial" if refused else "done")
    assert refused == counters.get("households_refused", 0)
    done = [counters.get(f"households_{n}", 0) for n in ("created", "updated", "unchanged", "refused", "repeated")]
    assert counters.get("households_read", 0) == sum(done) == ReceivedFile.objects.get(run=run).found_count
    assert Household.objects.count() == before["Household"] + counters.get("households_created", 0)
    # A dossier comes with all its members: somebody holds the right in each.
    for household in Household.objects.filter(last_reference_on__isnull=False):
        assert HouseholdRole.objects.filter(household=household).exists()
    fuzzing.assert_whole()


@pytest.mark.parametrize("batch", range(max(1, SHARE // EACH // 5)))
def test_a_mutated_contact_file_adds_contacts_or_says_why(office: Path, batch: int) -> None:
    import_caf(path=written(office, MONTHLY, "known.xml"), by=BY, at=clock.now())
    for seed in range(fuzzing.FIRST + batch * EACH, fuzzing.FIRST + (batch + 1) * EACH):
        path = written(office, fuzzing.mutated(CONTACTS, random.Random(seed)), "c.csv")
        try:
            with fuzzing.undone():
                report = import_contacts(path=path, by=BY, at=clock.now())
                refused = fuzzing.assert_each_refusal_is_told(Run.objects.latest("pk"))
                if report.status == "not_done":
                    fuzzing.assert_french(report.error)
                else:
                    assert refused == report.counters.get("rows_refused", 0)
                fuzzing.assert_whole()
        except Exception as error:
            error.add_note(f"seed {seed}")
            raise
