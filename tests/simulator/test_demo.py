"""The demonstration: a service in the middle of its work, kept from one start to the next, moved on with the days."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Count, F, Q

from emploi.exchanges.caf.inbound import import_caf
from emploi.exchanges.caf.models import ReceivedFile
from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.errors import DomainError
from emploi.foundation.intake.models import Row, Run
from emploi.foundation.messaging.models import Message
from emploi.oversight.steering.models import FrozenMonth, FrozenRow, FrozenSum
from emploi.pathway.appointments.models import Appointment, ExternalCalendar, Invitation, Slot, VideoRoom
from emploi.pathway.beneficiaries import nir
from emploi.pathway.beneficiaries.models import (
    Contact,
    Entry,
    Household,
    HouseholdRole,
    Person,
    ReviewItem,
    VisitNeeds,
)
from emploi.pathway.clocks.models import Deadline
from emploi.pathway.orientation.models import (
    Brake,
    Decision,
    FollowUp,
    Interview,
    Lot,
    OrientationBatch,
    Recommendation,
    Reorientation,
    RulesetVersion,
    SentDecision,
)
from emploi.pathway.orientation.queries import letters_left
from emploi.pathway.reception.models import Call
from emploi.simulator.demo import running
from emploi.simulator.demo.running import Prepared, prepare
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Role

SIZE = 300
TUESDAY = datetime(2026, 11, 24, 11, 20, tzinfo=clock.ZONE)
REFERENCE = (
    "agents_agent", "organizations_organization", "geography_grid", "geography_place", "geography_commune",
    "rulebook_parametervalue", "rulebook_regime", "orientation_modality", "documents_document", "procrastinate_jobs",
    "audit_consultation",
)  # fmt: skip
QUIET: Any = lambda *_: None  # noqa: E731 - a bar nobody looks at


@pytest.fixture(scope="module")
def _demo(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One demonstration for all these stories, emptied after them."""
    from django.test import override_settings

    folder = tmp_path_factory.mktemp("demo")
    with override_settings(DATA_DIR=folder, INBOX_DIR=folder / "inbox"), django_db_blocker.unblock():
        yield prepare(SIZE, TUESDAY, QUIET)
        running._empty_lived_tables()
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(REFERENCE)} CASCADE")


@pytest.fixture
def demo(_demo: Prepared, db: None) -> Prepared:
    return _demo


def test_the_history_runs_from_the_first_file_to_this_very_day(demo: Prepared) -> None:
    assert demo.is_new
    assert Household.objects.count() > SIZE * 2
    assert Entry.objects.filter(is_stock=True).count() > SIZE * 0.9
    assert Entry.objects.counted().order_by("opened_on").values_list("opened_on", flat=True)[0].year == 2022
    assert Entry.objects.counted().filter(opened_on__gte=date(2026, 11, 10)).exists()
    assert ReceivedFile.objects.filter(flow_type="M").count() == 47
    assert ReceivedFile.objects.filter(first_load=True).count() == 1
    assert not Deadline.objects.filter(entry__is_stock=True, kind="first_interview").exists()


def test_the_promises_are_better_kept_year_after_year(demo: Prepared) -> None:
    def rate(kind: str, year: int) -> float:
        owed = Deadline.objects.filter(kind=kind, started_on__year=year, voided_on=None, sequence=1)
        return owed.filter(met_on__lte=F("due_on")).count() / owed.count()

    for kind in ("first_interview", "orientation_month"):
        assert rate(kind, 2023) < 0.66 < rate(kind, 2025)
        assert rate(kind, 2024) < rate(kind, 2025)


def test_the_figures_of_past_months_are_published_with_the_list_behind_each(demo: Prepared) -> None:
    months = FrozenMonth.objects.filter(cohort="first_interview").order_by("month")
    assert (months[0].month.year, months.latest("month").month) == (2022, date(2026, 8, 1))
    august = FrozenSum.objects.filter(frozen_month=months.latest("month"))
    listed = FrozenRow.objects.filter(frozen_month=months.latest("month"))
    assert sum(row.counts["entrants"] for row in august) == listed.count() > 0


def test_the_service_is_in_the_middle_of_its_work(demo: Prepared) -> None:
    today = Appointment.objects.filter(starts_at__date=TUESDAY.date())
    open_entries = Entry.objects.open().counted()

    assert Slot.objects.free().filter(starts_at__gt=TUESDAY).count() > 100
    assert Appointment.objects.planned().filter(starts_at__gt=TUESDAY).exists() or today.exists()
    # Today's entrants are left to whoever tries the product.
    assert not Invitation.objects.filter(sent_on=TUESDAY.date(), is_relaunch=False).exists()
    assert open_entries.filter(opened_on__gte=date(2026, 11, 12), interviews=None, decisions=None).exists()
    assert Deadline.objects.waiting().filter(kind="first_interview", entry__in=open_entries).exists()
    assert Deadline.objects.waiting().filter(due_on__lt=TUESDAY.date(), entry__closed_on=None).exists()
    couples = HouseholdRole.objects.filter(role="CJT", ended_on=None).count()
    assert couples > SIZE * 0.1
    assert Contact.objects.filter(kind="email", is_dead=True).exists()
    assert Person.objects.filter(contacts=None, entries__closed_on=None, entries__isnull=False).exists()
    assert Message.objects.filter(channel="letter").exists()
    assert Brake.objects.values("kind").distinct().count() == 8
    assert set(Decision.objects.values_list("basis", flat=True)) >= {"interview", "by_default"}
    assert Decision.objects.filter(to_transmit=True, transmitted_on=None).exists()


