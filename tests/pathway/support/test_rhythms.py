"""Regular meetings (DIS-059): agreed with a person, due until planned, stopped when she leaves or changes referent."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.audit.presenters import sentence_of
from emploi.foundation.audit.writing import acting
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.pathway.appointments.models import Appointment, Kind
from emploi.pathway.beneficiaries import permissions as people
from emploi.pathway.beneficiaries.actions import close_entries
from emploi.pathway.beneficiaries.hooks import make_room
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.orientation import actions as orientation
from emploi.pathway.support import actions, queries
from emploi.pathway.support.models import Rhythm
from emploi.pathway.support.rules import due_on
from emploi.territory.agents.events import AccountClosed
from emploi.territory.agents.models import Agent
from tests.pathway.orientation import cast
from tests.pathway.orientation.cast import MORNING, SYSTEM, World, decided, entrant, ready_to_orient

TODAY = MORNING.date()


def counsellor_kind() -> Kind:
    return Kind.objects.get(slug="rendez-vous-conseiller")


def agreed(world: World, entry: Entry, *, agent: Agent | None = None, **wanted: Any) -> Rhythm:
    who = agent or world.social_worker
    plan = actions.RhythmPlan(
        **{
            "kind_id": counsellor_kind().pk, "with_id": who.pk, "modality": "phone", "every_weeks": 4,
            "since": TODAY, "reason": "Il préfère un appel régulier.", **wanted,
        }
    )  # fmt: skip
    return actions.set_rhythm(entry_id=entry.pk, plan=plan, agent_id=who.pk, by=who.as_actor(), at=MORNING)


def met(world: World, entry: Entry, when: datetime, status: str = "held") -> Appointment:
    marked = {"marked_at": when} if status != "planned" else {}
    return cast.appointment(
        world, entry, starts_at=when, kind=counsellor_kind(), agent=world.social_worker, status=status, **marked
    )


def due(agent: Agent, today: date) -> list[int]:
    return [rhythm.person_id for rhythm in queries.due_for(agent, today)]


def browser(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


class TestDue:
    @pytest.mark.parametrize(
        ("last", "expected"),
        [
            (None, date(2026, 11, 23)),
            (date(2026, 11, 20), date(2026, 11, 23)),  # held before anything was agreed
            (date(2026, 11, 24), date(2026, 12, 22)),
        ],
    )
    def test_the_rule(self, last: date | None, expected: date) -> None:
        assert due_on(date(2026, 11, 23), 4, last) == expected

    def test_due_until_planned_then_again_so_many_weeks_after_the_one_held(self, world: World) -> None:
        entry = entrant()
        agreed(world, entry)
        referent = world.social_worker
        assert due(referent, TODAY) == [entry.person_id]
        coming = met(world, entry, MORNING + timedelta(days=1), "planned")
        assert due(referent, TODAY) == []
        with acting(SYSTEM):
            Appointment.objects.filter(pk=coming.pk).update(status="held", marked_at=coming.ends_at)
        held_on = TODAY + timedelta(days=1)
        row = queries.rhythms_of(entry.person_id, TODAY).get()
        assert row.due_on == due_on(row.since, row.every_weeks, held_on) == date(2026, 12, 22)
        assert due(referent, date(2026, 12, 14)) == []
        assert due(referent, date(2026, 12, 15)) == [entry.person_id]  # a week before

    def test_an_absence_leaves_the_meeting_due(self, world: World) -> None:
        entry = entrant()
        agreed(world, entry)
        met(world, entry, MORNING, "absent")
        assert due(world.social_worker, TODAY + timedelta(days=1)) == [entry.person_id]

    def test_the_longest_awaited_comes_first_and_colleagues_see_theirs(self, world: World) -> None:
        later, sooner, theirs = entrant("Léa"), entrant("Tom"), entrant("Ines")
        agreed(world, later, since=TODAY + timedelta(days=3))
        agreed(world, sooner)
        agreed(world, theirs, agent=world.officer)
        assert due(world.social_worker, TODAY) == [sooner.person_id, later.person_id]

    def test_another_kind_held_is_not_this_meeting(self, world: World) -> None:
        entry = entrant()
        agreed(world, entry)
        cast.appointment(world, entry, status="held", marked_at=MORNING)  # the first interview
        assert due(world.social_worker, TODAY) == [entry.person_id]


class TestStops:
    def test_the_person_leaves(self, world: World) -> None:
        entry = entrant()
        rhythm = agreed(world, entry)
        close_entries(entry_ids=[entry.pk], reason="right_ended", on=TODAY, by=SYSTEM, at=MORNING)
        rhythm.refresh_from_db()
        assert (rhythm.ended_on, rhythm.end_reason) == (TODAY, "entry_closed")
        assert due(world.social_worker, TODAY) == []
        assert "arrêtés" in sentence_of(JournalEntry.objects.get(event="support.RhythmEnded"))

    def test_another_referent_confirms_before_anything_is_due(self, world: World) -> None:
        held = ready_to_orient(world)
        agreed(world, held.entry)
        decided(world, held, referent_id=world.colleague.pk)
        rhythm = Rhythm.objects.get()
        assert (rhythm.agent_id, rhythm.to_confirm_since) == (world.colleague.pk, TODAY)
        assert due(world.social_worker, TODAY) == due(world.colleague, TODAY) == []
        assert [row.pk for row in queries.to_confirm_by(world.colleague)] == [rhythm.pk]
        client = browser(world.colleague)
        assert "Je les reprends" in client.get(reverse("support:block")).content.decode()
        client.post(reverse("support:confirm", args=[rhythm.pk]))
        assert due(world.colleague, TODAY) == [held.person_id]

    def test_the_same_referent_goes_on(self, world: World) -> None:
        held = ready_to_orient(world)
        agreed(world, held.entry, agent=world.colleague)
        decided(world, held, referent_id=world.colleague.pk)
        assert Rhythm.objects.get().to_confirm_since is None

    def test_a_referent_named_later_confirms_too(self, world: World) -> None:
        held = ready_to_orient(world)
        decision = decided(world, held, referent_id=world.colleague.pk)
        agreed(world, held.entry, agent=world.colleague)
        orientation.name_referent(
            decision_id=decision.pk, referent_id=world.officer.pk, reason="Autre secteur", by=SYSTEM, at=MORNING
        )
        assert Rhythm.objects.get().agent_id == world.officer.pk
        assert Rhythm.objects.get().to_confirm_since == TODAY

    def test_whoever_leaves_calls_nobody(self, world: World) -> None:
        agreed(world, entrant())
        with acting(SYSTEM):
            publish(
                AccountClosed(agent_id=world.social_worker.pk, name=world.social_worker.full_name),
                by=SYSTEM,
                at=MORNING,
            )
        assert Rhythm.objects.get().agent_id is None
        assert Rhythm.objects.to_confirm().count() == 1

    def test_while_nobody_is_named_the_body_in_charge_sees_them_and_takes_them_on(self, world: World) -> None:
        """The usual case: the new body will name its referent; the person who agreed to a call is not forgotten."""
        held = ready_to_orient(world, first_wish="step")
        rhythm = agreed(world, held.entry)
        decided(world, held, "pas_a_pas", organization=world.provider)
        assert Rhythm.objects.get().agent_id is None
        assert queries.to_confirm_by(world.provider_agent).get() == rhythm
        assert queries.to_confirm_by(world.social_worker).get() == rhythm, "she agreed them"
        assert not queries.to_confirm_by(world.colleague).exists()
        client = browser(world.provider_agent)
        assert "Je les reprends" in client.get(reverse("support:block")).content.decode()
        client.post(reverse("support:confirm", args=[rhythm.pk]))
        assert Rhythm.objects.get().agent_id == world.provider_agent.pk

    def test_an_appointment_that_passed_unmarked_hides_nothing(self, world: World) -> None:
        entry = entrant()
        agreed(world, entry)
        met(world, entry, MORNING - timedelta(days=3), status="planned")
        assert due(world.social_worker, TODAY) == [entry.person_id]
        assert queries.rhythms_of(entry.person_id, TODAY).get().planned_at is None
        met(world, entry, MORNING + timedelta(days=2), status="planned")
        assert due(world.social_worker, TODAY) == []

    def test_the_referent_named_after_a_while_is_told(self, world: World) -> None:
        """The body in charge names nobody at first; then somebody; then somebody else (A, B, C)."""
        entry = entrant()
        agreed(world, entry)
        for referent, day in ((None, 0), (world.colleague.pk, 2), (world.officer.pk, 5)):
            at = MORNING + timedelta(days=day)
            actions.hand_over(referents={entry.pk: referent}, by=SYSTEM, at=at)
            rhythm = Rhythm.objects.get()
            assert (rhythm.agent_id, rhythm.to_confirm_since) == (referent, TODAY)
        assert queries.to_confirm_by(world.colleague).count() == 0
        assert queries.to_confirm_by(world.officer).get() == rhythm

    def test_only_who_is_asked_takes_the_meetings_on(self, world: World) -> None:
        entry = entrant()
        rhythm = agreed(world, entry)
        taking = {"rhythm_id": rhythm.pk, "by": SYSTEM, "at": MORNING}
        with pytest.raises(DomainError, match="n’attendent personne"):
            actions.confirm_rhythm(**taking, agent_id=world.colleague.pk)
        actions.hand_over(referents={entry.pk: world.colleague.pk}, by=SYSTEM, at=MORNING)
        with pytest.raises(DomainError, match=world.colleague.full_name):
            actions.confirm_rhythm(**taking, agent_id=world.social_worker.pk)
        card = reverse("support:card", args=[entry.person_id])
        assert "Je reprends ces entretiens" not in browser(world.social_worker).get(card).content.decode()
        assert "Je reprends ces entretiens" in browser(world.colleague).get(card).content.decode()
        actions.confirm_rhythm(**taking, agent_id=world.colleague.pk)
        assert Rhythm.objects.get().agent_id == world.colleague.pk

    def test_when_nobody_is_named_whoever_follows_her_takes_them_on(self, world: World) -> None:
        entry = entrant()
        rhythm = agreed(world, entry)
        actions.leave(agent_ids=[world.social_worker.pk], by=SYSTEM, at=MORNING)
        browser(world.colleague).post(reverse("support:confirm", args=[rhythm.pk]))
        assert Rhythm.objects.get().agent_id == world.colleague.pk

    def test_two_entries_made_one_keep_the_last_agreed_and_the_journal_says_it(self, world: World) -> None:
        staying, double = entrant("Léa"), entrant("Léa")
        former = agreed(world, double)
        last = agreed(world, staying)
        near_midnight = datetime(2026, 11, 24, 0, 30, tzinfo=clock.ZONE)
        with acting(SYSTEM):
            make_room(double.pk, staying.pk, SYSTEM, near_midnight)
        former.refresh_from_db()
        assert (former.ended_on, former.end_reason) == (date(2026, 11, 24), "duplicate")
        assert "fiche en double" in sentence_of(JournalEntry.objects.get(event="support.RhythmEnded"))
        assert Rhythm.objects.running().get() == last

    def test_one_rhythm_at_a_time(self, world: World) -> None:
        entry = entrant()
        first = agreed(world, entry)
        agreed(world, entry, every_weeks=2)
        first.refresh_from_db()
        assert first.end_reason == "replaced"
        assert Rhythm.objects.running().get().every_weeks == 2

    def test_stopped_once_only(self, world: World) -> None:
        rhythm = agreed(world, entrant())
        ending = {"rhythm_id": rhythm.pk, "note": "Il travaille.", "by": SYSTEM, "at": MORNING}
        actions.end_rhythm(**ending)
        with pytest.raises(DomainError, match="déjà arrêtés"):
            actions.end_rhythm(**ending)


class TestScreens:
    def fields(self, world: World, **wanted: Any) -> dict[str, Any]:
        return {
            "kind": counsellor_kind().pk, "modality": "phone", "every_weeks": "3", "since": "2026-11-24",
            "agent": world.social_worker.pk, "reason": "Il préfère un appel.", **wanted,
        }  # fmt: skip

    def test_agreed_from_the_page_of_the_person(self, world: World) -> None:
        entry, client = entrant(), browser(world.social_worker)
        address = reverse("support:set", args=[entry.person_id])
        assert "Par téléphone" in client.get(address).content.decode()
        assert client.post(address, self.fields(world)).status_code == 302
        rhythm = Rhythm.objects.get()
        assert (rhythm.every_weeks, rhythm.agent, rhythm.since) == (3, world.social_worker, date(2026, 11, 24))
        shown = client.get(reverse("support:card", args=[entry.person_id])).content.decode()
        assert "Toutes les 3 semaines" in shown
        assert f"type={rhythm.kind_id}&amp;comment=phone" in shown
        assert "toutes les 3 semaines" in sentence_of(JournalEntry.objects.get(event="support.RhythmSet"))

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"every_weeks": "0"}, "Une semaine au moins."),
            ({"every_weeks": ""}, "Indiquez toutes les combien de semaines."),
            ({"since": "2026-11-22"}, "Ce jour est passé"),
            ({"reason": ""}, "Écrivez pourquoi ces entretiens sont convenus."),
            ({"reason": "Son numéro est 2 68 05 86 995 804 47"}, "numéro de sécurité sociale"),
            ({"kind": ""}, "Choisissez le type de rendez-vous."),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
        self, world: World, change: dict[str, str], sentence: str
    ) -> None:
        entry, client = entrant(), browser(world.social_worker)
        answer = client.post(reverse("support:set", args=[entry.person_id]), self.fields(world, **change))
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
        assert "Il préfère un appel." in answer.content.decode() or "reason" in change
        assert not Rhythm.objects.exists()

    def test_the_block_opens_the_booking_screen_ready(self, world: World) -> None:
        entry, client = entrant(), browser(world.social_worker)
        rhythm = agreed(world, entry)
        shown = client.get(reverse("support:block")).content.decode()
        door = reverse("appointments:reserve", args=[entry.person_id])
        assert f"{door}?type={rhythm.kind_id}" in shown
        assert counsellor_kind().name in client.get(f"{door}?type={rhythm.kind_id}&comment=phone").content.decode()

    def test_the_booking_screen_shows_the_slots_of_the_one_agreed(self, world: World) -> None:
        entry, client = entrant(), browser(world.social_worker)
        kind = counsellor_kind()
        for who, hour in ((world.social_worker, 10), (world.colleague, 14)):
            cast.free_slot(world, MORNING.replace(hour=hour) + timedelta(days=1), kind=kind, agent=who)
        door = reverse("appointments:reserve", args=[entry.person_id])
        asked = {"type": kind.pk, "comment": "phone", "avec": world.social_worker.pk}
        shown = client.get(door, asked)
        assert [slot.agent for choice in shown.context["choices"] for slot in choice.slots] == [world.social_worker]
        assert 'value="phone" checked' in re.sub(r'(value="phone") [^>]*checked', r"\1 checked", shown.text)
        everybody = client.get(door, {"type": kind.pk})
        assert len([slot for choice in everybody.context["choices"] for slot in choice.slots]) == 2

    def test_why_they_ended_passes_the_guard_of_health(self, world: World) -> None:
        entry = entrant()
        rhythm = agreed(world, entry)
        actions.end_rhythm(rhythm_id=rhythm.pk, note="Il est hospitalisé.", by=SYSTEM, at=MORNING)
        address = reverse("support:card", args=[entry.person_id])
        assert "hospitalisé" in browser(world.social_worker).get(address).content.decode()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(people, "_scopes", [lambda agent: Q(pk=entry.person_id)])
            shown = browser(world.provider_agent).get(address)
        assert shown.status_code == 200
        assert "hospitalisé" not in shown.content.decode()

    def test_a_partner_never_reaches_somebody_else(self, world: World) -> None:
        entry = entrant()
        rhythm = agreed(world, entry)
        client = browser(world.provider_agent)
        for address in (
            reverse("support:card", args=[entry.person_id]),
            reverse("support:set", args=[entry.person_id]),
            reverse("support:end", args=[rhythm.pk]),
        ):
            assert client.get(address).status_code == 404
        assert client.post(reverse("support:confirm", args=[rhythm.pk])).status_code == 404

    def test_as_many_questions_for_one_as_for_many(self, world: World) -> None:
        client = browser(world.social_worker)

        def questions() -> int:
            with CaptureQueriesContext(connection) as asked:
                client.get(reverse("support:block"))
            return len(asked)

        agreed(world, entrant())
        client.get(reverse("support:block"))
        few = questions()
        for _ in range(4):
            agreed(world, entrant())
        assert questions() == few

    def test_the_hour_is_that_of_paris(self, world: World) -> None:
        entry = entrant()
        agreed(world, entry, every_weeks=1)
        met(world, entry, datetime(2026, 11, 24, 0, 30, tzinfo=clock.ZONE))
        assert queries.rhythms_of(entry.person_id, TODAY).get().due_on == date(2026, 12, 1)
