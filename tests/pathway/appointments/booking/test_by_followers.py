"""Who accompanies a person invites or convenes her to meet herself, and sees who did not come or did not answer."""

from datetime import timedelta

import pytest
from django.db.models import Q
from django.test import Client
from django.utils.html import escape

from emploi.foundation import clock
from emploi.pathway.appointments import actions, hooks
from emploi.pathway.appointments.enums import Act, BookedVia
from emploi.pathway.appointments.models import Appointment, Invitation, Kind
from emploi.pathway.beneficiaries.models import Entry
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Role
from emploi.territory.organizations.models import Organization
from tests.pathway.appointments.world import MONDAY, World, agent, at

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TUESDAY = MONDAY + timedelta(days=1)
DAY = MONDAY + timedelta(days=10)


@pytest.fixture
def meeting(world: World) -> Kind:
    return Kind.objects.get(slug="rendez-vous-conseiller")


@pytest.fixture
def counsellor(world: World) -> Agent:
    return agent("Rose", "Blin", Role.COUNSELLOR, Organization.objects.get(slug="pole"))


@pytest.fixture
def mine(world: World, monkeypatch: pytest.MonkeyPatch) -> Entry:
    """Somebody the counsellor follows; nobody else is."""
    entry = world.entry("Nadia")
    monkeypatch.setattr(hooks, "_followed", [lambda _agent: Q(pk=entry.person_id)])
    return entry


@pytest.fixture
def browser(counsellor: Agent) -> Client:
    client = Client()
    client.force_login(counsellor, backend=BACKEND)
    return client


@pytest.fixture
def hours(world: World, meeting: Kind, counsellor: Agent) -> None:
    """The counsellor and a colleague both give this meeting."""
    for who in (counsellor, world.colleague):
        world.opening(kind_id=meeting.pk, agent_id=who.pk)


def acts(entry: Entry, act: str, kind: Kind) -> str:
    return f"/personnes/{entry.person_id}/rendez-vous/{act}/?type={kind.pk}"


@pytest.mark.usefixtures("hours")
def test_the_link_offers_her_own_slots_alone(
    world: World, browser: Client, counsellor: Agent, mine: Entry, meeting: Kind
) -> None:
    shown = browser.get(acts(mine, "inviter", meeting)).content.decode()
    assert "parmi vos créneaux" in shown
    sent = browser.post(acts(mine, "inviter", meeting))
    assert sent["Location"] == f"/personnes/{mine.person_id}/"
    invitation = Invitation.objects.get()
    hers, other = world.slot(TUESDAY, 9, agent=counsellor), world.slot(TUESDAY, 9, agent=world.colleague)
    phone = Client()
    phone.post(f"/i/{invitation.token}/confirmer/", {"creneau": other.pk})
    assert not Appointment.objects.exists()
    phone.post(f"/i/{invitation.token}/confirmer/", {"creneau": hers.pk})
    assert Appointment.objects.get().agent == counsellor


@pytest.mark.usefixtures("hours")
def test_relaunched_by_the_service_it_is_still_to_meet_her(
    world: World, browser: Client, counsellor: Agent, mine: Entry, meeting: Kind
) -> None:
    browser.post(acts(mine, "inviter", meeting))
    actions.invite_entries(
        entry_ids=[mine.pk], kind=meeting, is_relaunch=True, by=world.by, at=clock.now() + timedelta(days=4)
    )
    from emploi.pathway.appointments.queries.targets import host_of

    last = Invitation.objects.order_by("pk").last()
    assert last is not None
    assert host_of(last) == counsellor.pk
    actions.invite_entries(entry_ids=[mine.pk], kind=meeting, by=world.by, at=clock.now() + timedelta(days=8))
    last = Invitation.objects.order_by("pk").last()
    assert last is not None
    assert host_of(last) is None  # the service invited her anew, to meet anybody


@pytest.mark.usefixtures("hours")
def test_she_convenes_among_her_own_slots(
    world: World, browser: Client, counsellor: Agent, mine: Entry, meeting: Kind
) -> None:
    other = world.slot(DAY, 9, agent=world.colleague)
    assert str(other.pk) not in browser.get(acts(mine, "convoquer", meeting)).context["choices"]
    refused = browser.post(acts(mine, "convoquer", meeting), {"slot": other.pk})
    assert escape("Choisissez un de vos créneaux") in refused.content.decode()
    assert not Appointment.objects.exists()
    browser.post(acts(mine, "convoquer", meeting), {"slot": world.slot(DAY, 9, agent=counsellor).pk})
    assert Invitation.objects.get().act == Act.CONVOCATION
    assert Appointment.objects.get().agent == counsellor