def test_the_queue_holds_realistic_doubles_and_those_who_must_stay_two(demo: Prepared) -> None:
    asked = ReviewItem.objects.filter(settled_at=None, other__isnull=False).select_related("person", "other")
    pairs = [(item.person, item.other) for item in asked if item.created_at.date() == TUESDAY.date()]

    def one(says: Callable[[Person, Person], bool]) -> bool:
        return sum(says(new, known) for new, known in pairs if known) == 1

    assert one(lambda new, known: new.last_name.startswith(f"{known.birth_name}-"))  # married
    assert one(lambda new, known: "?" in new.last_name and new.birth_date == known.birth_date)  # accent lost
    assert one(lambda new, known: differing(new, known) == 1)  # two numbers, one digit apart
    assert one(lambda new, known: new.birth_date_precision == "J" and new.name_key == known.name_key)
    assert one(lambda new, known: new.birth_date_precision == "N" and new.name_key == known.name_key)  # day mistyped
    assert one(lambda new, known: new.birth_rank == 2 and new.birth_date == known.birth_date)  # twins
    assert one(lambda new, known: new.nir_hash == known.nir_hash != "")  # the number of somebody else
    # Two who live together and share a telephone are nobody's double.
    shared = Contact.objects.values("value").annotate(people=Count("person", distinct=True)).filter(people__gt=1)
    together = [list(Person.objects.filter(contacts__value=row["value"]).distinct()) for row in shared]
    assert together
    assert not any(asked.filter(person__in=people, other__in=people).exists() for people in together)


def differing(one: Person, other: Person) -> int:
    """How many digits of two numbers differ; 0 when one of them has none."""
    if one.nir_encrypted is None or other.nir_encrypted is None:
        return 0
    return sum(a != b for a, b in zip(nir.decrypt(one.nir_encrypted), nir.decrypt(other.nir_encrypted), strict=True))


def test_a_bad_file_and_a_refused_household_wait_to_be_looked_at(demo: Prepared) -> None:
    refused = Run.objects.get(status="refused")
    partial = Run.objects.get(status="partial", kind="caf")

    assert "adressé au Département « 001 »" in refused.error
    assert Row.objects.get(run=partial).reason.startswith("Il manque le droit au RSA")
    assert partial.counters["households_created"] == 7


def test_france_travail_has_spoken_some_lines_are_refused_and_the_sendings_are_told(demo: Prepared) -> None:
    spoken = Run.objects.get(sheet__content="france_travail")
    assert spoken.status == "partial"
    reasons = " ".join(Row.objects.filter(run=spoken).values_list("reason", flat=True))
    assert "Jean Inconnu n’est pas dans le logiciel" in reasons
    assert "« à voir » n’est pas connu" in reasons
    assert Recommendation.objects.exists()
    assert FollowUp.objects.filter(followed=True).exists()
    assert SentDecision.objects.exists()


def test_the_quality_of_the_last_file_is_known_from_the_start(demo: Prepared) -> None:
    september = ReceivedFile.objects.get(flow_type="M", reference_on=date(2026, 9, 30))

    assert september.defects["no_contact"] > 0
    assert september.defects["no_nir"] > 0
    assert "duplicate" not in september.defects


def test_no_slot_is_taken_twice_and_seats_are_counted(demo: Prepared) -> None:
    active = Q(appointments__status__in=["planned", "held", "absent", "excused"])
    wrong = Slot.objects.annotate(real=Count("appointments", filter=active)).exclude(real=F("booked"))

    assert not wrong.exists()
    assert Slot.objects.filter(booked=1).count() > 100
    assert not Interview.objects.exclude(appointment__status="held").exists()


def test_one_account_a_role_opens_the_door(demo: Prepared) -> None:
    assert {account.role for account in demo.accounts} == {role.label for role in Role}
    for account in demo.accounts:
        agent = Agent.objects.get(email=account.email)
        assert agent.check_password(account.password)
        assert agent.permissions
    assert Invitation.objects.values("code").distinct().count() == Invitation.objects.count()


