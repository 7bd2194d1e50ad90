"""What a newer file changes is in the history of each adult, once; the stock and late files are silent."""

from collections.abc import Callable
from dataclasses import replace

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from emploi.exchanges.caf.engine.ledger import Report
from emploi.exchanges.caf.models import Reduction
from emploi.foundation.audit.models import JournalEntry
from emploi.pathway.beneficiaries.models import Person
from tests.exchanges.caf.builder import Dossier, Someone, file_of, many, stopped_payment

Load = Callable[..., Report]
WIFE, HUSBAND = Someone("ADELINE"), Someone("BASILE", role="CJT", birth="1983-02-03", nir="1830299990456", sex="1")
COUPLE = Dossier(people=(WIFE, HUSBAND))
STOPPED = replace(COUPLE, state="4", situation=stopped_payment("06"))
NOVEMBER = {"reference": "2026-11-30", "created": "2026-12-05"}
DECEMBER = {"reference": "2026-12-31", "created": "2027-01-05"}


def told() -> list[str]:
    found = JournalEntry.objects.exclude(person_id=None).order_by("pk").values_list("event", flat=True)
    return [name.rsplit(".")[-1] for name in found if not name.startswith("beneficiaries.Entry")]


def reduced(dossier: Dossier, amount: str, until: str = "") -> str:
    end = f"<DFREDRSA>{until}</DFREDRSA>" if until else ""
    block = (
        f"<AvisPCGDroitRSA><ReductionRSA><MTREDRSA>{amount}</MTREDRSA><DDREDRSA>2026-11-01</DDREDRSA>{end}"
        "</ReductionRSA></AvisPCGDroitRSA></DetailDroitRSA>"
    )
    return dossier.xml().replace("</DetailDroitRSA>", block)


def test_the_stock_is_silent_then_each_adult_is_told_once(load: Load) -> None:
    load(file_of(STOPPED))
    assert told() == []
    load(file_of(COUPLE, **NOVEMBER))
    assert told() == ["RightResumed", "RightResumed"]
    load(file_of(COUPLE, reference="2026-12-01", created="2026-12-06", flow="I"))
    assert told() == ["RightResumed", "RightResumed"]


def test_a_late_file_tells_nothing(load: Load) -> None:
    load(file_of(COUPLE))
    load(file_of(COUPLE, **DECEMBER))
    load(file_of(STOPPED, **NOVEMBER))
    assert told() == []


def test_a_reduction_begins_runs_and_ends(load: Load) -> None:
    load(file_of(COUPLE))
    load(file_of(reduced(COUPLE, "0000100.00"), **NOVEMBER))
    assert told() == ["RightReduced", "RightReduced"]
    assert Reduction.objects.get().amount == "100.00"
    load(file_of(reduced(COUPLE, "0000100.00", until="2026-12-15"), **DECEMBER))
    assert told()[2:] == ["ReductionEnded", "ReductionEnded"]
    assert Reduction.objects.count() == 0


def test_the_reductions_of_the_stock_are_known_without_being_told(load: Load) -> None:
    load(file_of(reduced(COUPLE, "0000100.00")))
    assert Reduction.objects.count() == 1
    load(file_of(reduced(replace(COUPLE, street="AILLEURS"), "0000100.00"), **NOVEMBER))
    assert told() == []


def test_a_preview_tells_nothing(load: Load) -> None:
    load(file_of(COUPLE))
    load(file_of(STOPPED, **NOVEMBER), dry_run=True)
    assert told() == []


def test_the_history_of_the_person_says_it(load: Load, sign_in: Callable[[str], Client]) -> None:
    load(file_of(COUPLE))
    load(file_of(STOPPED, **NOVEMBER))
    person = Person.objects.get(first_name="BASILE")
    page = sign_in("rsa_office").get(f"/personnes/{person.pk}/historique/").content.decode()
    assert "versement suspendu : déclaration trimestrielle de ressources non reçue (situation au 30/11/2026)" in page


def test_the_number_of_statements_does_not_follow_the_dossiers(load: Load) -> None:
    def changed(count: int, first: int) -> int:
        dossiers = many(count, first)
        load(file_of(*dossiers, reference=f"2026-0{1 + first % 7}-28", created=f"2026-0{1 + first % 7}-28"))
        stopped = {"street": "DES LILAS", "state": "4", "situation": stopped_payment("06")}
        again = [replace(dossier, **stopped) for dossier in dossiers]  # type: ignore[arg-type]
        with CaptureQueriesContext(connection) as queries:
            load(file_of(*again, **NOVEMBER))
        return len(queries)

    load(file_of(COUPLE))
    changed(2, 1)
    few, many_of_them = changed(2, 50), changed(60, 100)
    assert many_of_them <= few + 2