def test_neither_somebody_else_s_people_nor_another_kind(
    world: World, browser: Client, mine: Entry, meeting: Kind
) -> None:
    stranger = world.entry("Ilyes")
    for act in ("inviter", "convoquer"):
        assert browser.get(acts(stranger, act, meeting)).status_code == 404
        assert browser.post(acts(stranger, act, meeting), {"slot": 1}).status_code == 404
        for slug in ("premier-rendez-vous", "main-tendue"):
            assert browser.post(acts(mine, act, Kind.objects.get(slug=slug)), {"slot": 1}).status_code == 404
    assert not Invitation.objects.exists()
    card = browser.get(f"/personnes/{stranger.person_id}/rendez-vous/").content.decode()
    assert "/rendez-vous/inviter/" not in card
    card = browser.get(f"/personnes/{mine.person_id}/rendez-vous/").content.decode()
    assert "/rendez-vous/inviter/" in card
    assert "/rendez-vous/suspendre/" not in card


@pytest.mark.usefixtures("hours")
def test_her_absents_and_the_silent_wait_until_something_follows(
    world: World, browser: Client, counsellor: Agent, mine: Entry, meeting: Kind,
) -> None:  # fmt: skip
    stranger = world.entry("Ilyes")
    for entry, hour in ((mine, 9), (stranger, 10)):
        taken = actions.book(
            slot_id=world.slot(TUESDAY, hour, agent=counsellor).pk, entry_id=entry.pk, via=BookedVia.PHONE,
            by=world.by, at=clock.now(),
        )  # fmt: skip
        actions.mark_absent(appointment_id=taken.pk, by=world.by, at=at(TUESDAY, 12))
    with clock.frozen(at(TUESDAY, 15)):
        block = browser.get("/rendez-vous/blocs/mes-absents/").content.decode()
        assert mine.person.full_name in block
        assert stranger.person.full_name not in block
        actions.invite_entries(
            entry_ids=[mine.pk], kind=meeting, with_agent_id=counsellor.pk, by=world.by, at=clock.now()
        )
        assert mine.person.full_name not in browser.get("/rendez-vous/mes-absents/").content.decode()
        assert mine.person.full_name not in browser.get("/rendez-vous/mes-absents/?liste=sans-reponse").content.decode()
    with clock.frozen(at(TUESDAY + timedelta(days=5), 9)):
        silent = browser.get("/rendez-vous/mes-absents/?liste=sans-reponse").content.decode()
        assert mine.person.full_name in silent
        actions.book(
            slot_id=world.slot(DAY, 9, agent=counsellor).pk, entry_id=mine.pk, via=BookedVia.PHONE, by=world.by,
            at=clock.now(),
        )  # fmt: skip
        assert mine.person.full_name not in browser.get("/rendez-vous/mes-absents/?liste=sans-reponse").content.decode()


def test_without_any_slot_of_hers_she_is_told_before_writing(browser: Client, mine: Entry, meeting: Kind) -> None:
    assert escape("Vous n’avez aucun créneau libre") in browser.get(acts(mine, "inviter", meeting)).content.decode()


def test_booking_from_the_card_asks_the_same_as_on_the_telephone(
    world: World, mine: Entry, counsellor: Agent, browser: Client, meeting: Kind
) -> None:
    world.opening(kind_id=meeting.pk, agent_id=counsellor.pk)
    world.opening(kind_id=meeting.pk, agent_id=world.colleague.pk, place_id=world.village.pk)
    path = acts(mine, "reserver", meeting)
    shown = browser.get(path).content.decode()
    assert "Accessible en fauteuil roulant seulement" in shown
    assert "non accessible en fauteuil" in shown
    assert escape(meeting.absence_after_invitation) in shown
    slot = world.slot(TUESDAY, 9, agent=counsellor)
    said = {
        "slot": slot.pk,
        "modality": "phone",
        "phone": "06 39 98 77 42",
        "needs": ["wheelchair"],
        "language": "",
        "other": "",
    }
    browser.post(path, said)
    taken = Appointment.objects.get()
    assert (taken.modality, taken.phone) == ("phone", "06 39 98 77 42")
    mine.person.refresh_from_db()
    told = mine.person.last_needs
    assert told is not None
    assert told.needs == ["wheelchair"]
    assert world.village.name not in browser.get(path).content.decode()
