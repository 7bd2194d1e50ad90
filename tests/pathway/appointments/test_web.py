"""The agents' screens, through the test client: what they show, what their buttons do, who may press them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.messaging import printing
from emploi.foundation.messaging.actions import resend, settle
from emploi.foundation.messaging.models import Message, PrintRun
from emploi.pathway.appointments import actions
from emploi.pathway.appointments.enums import AppointmentStatus, BookedVia
from emploi.pathway.appointments.models import Appointment, Closure, InvitationBatch, InvitationStop, Opening, Slot
from emploi.pathway.clocks.models import Deadline
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Role
from emploi.territory.organizations.models import Organization
from tests.pathway.appointments.world import MONDAY, World, agent, at

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def client_of() -> object:
    def sign_in(who: Agent) -> Client:
        client = Client()
        client.force_login(who, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


def url(name: str, *args: object) -> str:
    return reverse(f"appointments:{name}", args=args)


def booked(world: World, hour: int = 9, name: str = "Nadia") -> Appointment:
    entry = world.entry(name)
    slot = world.slot(TUESDAY, hour)
    return actions.book(slot_id=slot.pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=clock.now())


def opening_form(world: World, **changes: object) -> dict[str, object]:
    return {
        "agent": world.officer.pk, "place": world.town.pk, "kind": world.kind.pk, "first_on": "2026-11-24",
        "last_on": "2026-12-04", "weekdays": ["2", "4"], "starts_at": "09:00", "ends_at": "12:00",
        "slot_minutes": "60", **changes,
    }  # fmt: skip


def test_an_officer_opens_hours_in_one_form(world: World, client_of) -> None:
    client = client_of(world.officer)
    page = client.post(url("opening_new"), opening_form(world), follow=True).content.decode()
    assert "12 créneaux ajoutés" in page
    assert "mardi et jeudi" in page
    assert Slot.objects.count() == 12


def test_a_wrong_form_says_why_and_keeps_what_was_typed(world: World, client_of) -> None:
    client = client_of(world.officer)
    page = client.post(url("opening_new"), opening_form(world, ends_at="08:00")).content.decode()
    assert "après l’heure de début" in page
    assert 'value="2026-11-24"' in page
    assert Opening.objects.count() == 0


def test_a_counsellor_opens_hours_for_himself_only(world: World, client_of) -> None:
    service = Organization.objects.get(slug="pole")
    counsellor = agent("Paul", "Conseil", Role.COUNSELLOR, service)
    client = client_of(counsellor)
    page = client.post(url("opening_new"), opening_form(world)).content.decode()
    assert Opening.objects.count() == 0
    assert "Sélectionnez un choix valide" in page
    world.opening()
    assert client.get(url("opening_edit", Opening.objects.get().pk)).status_code == 404


def test_the_day_shows_appointments_free_slots_and_buttons(world: World, client_of) -> None:
    world.opening()
    appointment = booked(world)
    client = client_of(world.officer)
    with clock.frozen("2026-11-24T10:15"):
        page = client.get(url("agenda")).content.decode()
        assert "Nadia Essai1" in page
        assert "Libre" in page
        assert "est présent" in page
        answer = client.post(
            url("presence", appointment.pk), {"mark": "present", "next": "/rendez-vous/"}, follow=True
        ).content.decode()
    assert "Présence notée" in answer
    assert Deadline.objects.get(entry=appointment.entry, kind="first_interview").met_on == TUESDAY


def test_the_button_answers_htmx_with_the_line_alone(world: World, client_of) -> None:
    world.opening()
    appointment = booked(world)
    client = client_of(world.officer)
    htmx = {"headers": {"HX-Request": "true"}}
    with clock.frozen("2026-11-24T10:15"):
        line = client.post(url("presence", appointment.pk), {"mark": "absent"}, **htmx).content.decode()
        assert line.strip().startswith("<li")
        assert "Absent" in line
        assert "Corriger" in line
        again = client.post(url("presence", appointment.pk), {"mark": "present"}, **htmx).content.decode()
        assert "n&#x27;est plus possible" in again
        line = client.post(url("undo", appointment.pk), **htmx).content.decode()
        assert "est présent" in line


def test_an_excuse_without_words_keeps_the_page(world: World, client_of) -> None:
    world.opening()
    appointment = booked(world)
    with clock.frozen("2026-11-24T10:15"):
        answer = client_of(world.officer).post(url("presence", appointment.pk), {"mark": "excused"})
    assert answer.status_code == 422
    assert "Indiquez la raison" in answer.content.decode()


def test_moving_from_the_page(world: World, client_of) -> None:
    world.opening()
    appointment = booked(world)
    other = world.slot(TUESDAY, 11)
    client = client_of(world.secretary)
    assert str(other.pk) in client.get(url("move", appointment.pk)).content.decode()
    answer = client.post(url("move", appointment.pk), {"slot": other.pk, "reason": "Réunion"}, follow=True)
    assert "mardi 24 novembre à 11 h" in answer.content.decode()
    assert Appointment.objects.get(status=AppointmentStatus.PLANNED).slot == other


def test_the_page_to_move_says_whether_the_way_to_meet_changes(world: World, client_of) -> None:
    world.opening()
    appointment = booked(world)
    client = client_of(world.secretary)
    assert "Il a lieu comme le créneau choisi" in client.get(url("move", appointment.pk)).text
    by, now = world.secretary.as_actor(), clock.now()
    actions.set_modality(appointment_id=appointment.pk, modality="phone", reason="Sans voiture", by=by, at=now)
    for page in (url("move", appointment.pk), reverse("desk:caller_person", args=[appointment.person_id])):
        shown = client.get(page).text
        assert "Il reste <strong>par téléphone</strong>" in shown
        assert url("modality", appointment.pk) in shown


def test_only_those_who_book_for_others_move_and_cancel(world: World, client_of) -> None:
    world.opening()
    appointment = booked(world)
    counsellor = agent("Paul", "Faure", Role.COUNSELLOR, Organization.objects.get(slug="pole"))
    client = client_of(counsellor)
    assert client.post(url("cancel", appointment.pk), {"reason": "x", "by_us": "us"}).status_code == 404
    assert client.post(url("move", appointment.pk), {"slot": 1, "reason": "x"}).status_code == 404
    appointment.refresh_from_db()
    assert appointment.status == AppointmentStatus.PLANNED
    assert (
        url("cancel", appointment.pk)
        in client_of(world.secretary).get(url("appointment", appointment.pk)).content.decode()
    )


def test_a_past_appointment_is_marked_not_cancelled(world: World, client_of) -> None:
    world.opening()
    appointment = booked(world)
    other = world.slot(TUESDAY + timedelta(days=1), 11)
    client = client_of(world.secretary)
    with clock.frozen("2026-11-24T12:30"):
        assert "Annuler</a>" not in client.get(url("appointment", appointment.pk)).content.decode()
        refused = client.post(url("cancel", appointment.pk), {"reason": "Absente", "by_us": "us"}).content.decode()
        moved = client.post(url("move", appointment.pk), {"slot": other.pk, "reason": "Absente"}).content.decode()
    assert "notez la présence ou l’absence" in refused
    assert "notez la présence ou l’absence" in moved
    appointment.refresh_from_db()
    assert appointment.status == AppointmentStatus.PLANNED


def test_cancelling_says_who_asked(world: World, client_of) -> None:
    world.opening()
    appointment = booked(world)
    client = client_of(world.secretary)
    assert "Dites qui annule" in client.post(url("cancel", appointment.pk), {"reason": "x"}).content.decode()
    client.post(url("cancel", appointment.pk), {"reason": "Grippe", "by_us": "us"})
    appointment.refresh_from_db()
    assert (appointment.status, appointment.cancelled_reason) == (AppointmentStatus.CANCELLED_BY_US, "Grippe")


def test_closing_a_day_lists_whom_to_move(world: World, client_of) -> None:
    world.opening()
    booked(world)
    day = TUESDAY.isoformat()
    form = {"agent": world.officer.pk, "place": "", "first_on": day, "last_on": day, "reason": "Absente"}
    page = client_of(world.secretary).post(url("closure_new"), form, follow=True).content.decode()
    assert "Nadia Essai1" in page
    assert Closure.objects.get().reason == "Absente"


def test_a_batch_shows_channels_letters_and_those_left_out(world: World, client_of) -> None:
    letter, stopped = world.entry("Jean", mobile=""), world.entry("Marc")
    actions.stop_invitations(person=stopped.person, reason="Hôpital", by=world.by, at=clock.now())
    ids = [world.entry().pk, letter.pk, stopped.pk]
    batch = actions.invite_entries(entry_ids=ids, by=world.by, at=clock.now())
    client = client_of(world.officer)
    page = client.get(url("batch", batch.pk)).content.decode()
    assert "Invitations suspendues pour cette personne" in page
    assert "1 lettre attend" in page
    page = client.post(url("letters_print", batch.pk), follow=True).content.decode()
    assert "Lettres" in page and "1 lettre attend" not in page
    assert "0 / 1" in page
    run = PrintRun.objects.get()
    client.post(url("letters_print", batch.pk))
    assert PrintRun.objects.get() == run
    actions.bind_letters(batch.pk, run.pk, now=clock.now)
    page = client.get(url("batch", batch.pk)).content.decode()
    batch.refresh_from_db()
    assert batch.letters is not None
    assert f"/documents/{batch.letters.uuid}/" in page
    pdf = b"".join(client.get(f"/documents/{batch.letters.uuid}/").streaming_content)
    assert pdf.startswith(b"%PDF")
    back = {"next": url("batch", batch.pk)}
    posted = reverse("messaging:posted", args=[run.pk])
    refused = client.post(posted, {"on": str(MONDAY - timedelta(days=1)), **back})
    assert "elles ne sont pas parties avant" in refused.content.decode()
    tuesday = MONDAY + timedelta(days=1)
    page = client.post(posted, {"on": str(tuesday), **back}, follow=True).content.decode()
    assert "Postées le 24 novembre 2026" in page
    assert PrintRun.objects.get().posted_on == tuesday
    assert "Postées le 24" in client.get(url("batches")).content.decode()
    assert "les invitations du" in client.get(reverse("messaging:run", args=[run.pk])).content.decode()


def test_a_batch_prints_what_remains_with_the_same_button(world: World, client_of, monkeypatch) -> None:
    batch = actions.invite_entries(entry_ids=[world.entry(mobile="").pk], by=world.by, at=clock.now())
    client = client_of(world.officer)
    run = actions.print_letters(batch_id=batch.pk, by=world.by, at=clock.now())
    with monkeypatch.context() as patch, pytest.raises(RuntimeError):
        patch.setattr(printing, "letters_pdf", _broken)
        actions.bind_letters(batch.pk, run.pk, now=clock.now)
    assert "police introuvable" in client.get(url("batch", batch.pk)).content.decode()
    client.post(url("letters_print", batch.pk))
    second = PrintRun.objects.latest("pk")
    actions.bind_letters(batch.pk, second.pk, now=clock.now)
    letter = Message.objects.get(channel="letter")
    settle(message=letter, delivered=False, reason="courrier revenu", by=world.by, at=clock.now())
    resend(message=letter, reason="bonne adresse trouvée", by=world.by, at=clock.now())
    page = client.get(url("batch", batch.pk)).content.decode()
    assert "Imprimer ce qui reste" in page
    client.post(url("letters_print", batch.pk))
    third = PrintRun.objects.latest("pk")
    actions.bind_letters(batch.pk, third.pk, now=clock.now)
    page = client.get(url("batch", batch.pk)).content.decode()
    assert "Imprimer ce qui reste" not in page
    assert f"/documents/{PrintRun.objects.get(pk=third.pk).document.uuid}/" in page


def _broken(*_: object, **__: object) -> bytes:
    raise RuntimeError("police introuvable")


def test_letters_whose_worker_dies_are_composed_afresh_and_sent_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [world.entry(name, mobile="").pk for name in ("Jean", "Marc")]
    batch = actions.invite_entries(entry_ids=ids, by=world.by, at=clock.now())
    run = actions.print_letters(batch_id=batch.pk, by=world.by, at=clock.now())
    assert run is not None

    def killed(**_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(printing, "_finish", killed)
        actions.bind_letters(batch.pk, run.pk, now=clock.now)
    assert not Message.objects.exclude(sent_at=None).exists()
    first = actions.bind_letters(batch.pk, run.pk, now=clock.now)
    assert actions.bind_letters(batch.pk, run.pk, now=lambda: clock.now() + timedelta(days=1)) == first
    letters = Message.objects.filter(print_run=run)
    assert {letter.sent_at.date() for letter in letters if letter.sent_at} == {MONDAY}
    assert InvitationBatch.objects.get().letters == first


def test_letters_that_cannot_be_composed_wait_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = actions.invite_entries(entry_ids=[world.entry(mobile="").pk], by=world.by, at=clock.now())
    run = actions.print_letters(batch_id=batch.pk, by=world.by, at=clock.now())
    assert run is not None

    def broken(*_: object, **__: object) -> bytes:
        raise RuntimeError("police introuvable")

    with monkeypatch.context() as patch, pytest.raises(RuntimeError):
        patch.setattr(printing, "letters_pdf", broken)
        actions.bind_letters(batch.pk, run.pk, now=clock.now)
    again = actions.print_letters(batch_id=batch.pk, by=world.by, at=clock.now())
    assert again is not None
    assert again != run


def test_the_relaunch_list_relaunches_those_ticked(world: World, client_of) -> None:
    entries = [world.entry(), world.entry("Karim")]
    actions.invite_entries(entry_ids=[e.pk for e in entries], by=world.by, at=clock.now())
    client = client_of(world.secretary)
    with clock.frozen("2026-11-27T09:00"):
        page = client.get(url("worklist", "relances")).content.decode()
        assert "Nadia Essai1" in page
        answer = client.post(url("relaunch"), {"entry": [entries[0].pk]}, follow=True).content.decode()
        assert "1 personne relancée" in answer
        assert "Nadia Essai1" not in client.get(url("worklist", "relances")).content.decode()


def test_a_call_is_noted_and_a_convocation_sent(world: World, client_of) -> None:
    world.opening(last_on=None)
    entry = world.entry()
    actions.invite_entries(entry_ids=[entry.pk], by=world.by, at=clock.now())
    client = client_of(world.secretary)
    with clock.frozen("2026-12-01T09:00"):
        client.post(url("call", entry.person_id), {"outcome": "no_answer", "note": ""})
        assert "Pas de réponse" in client.get(url("worklist", "appels")).content.decode()
        page = client.get(url("convene", entry.person_id)).content.decode()
        assert "impose une date" in page
        slot = Slot.objects.filter(starts_at__gte=at(MONDAY + timedelta(days=25))).first()
        answer = client.post(url("convene", entry.person_id), {"slot": slot.pk}, follow=True).content.decode()
    assert "Convocation envoyée" in answer


def test_the_card_of_the_person(world: World, client_of) -> None:
    world.opening()
    appointment = booked(world)
    client = client_of(world.officer)
    person_id = appointment.person_id
    fragment = client.get(url("card", person_id), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert "9 h" in fragment
    client.post(url("stop", person_id), {"reason": "Deuil", "last_day": "2126-12-31"})
    assert InvitationStop.objects.get().reason == "Deuil"
    assert "Deuil" in client.get(url("card", person_id)).content.decode()
    client.post(url("resume", person_id))
    assert InvitationStop.objects.get().ended_at is not None


@pytest.mark.parametrize(
    "block", ["block_today", "block_unmarked", "block_to_move", "block_requests", "block_follow_up"]
)
def test_the_blocks_of_the_day_are_fragments_and_pages(world: World, client_of, block: str) -> None:
    world.opening()
    booked(world)
    client = client_of(world.officer)
    with clock.frozen("2026-11-24T12:30"):
        assert "<html" not in client.get(url(block), headers={"HX-Request": "true"}).content.decode()
        assert "<html" in client.get(url(block)).content.decode()


def test_a_partner_sees_his_own_appointments_only(world: World, client_of) -> None:
    outside = Organization.objects.create(slug="prestataire", name="Prestataire", kind="provider")
    partner = agent("Zoé", "Ailleurs", Role.PROVIDER, outside)
    world.opening()
    appointment = booked(world)
    client = client_of(partner)
    assert client.get(url("agenda"), {"agent": world.officer.pk, "jour": TUESDAY.isoformat()}).status_code == 200
    page = client.get(url("agenda"), {"agent": world.officer.pk, "jour": TUESDAY.isoformat()}).content.decode()
    assert "ESSAI" not in page
    assert client.get(url("appointment", appointment.pk)).status_code == 404
    assert client.post(url("presence", appointment.pk), {"mark": "present"}).status_code == 404
    assert client.get(url("card", appointment.person_id)).status_code == 404
    assert client.get(url("batches")).status_code == 403


def test_queries_do_not_grow_with_the_rows(world: World, client_of) -> None:
    world.opening()
    client = client_of(world.officer)
    pages = [
        url("agenda") + "?jour=2026-11-24",
        url("openings"),
        url("block_unmarked"),
        url("worklist", "appels"),
        url("batches"),
    ]

    def count() -> list[int]:
        counts = []
        with clock.frozen("2026-12-01T09:00"):
            for page in pages:
                with CaptureQueriesContext(connection) as captured:
                    assert client.get(page).status_code == 200
                counts.append(len(captured))
        return counts

    def fill(names: list[str], agents: list[Agent]) -> None:
        for who, name in zip(agents, names, strict=True):
            entry = world.entry(name)
            actions.invite_entries(entry_ids=[entry.pk, world.entry(name + "bis").pk], by=world.by, at=clock.now())
            slot = Slot.objects.free().filter(agent=who, starts_at__gte=at(TUESDAY)).first()
            actions.book(slot_id=slot.pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=clock.now())

    fill(["Ana"], [world.officer])
    count()
    few = count()
    fill(["Bob", "Cyr", "Dan", "Eve", "Flo"], [world.officer] * 5)
    assert count() == few


def test_from_present_to_the_interview_in_one_click(world: World, client_of) -> None:
    world.opening()
    appointment = booked(world)
    client = client_of(world.officer)
    with clock.frozen("2026-11-24T09:05"):
        client.post(url("presence", appointment.pk), {"mark": "present"})
        page = client.get(url("agenda")).content.decode()
        assert "Entretien avec Nadia Essai1" in page
        started = client.post(
            reverse("orientation:start"), {"entry": appointment.entry_id, "appointment": appointment.pk}
        )
    assert started["Location"].startswith("/entretien/")
    with clock.frozen("2026-11-24T09:05"):
        assert "Entretien avec" not in client_of(world.secretary).get(url("agenda") + "?lieu=1").content.decode()
