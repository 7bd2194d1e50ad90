"""After the first decision: another interview updates the diagnosis, and may answer a request (DIS-005, 009)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.errors import DomainError
from emploi.pathway.appointments import actions as appointments
from emploi.pathway.appointments.models import Appointment, Kind
from emploi.pathway.orientation import actions, queries
from emploi.pathway.orientation.models import Answer, Brake, BroughtPaper, Decision, Interview, Reorientation
from emploi.pathway.orientation.web.views.deciding import _bases
from tests.pathway.orientation.cast import (
    MORNING,
    World,
    appointment,
    decided,
    free_slot,
    interview,
    ready_to_orient,
)
from tests.pathway.orientation.test_journey import at, page, signed_in
from tests.pathway.orientation.test_reorientation import asked

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 12, 8, 10, 0, tzinfo=clock.ZONE)


@pytest.fixture
def first(world: World) -> Decision:
    """A first interview over: a brake, a paper to bring, a decision; everything left open has an owner."""
    held = ready_to_orient(world, first_wish="job", ready="now", housing="hosted")
    by = world.officer.as_actor()
    actions.add_brake(interview_id=held.pk, kind="mobility", severity=2, by=by, at=MORNING)
    note = actions.PaperNote(paper="identity", state="later", until=LATER.date())
    actions.note_papers(interview_id=held.pk, notes=[note], by=by, at=MORNING)
    decision = decided(world, held)
    for step in ("engagement", "next_appointment"):
        actions.leave_step_open(
            interview_id=held.pk, step=step, reason="Plus le temps", owner_id=world.officer.pk, by=by, at=MORNING
        )
    return decision


@pytest.fixture
def later() -> Iterator[datetime]:
    """Two weeks after the first interview."""
    with clock.frozen(LATER):
        yield LATER


def kind_about(about: str) -> Kind:
    return Kind.objects.get(interview_about=about)


def again(world: World, decision: Decision) -> Interview:
    return actions.start_interview(entry_id=decision.entry_id, by=world.colleague.as_actor(), at=LATER)


def to_orientation(world: World, held: Interview) -> None:
    """Rights recalled, diagnosis read again."""
    client = signed_in(world.colleague)
    client.post(at(held, "keep", "rights_and_duties"))
    client.post(at(held, "diagnosis_done"))


class TestAnotherInterview:
    def test_the_person_is_there_what_is_known_is_reused_and_what_changed_is_written(
        self, world: World, first: Decision, later: datetime
    ) -> None:
        client = signed_in(world.colleague)
        card = page(client, reverse("orientation:card", args=[first.person_id]))
        assert "Refaire le point avec la personne maintenant" in card.text
        client.post(reverse("orientation:start"), {"entry": first.entry_id})
        held = Interview.objects.get(closed_at=None)
        assert (held.arrival, held.appointment_id) == ("again", None)

        rights = page(client, at(held, "rights"))
        assert "Il suit celui du 23 novembre 2026" in rights.text
        assert "Déjà présentés le 23 novembre 2026" in rights.text
        client.post(at(held, "keep", "rights_and_duties"))
        assert "Déjà présentés le 23 novembre 2026, rappelés aujourd’hui" in " ".join(
            page(client, at(held, "rights")).text.split()
        ).replace("mardi 8 décembre à 10 h", "aujourd’hui")

        told = page(client, at(held, "section", "situation"))
        assert "it par la personne, le 23 novembre 2026" in told.text
        client.post(at(held, "section", "situation"), {"housing": "own"})
        client.post(at(held, "end_brake", Brake.objects.get().pk))
        client.post(at(held, "papers"), {"state_0": "seen"})
        assert queries.known_answers(first.person_id)["housing"].value == "own"
        said = Answer.objects.filter(person_id=first.person_id, question="housing").order_by("pk")
        assert [row.value for row in said] == ["hosted", "own"], "the earlier answer stays"
        assert Brake.objects.get().ended_on == LATER.date()
        assert list(BroughtPaper.objects.order_by("pk").values_list("paper", "state")) == [
            ("identity", "later"),
            ("identity", "seen"),
        ]

    def test_the_five_steps_close_with_what_still_holds(self, world: World, first: Decision, later: datetime) -> None:
        held = again(world, first)
        to_orientation(world, held)
        client = signed_in(world.colleague)
        shown = page(client, at(held, "orientation")).text
        assert "Garder cette orientation" in shown
        assert "Chercher ensemble une autre voie" in shown
        client.post(at(held, "keep", "orientation"))
        by = world.colleague.as_actor()
        actions.leave_step_open(
            interview_id=held.pk, step="engagement", reason="À signer", owner_id=world.officer.pk, by=by, at=LATER
        )
        kind = Kind.objects.get(offered_after_interview=True)
        coming = appointment(
            world, held.entry, starts_at=LATER + timedelta(days=2), kind=kind, agent=world.social_worker
        )
        assert "Un rendez-vous est déjà pris" in page(client, at(held, "next_appointment")).text
        client.post(at(held, "keep", "next_appointment"))
        held.refresh_from_db()
        assert held.closed_at == LATER
        assert queries.steps_of(held)[4].details == {"appointment": coming.pk, "kept": True}
        assert Decision.objects.count() == 1

    def test_nothing_is_kept_that_was_never_settled(self, world: World) -> None:
        held = interview(world)
        for step in ("rights_and_duties", "next_appointment"):
            with pytest.raises(DomainError, match="elle se fait maintenant"):
                actions.keep_known(interview_id=held.pk, step=step, by=world.officer.as_actor(), at=MORNING)


class TestFromAnAppointment:
    def test_the_kind_says_whether_it_leads_to_an_interview(
        self, world: World, first: Decision, later: datetime
    ) -> None:
        client = signed_in(world.colleague)
        meetings = {
            slug: appointment(world, first.entry, starts_at=LATER, kind=kind, agent=someone, status="held",
                              marked_at=LATER, marked_by=world.officer)
            for slug, kind, someone in (
                ("leads", kind_about("follow_up"), world.colleague),
                ("does_not", Kind.objects.get(slug="rendez-vous-conseiller"), world.officer),
            )
        }  # fmt: skip
        shown = {
            slug: page(client, reverse("appointments:appointment", args=[row.pk])).text
            for slug, row in meetings.items()
        }
        assert "Entretien" in shown["leads"]
        assert "Entretien" not in shown["does_not"].replace("Entretiens", "")
        with pytest.raises(DomainError, match="ne mène pas à un entretien"):
            actions.start_interview(
                entry_id=first.entry_id, appointment_id=meetings["does_not"].pk, by=world.officer.as_actor(), at=LATER
            )
        client.post(reverse("orientation:start"), {"entry": first.entry_id, "appointment": meetings["leads"].pk})
        assert Interview.objects.get(closed_at=None).appointment_id == meetings["leads"].pk

    def test_pressed_again_once_over_it_is_read_again(self, world: World, first: Decision) -> None:
        """The officer presses « Entretien » of a meeting whose five steps are settled, to print something."""
        over = first.interview
        assert over is not None and over.appointment_id is not None
        Interview.objects.get(pk=over.pk, closed_at__isnull=False)
        begun = signed_in(world.officer).post(
            reverse("orientation:start"), {"entry": first.entry_id, "appointment": over.appointment_id}
        )
        assert begun["Location"].startswith(f"/entretien/{over.pk}/")
        assert Interview.objects.count() == 1


class TestReorientation:
    def test_the_meeting_is_booked_from_the_request_held_and_decides_it(
        self, world: World, first: Decision, later: datetime
    ) -> None:
        row = asked(world, first, at=LATER - timedelta(days=3))
        client = signed_in(world.officer)
        shown = page(client, reverse("orientation:reorientation", args=[row.pk]))
        door = shown.find("a", string=lambda text: bool(text) and "Prendre ce rendez-vous" in text) or next(
            link for link in shown.find_all("a") if "Prendre ce rendez-vous" in link.text
        )
        kind = kind_about("reorientation")
        assert door["href"].endswith(f"?type={kind.pk}")
        slot = free_slot(world, LATER, kind=kind, agent=world.officer)
        booked = appointments.book(
            slot_id=slot.pk, entry_id=first.entry_id, via="person_page", by=world.officer.as_actor(),
            at=LATER - timedelta(days=2),
        )  # fmt: skip
        row.refresh_from_db()
        assert (row.appointment_id, row.route, row.state) == (booked.pk, "interview", "examining")
        shown = page(client, reverse("orientation:reorientation", args=[row.pk])).text
        assert "8 décembre 2026 à 10 h" in shown
        assert "Prendre ce rendez-vous" not in shown

        client.post(reverse("orientation:start"), {"entry": first.entry_id})
        held = Interview.objects.get(closed_at=None)
        assert held.appointment_id == booked.pk
        to_orientation(world, held)
        client.post(at(held, "keep", "rights_and_duties"))
        now = page(client, at(held, "orientation"))
        assert "Une autre orientation est demandée" in now.text
        choices = page(client, at(held, "orientation") + "?changer=1")
        assert "Orientation en vigueur : Emploi direct" in choices.text
        form = page(client, at(held, "orientation") + "?voie=pas_a_pas")
        values = {
            "voie": "pas_a_pas",
            "proposal": form.select_one("input[name=proposal]")["value"],
            "previous": form.select_one("input[name=previous]")["value"],
            "responsible_organization": world.department.pk,
            "opinion": "agrees",
            "override_reason": "Elle préfère avancer par étapes.",
        }
        assert client.post(at(held, "orientation"), values).status_code == 302
        row.refresh_from_db()
        new = Decision.objects.current().get(entry_id=first.entry_id)
        assert (new.previous_id, new.interview_id, row.decision_id, row.state) == (first.pk, held.pk, new.pk, "decided")
        by_route = {line.slug: line.decided for line in queries.examined_by(Reorientation.objects.all(), LATER.date())}
        assert by_route == {"interview": 1, "panel": 0, "": 0}

    def test_a_moved_meeting_stays_that_of_the_request(self, world: World, first: Decision, later: datetime) -> None:
        row = asked(world, first, at=LATER)
        kind, by = kind_about("reorientation"), world.officer.as_actor()
        slots = [free_slot(world, LATER + timedelta(days=day), kind=kind, agent=world.officer) for day in (1, 2)]
        booked = appointments.book(slot_id=slots[0].pk, entry_id=first.entry_id, via="agent", by=by, at=LATER)
        appointments.move_appointment(
            appointment_id=booked.pk, slot_id=slots[1].pk, reason="Salle prise", by=by, at=LATER
        )
        shown = page(signed_in(world.officer), reverse("orientation:reorientation", args=[row.pk])).text
        assert "10 décembre 2026" in shown
        assert "9 décembre 2026" not in shown

    def test_the_panel_keeps_its_route(self, world: World, first: Decision, later: datetime) -> None:
        row = asked(world, first, at=LATER)
        by = world.officer.as_actor()
        actions.examine_reorientation(reorientation_id=row.pk, route="panel", by=by, at=LATER)
        slot = free_slot(world, LATER + timedelta(days=1), kind=kind_about("reorientation"), agent=world.officer)
        appointments.book(slot_id=slot.pk, entry_id=first.entry_id, via="agent", by=by, at=LATER)
        row.refresh_from_db()
        assert (row.route, row.appointment_id) == ("panel", None)

    def test_outside_an_interview_it_never_rests_on_the_one_before(
        self, world: World, first: Decision, later: datetime
    ) -> None:
        """The letter must not say « après notre entretien » of one held for the orientation that is replaced."""
        assert _bases(first, first.interview) == ["on_file"]
        assert _bases(first, again(world, first)) == ["interview", "on_file"]


class TestNextAppointmentInWords:
    def test_it_follows_a_move_and_says_nothing_once_cancelled_or_past(self, world: World, first: Decision) -> None:
        kind, by = Kind.objects.get(offered_after_interview=True), world.officer.as_actor()
        slots = [free_slot(world, MORNING + timedelta(days=day), kind=kind, agent=world.colleague) for day in (2, 3)]
        booked = appointments.book(slot_id=slots[0].pk, entry_id=first.entry_id, via="agent", by=by, at=MORNING)
        details, today = {"appointment": booked.pk}, MORNING.date()
        assert "25 novembre" in queries.appointment_words(details, today)
        moved = appointments.move_appointment(
            appointment_id=booked.pk, slot_id=slots[1].pk, reason="Réunion", by=by, at=MORNING
        )
        assert "26 novembre" in queries.appointment_words(details, today)
        assert queries.appointment_words(details, LATER.date()) == ""
        appointments.cancel(appointment_id=moved.pk, reason="Malade", by=by, at=MORNING)
        assert queries.appointment_words(details, today) == ""
        assert Appointment.objects.filter(entry_id=first.entry_id, kind=kind).count() == 2
