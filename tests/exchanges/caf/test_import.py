"""The life of a Département that receives files: stock, entrants, exits, repeats, mistakes of the sender."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from emploi.exchanges.caf.engine import loading
from emploi.exchanges.caf.engine.ledger import Report
from emploi.exchanges.caf.models import ReceivedFile
from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import acting
from emploi.foundation.documents.queries import content_of
from emploi.foundation.intake import actions, workflow
from emploi.foundation.intake.models import Row, Run
from emploi.foundation.intake.sealing import unseal
from emploi.pathway.beneficiaries.models import Entry, Household, Person, ReviewItem, RightState
from emploi.pathway.clocks.models import Deadline
from tests.exchanges.caf.builder import Dossier, Someone, closed, file_of, many, stopped_payment
from tests.exchanges.caf.conftest import BY

Load = Callable[..., Report]
NEXT: dict[str, Any] = {"reference": "2026-11-30", "created": "2026-12-05"}

pytestmark = pytest.mark.django_db


def told(report: Report) -> dict[str, int]:
    return {warning["code"]: warning["count"] for warning in report.warnings}


def counted(report: Report) -> tuple[int, int, int, int, int]:
    n = report.counters
    names = ("read", "created", "updated", "unchanged", "refused")
    return tuple(n.get(f"households_{name}", 0) for name in names)  # type: ignore[return-value]


def stock(load: Load) -> Report:
    return load(file_of(*many(3)))


def test_the_first_file_is_stock_and_starts_no_clock(load: Load) -> None:
    report = stock(load)
    assert (report.status, report.exit_code) == ("done", 0)
    assert counted(report) == (3, 3, 0, 0, 0)
    assert report.counters["persons_created"] == 3
    assert set(Entry.objects.values_list("kind", "is_stock")) == {("stock", True)}
    assert Deadline.objects.count() == 0
    assert ReceivedFile.objects.get().first_load is True
    assert report.warnings == []


def test_an_entrant_of_the_next_month_has_a_clock_from_the_day_the_file_was_received(load: Load) -> None:
    stock(load)
    newcomer = Dossier(claim="00000077099", people=(Someone("NORINE", nir="2900399990777"),))
    with clock.frozen("2026-12-10"):
        report = load(file_of(*many(3), newcomer, **NEXT), received_on=date(2026, 12, 7))
    assert counted(report) == (4, 1, 0, 3, 0)
    assert report.counters["entries_opened"] == 1
    entry = Entry.objects.get(is_stock=False)
    assert (entry.kind, entry.opened_on, entry.person.first_name) == ("first", date(2026, 12, 7), "NORINE")
    due = {deadline.kind: deadline.due_on for deadline in Deadline.objects.filter(entry=entry)}
    assert due["first_interview"] == date(2026, 12, 22)


def test_without_a_deposit_date_the_clock_starts_on_the_day_the_file_was_made(load: Load) -> None:
    stock(load)
    with clock.frozen("2026-12-20"):
        load(file_of(*many(3), Dossier(claim="00000077099", people=(Someone("NORINE", nir=""),)), **NEXT))
    assert Entry.objects.get(is_stock=False).opened_on == date(2026, 12, 5)


def test_the_same_file_again_changes_nothing(load: Load) -> None:
    stock(load)
    before = (Person.objects.count(), RightState.objects.count(), Entry.objects.count())
    again = stock(load)
    assert counted(again) == (3, 0, 0, 3, 0)
    assert told(again) == {"same_file": 1}
    assert (Person.objects.count(), RightState.objects.count(), Entry.objects.count()) == before
    assert again.exit_code == 0


def test_the_same_file_again_parses_no_dossier(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    stock(load)

    def never(*args: object) -> None:
        raise AssertionError("a known dossier was parsed")

    monkeypatch.setattr(loading.DossierReader, "read_one", never)
    assert counted(stock(load)) == (3, 0, 0, 3, 0)


def test_who_leaves_and_who_is_suspended(load: Load) -> None:
    stock(load)
    one, two, three = many(3)
    gone = Dossier(**{**vars_of(one), "state": "5", "situation": closed("RFD")})
    late = Dossier(**{**vars_of(two), "state": "4", "situation": stopped_payment("06")})
    report = load(file_of(gone, late, three, **NEXT))
    assert counted(report) == (3, 0, 2, 1, 0)
    assert report.counters["entries_closed"] == 1  # a suspension ends nothing (definitions.md)
    assert Entry.objects.filter(closed_on__isnull=False).get().household.claim_number == one.claim
    assert set(Household.objects.values_list("state", "motive")) == {("5", "RFD"), ("4", "06"), ("2", "")}


def test_a_bad_dossier_is_set_aside_alone_and_goes_through_once_mended(load: Load) -> None:
    one, two = many(2)
    bad = two.xml().replace("<DTDEMRSA>2026-09-14<", "<DTDEMRSA>hier<")
    report = load(file_of(one, bad))
    assert (report.status, report.exit_code) == ("done_with_refused_lines", 1)
    assert counted(report) == (2, 1, 0, 0, 1)
    row = Row.objects.get()
    assert (row.number, row.key, row.xpath) == (
        2,
        two.claim,
        "/InfosFoyerRSA/IdentificationRSA/DemandeRSA/DTDEMRSA",
    )
    assert "AAAA-MM-JJ" in row.reason
    assert unseal(row.raw).decode() == bad
    assert bad.encode() not in bytes(row.raw)  # at rest, nobody reads it

    assert actions.replay(row=row, by=BY, at=clock.now()) is False
    assert row.attempts.count() == 1
    Row.objects.update(raw=actions.seal(two.xml().encode()))
    row.refresh_from_db()
    assert actions.replay(row=row, by=BY, at=clock.now()) is True
    assert Household.objects.count() == 2
    assert Run.objects.get().status == workflow.DONE
    # Replayed long after, it is still the stock of that first file.
    assert set(Entry.objects.values_list("kind", flat=True)) == {"stock"}


def test_a_dossier_written_twice_keeps_its_last_version(load: Load) -> None:
    one = many(1)[0]
    later = Dossier(**{**vars_of(one), "state": "4", "situation": stopped_payment("01")})
    content = file_of(one, later)
    report = load(content)
    assert told(report)["duplicate_in_file"] == 1
    assert Household.objects.get().motive == "01"
    assert counted(load(content)) == (2, 0, 0, 1, 0)
    assert Household.objects.get().motive == "01"


def test_a_file_for_another_departement_is_refused_whole(load: Load) -> None:
    others = [Dossier(**{**vars_of(dossier), "department": "038"}) for dossier in many(2)]
    report = load(file_of(*others))
    assert (report.status, report.exit_code) == ("not_done", 2)
    assert "« 038 »" in report.error
    assert Household.objects.count() == 0
    run = Run.objects.get()
    assert (run.status, run.error) == (workflow.REFUSED, report.error)


def test_an_unknown_organism_is_refused_and_a_stray_one_only_told(load: Load) -> None:
    others = [Dossier(**{**vars_of(dossier), "organism": "381"}) for dossier in many(3)]
    report = load(file_of(*others))
    assert report.exit_code == 2
    assert "CAF 381" in report.error
    mixed = load(file_of(*many(2), others[2]))
    assert told(mixed)["unknown_organism"] == 1
    assert Household.objects.count() == 3


def test_one_dossier_of_another_departement_is_refused_alone(load: Load) -> None:
    one, two, three = many(3)
    report = load(file_of(one, two, Dossier(**{**vars_of(three), "department": "038"})))
    assert counted(report) == (3, 2, 0, 0, 1)
    assert Row.objects.get().code == "other_department"


@pytest.mark.parametrize(
    ("content", "code", "count"),
    [
        (file_of(*many(2), declared=5), "trailer_count", 3),
        (file_of(*many(2), trailer=False), "trailer_missing", 1),
        (file_of(), "no_dossier", 1),
        (file_of(*many(1), flow="R"), "unusual_flow", 1),
        (file_of(*many(1), reference="2027-01-31"), "future_reference", 1),
    ],
)
def test_what_is_odd_about_a_file_is_told_and_does_not_stop_it(
    content: bytes, code: str, count: int, load: Load
) -> None:
    report = load(content)
    assert told(report)[code] == count
    assert report.exit_code == 0


def test_unknown_codes_are_told_once_each_with_their_number(load: Load) -> None:
    odd = [Dossier(**{**vars_of(d), "state": "4", "situation": stopped_payment("ZZ")}) for d in many(2)]
    report = load(file_of(*odd, Dossier(claim="00000009099", family="XYZ")))
    assert report.exit_code == 0
    told_codes = [(w["count"], w["message"]) for w in report.warnings if w["code"] == "unknown_code"]
    assert told_codes == [
        (2, "Code inconnu « ZZ » pour la balise MOTISUSVERSRSA : accepté tel quel."),
        (1, "Code inconnu « XYZ » pour la balise SITFAM : accepté tel quel."),
    ]


def test_gaps_repeats_and_steps_backwards_in_the_sequence(load: Load) -> None:
    stock(load)
    assert told(load(file_of(*many(4)))) == {"sequence_repeat": 1}
    gap = load(file_of(*many(4), reference="2027-01-31", created="2027-02-05"))
    assert told(gap) == {"sequence_gap": 2, "future_reference": 1}
    late = load(file_of(*many(4), reference="2026-11-30", created="2026-12-05"))
    assert told(late)["sequence_backwards"] == 1
    assert counted(late)[:4] == (4, 0, 0, 0)  # history is completed, nothing present is overwritten
    daily = load(file_of(*many(4), flow="I", reference="2026-11-20", created="2026-11-20"))
    assert "sequence_gap" not in told(daily)  # another series


def test_a_dossier_that_disappears_is_flagged_and_never_closed(load: Load) -> None:
    stock(load)
    one, two, three = many(3)
    bad = two.xml().replace("<ETATDOSRSA>2<", "<ETATDOSRSA>22<")
    report = load(file_of(one, bad, **NEXT))
    # The refused dossier is in the file: only the third one is missing.
    assert told(report)["disappeared"] == 1
    assert Household.objects.exclude(disappeared_on=None).get().claim_number == three.claim
    assert Entry.objects.filter(closed_on__isnull=False).count() == 0
    assert ReviewItem.objects.filter(kind="disappeared").count() == 1


def test_a_stray_dossier_of_another_organism_accuses_none_of_its_others(load: Load) -> None:
    theirs = [replace(one, payer="MSA", organism="991", matricule=f"28504999901{n:02d}00")
              for n, one in enumerate(many(3, first=50))]  # fmt: skip
    load(file_of(*many(3)))
    load(file_of(*theirs, application="AGO"))
    report = load(file_of(*many(3), theirs[0], **NEXT))
    assert "disappeared" not in told(report)
    assert told(load(file_of(theirs[0], theirs[1], application="AGO", **NEXT)))["disappeared"] == 1


def test_a_file_older_than_the_stock_is_stock_too(load: Load) -> None:
    one, two = many(2)
    load(file_of(one))
    load(file_of(one, two, reference="2026-09-30", created="2026-10-05"))
    assert set(Entry.objects.values_list("kind", flat=True)) == {"stock"}
    load(file_of(one, two, many(3)[2], **NEXT))
    assert Entry.objects.filter(kind="first").count() == 1


def test_a_damaged_file_accuses_nobody_of_having_disappeared(load: Load) -> None:
    stock(load)
    assert "disappeared" not in told(load(file_of(*many(1), declared=3, **NEXT)))
    cut = many(2)[1].xml().replace("</InfosFoyerRSA>", "")
    assert "disappeared" not in told(load(file_of(cut, *many(1), **NEXT)))


def test_a_dry_run_says_the_same_and_keeps_nothing(load: Load) -> None:
    promised = load(file_of(*many(3)), dry_run=True)
    assert (Household.objects.count(), Run.objects.count(), ReceivedFile.objects.count()) == (0, 0, 0)
    done = load(file_of(*many(3)))
    assert promised.counters == done.counters
    assert promised.dry_run


def test_the_original_is_archived_encrypted_even_when_it_is_refused(load: Load, settings: Any) -> None:
    contents = [file_of(*many(2)), file_of(*many(2))[:2000]]
    for content in contents:
        load(content)
    stored = [run.document for run in Run.objects.order_by("pk")]
    assert [content_of(document) for document in stored if document] == contents
    at_rest = b"".join(path.read_bytes() for path in settings.MEDIA_ROOT.rglob("*.bin"))
    assert b"InfosFoyerRSA" not in at_rest


def test_somebody_typed_by_hand_does_not_end_the_stock(load: Load) -> None:
    with acting(Actor.system("essai")):
        Household.objects.create(payer="CAF", state="Z")
    stock(load)
    assert set(Entry.objects.values_list("kind", flat=True)) == {"stock"}


def test_a_daily_file_does_not_end_the_stock(load: Load) -> None:
    load(file_of(*many(1), flow="I", reference="2026-10-30", created="2026-10-30"))
    load(file_of(*many(3), **NEXT))
    assert Entry.objects.count() == 3
    assert set(Entry.objects.values_list("kind", flat=True)) == {"stock"}


def test_a_file_cannot_be_received_tomorrow(load: Load) -> None:
    report = load(file_of(*many(1)), received_on=date(2030, 1, 1))
    assert (report.status, report.exit_code) == ("not_done", 2)
    assert "dans le futur" in report.as_json()["error"]
    assert not Household.objects.exists()


def test_the_msa_has_its_own_first_load(load: Load) -> None:
    stock(load)
    farmer = Someone("JUSTINE", nir="2770899990456")
    msa = Dossier(claim="00000500099", payer="MSA", matricule="2770899990456", people=(farmer,))
    load(file_of(msa, application="AGO"))
    assert ReceivedFile.objects.filter(first_load=True).count() == 2
    household = Household.objects.get(payer="MSA")
    assert household.payer_number == ""  # a NIR is never kept in clear
    assert household.payer_number_hash != ""


def test_a_batch_that_fails_is_tried_dossier_by_dossier(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    real, guilty = loading.apply_households, many(5)[3].claim

    def fragile(batch: Any, **arguments: Any) -> Any:
        if any(facts.claim_number == guilty for facts in batch):
            raise ValueError("planted")
        return real(batch, **arguments)

    monkeypatch.setattr(loading, "apply_households", fragile)
    report = load(file_of(*many(5)))
    assert counted(report) == (5, 4, 0, 0, 1)
    row = Row.objects.get()
    assert (row.number, row.code) == (4, "not_applied")
    assert "n'a pas pu être enregistré" in row.reason


def test_a_fault_of_ours_stops_the_run_instead_of_refusing_everybody(
    load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(batch: Any, **arguments: Any) -> Any:
        raise LookupError("planted")

    monkeypatch.setattr(loading, "apply_households", broken)
    report = load(file_of(*many(40)))
    assert report.exit_code == 2
    assert Row.objects.count() == 0
    assert Run.objects.get().status == workflow.INTERRUPTED


def vars_of(dossier: Dossier) -> dict[str, Any]:
    return dict(vars(dossier))