def test_the_files_that_wait_are_good_contacts_and_one_cut_short(demo: Prepared) -> None:
    by, at = Actor.system("test"), TUESDAY
    good, contacts, bad = demo.waiting

    refused = import_caf(path=bad, by=by, at=at)
    report = import_caf(path=good, by=by, at=at)

    assert refused.status == "not_done"
    assert "coupé" in refused.error
    assert report.status == "done"
    assert report.counters["households_read"] == SIZE
    # What the history already holds is recognised: only what changed is written.
    assert report.counters["households_unchanged"] > SIZE * 0.4
    assert report.counters["entries_opened"] > 0
    assert [warning["code"] for warning in report.warnings] == []
    assert all(e.opened_on == at.date() for e in Entry.objects.filter(run_id=report.run_id))
    assert contacts.read_bytes().startswith(b"MATRICULE;")


def test_a_second_start_reuses_everything(demo: Prepared) -> None:
    before = counts()

    again = prepare(SIZE, TUESDAY, QUIET)

    assert not again.is_new
    assert again.days_lived == 0
    assert again.waiting == []
    assert counts() == before


def test_started_another_day_it_has_lived_until_then(demo: Prepared, tmp_path: Path, settings: Any) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(settings.DATA_DIR, folder)
    settings.DATA_DIR, settings.INBOX_DIR = folder, folder / "inbox"
    before = counts()
    unmarked = Appointment.objects.planned().filter(starts_at__lt=TUESDAY).count()
    thursday_of_next_month = datetime(2026, 12, 3, 10, tzinfo=clock.ZONE)

    later = prepare(SIZE, thursday_of_next_month, QUIET)

    assert later.days_lived == 9
    assert counts()["Invitation"] > before["Invitation"]
    assert Entry.objects.filter(opened_on__gt=TUESDAY.date()).exists()
    assert Interview.objects.filter(started_at__gt=TUESDAY).exists()
    assert ReceivedFile.objects.filter(flow_type="M", reference_on=date(2026, 10, 31)).exists()
    assert later.waiting[0].name == "RSABEM-2026-11.xml"
    assert FrozenMonth.objects.filter(cohort="first_interview", month=date(2026, 9, 1)).exists()
    assert Appointment.objects.planned().filter(starts_at__date__lt=thursday_of_next_month.date()).count() <= unmarked


def test_invented_people_are_never_mixed_with_others(demo: Prepared, tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path

    with pytest.raises(DomainError, match="ne viennent pas de la démonstration"):
        prepare(SIZE, TUESDAY, QUIET)


def test_the_command_answers_one_json_object(demo: Prepared, capsys: pytest.CaptureFixture[str]) -> None:
    with clock.frozen(TUESDAY):
        call_command("demo", size=SIZE, no_serve=True, json=True)

    answer = json.loads(capsys.readouterr().out)
    assert answer["status"] == "done"
    assert answer["new"] is False
    assert len(answer["accounts"]) == len(Role)


def counts() -> dict[str, int]:
    models = (Household, Person, Entry, Deadline, Invitation, Appointment, Interview, Decision, Message, Agent)
    return {model.__name__: model._default_manager.count() for model in models}


def test_every_screen_of_the_service_has_something_true_to_show(demo: Prepared) -> None:
    """Places, requests, batches, calls, a colleague away, a calendar unread, a session, rules to compare."""
    states = set(Reorientation.objects.values_list("state", flat=True))
    assert {"requested", "examining", "refused", "withdrawn"} <= states
    assert Reorientation.objects.filter(route="panel").exclude(opinion="").exists()
    assert Lot.objects.count() >= 3
    on_file, by_default = (OrientationBatch.objects.filter(basis=basis).first() for basis in ("on_file", "by_default"))
    assert on_file is not None
    assert on_file.letters is None
    assert letters_left(on_file).waiting > 0
    assert by_default is None or by_default.letters is not None
    assert {"answered", "to_call_back", "called_back"} <= set(Call.objects.values_list("state", flat=True))
    assert ExternalCalendar.objects.exclude(error="").exists()
    session = Slot.objects.filter(kind__is_collective=True, starts_at__gt=TUESDAY).order_by("starts_at").first()
    assert session is not None
    assert 0 < session.booked < session.seats
    assert Appointment.objects.filter(kind__is_collective=True, status="held").exists()
    assert RulesetVersion.objects.filter(switched_on_at=None).exists()
    assert set(VideoRoom.objects.values_list("agent__memberships__role", flat=True)) == {Role.COUNSELLOR}
    afar = Appointment.objects.exclude(modality="physical")
    assert {"held", "absent", "planned"} <= set(afar.values_list("status", flat=True))
    assert afar.filter(status="planned", modality="video").exists()
    assert Slot.objects.free().filter(modality="phone", starts_at__gt=TUESDAY).exists()
    assert set(VisitNeeds.objects.values_list("source", flat=True)) == {"person", "typed"}
    assert Person.objects.exclude(interpreter_language="").filter(visit_needs__isnull=False).exists()
