"""The work lists: one's own territory first, sorted, counted, carried away with a trace; the whole list at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.audit.models import Consultation
from emploi.foundation.audit.writing import acting
from emploi.foundation.messaging.models import Message
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import Invitation, InvitationBatch, Kind
from emploi.pathway.beneficiaries.models import Entry
from emploi.territory.agents.models import Agent, Membership
from emploi.territory.agents.roles import Role
from emploi.territory.geography.models import Grid, Territory, TerritoryCommune
from tests.pathway.appointments.world import MONDAY, TESTS, World, agent, at

THURSDAY = MONDAY + timedelta(days=3)
TUESDAY = MONDAY + timedelta(days=1)


def url(name: str, *args: object) -> str:
    return reverse(f"appointments:{name}", args=args)


@pytest.fixture
def two_lands(world: World) -> tuple[Entry, Entry]:
    """Somebody of the town, somebody of the village, each territory its own; both silent for three days."""
    with acting(TESTS):
        Grid.objects.update(is_default=False)
        grid = Grid.objects.create(slug="essai", name="Essai", kind="test", is_default=True)
        for place, name in ((world.town, "Ville"), (world.village, "Vallée")):
            land = Territory.objects.create(grid=grid, slug=name.lower(), name=name, position=1)
            TerritoryCommune.objects.create(grid=grid, territory=land, commune=place.commune)
    Kind.objects.update(relaunches_alone=False)
    town, village = world.entry("Nadia"), world.entry("Paul", commune=world.village.commune)
    actions.invite_entries(entry_ids=[town.pk, village.pk], by=world.by, at=at(MONDAY))
    return town, village


def of_the_valley(world: World) -> Agent:
    service = Membership.objects.get(agent=world.officer).organization
    secretary = agent("Vera", "Vallee", Role.RSA_OFFICE, service)
    with acting(TESTS):
        Membership.objects.filter(agent=secretary).update(territory=Territory.objects.get(name="Vallée"))
    return Agent.objects.get(pk=secretary.pk)


def signed_in(who: Agent) -> Client:
    client = Client()
    client.force_login(who, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def names(client: Client, name: str, **asked: str) -> list[str]:
    listing = client.get(url("worklist", name), asked).context["listing"]
    return [row.person.first_name for row in listing.rows]


def test_a_secretary_finds_her_territory_first_and_the_others_when_she_asks(
    world: World, two_lands: tuple[Entry, Entry]
) -> None:
    nowhere = world.entry("Sans-Lieu", commune=None)
    actions.invite_entries(entry_ids=[nowhere.pk], by=world.by, at=at(MONDAY))
    client = signed_in(of_the_valley(world))
    with clock.frozen(at(THURSDAY)):
        assert sorted(names(client, "relances")) == ["Paul", "Sans-Lieu"]
        assert sorted(names(client, "relances", territoire="tous")) == ["Nadia", "Paul", "Sans-Lieu"]
        town = str(Territory.objects.get(name="Ville").pk)
        assert sorted(names(client, "relances", territoire=town)) == ["Nadia", "Sans-Lieu"]
        assert names(client, "relances", territoire="tous", sort="-nom")[0] == "Sans-Lieu"
        # Whoever works everywhere sees everybody without asking.
        assert len(names(signed_in(world.secretary), "relances")) == 3


def test_the_whole_list_is_relaunched_as_filtered_whatever_the_page(
    world: World, two_lands: tuple[Entry, Entry]
) -> None:
    others = [world.entry(f"P{number:02d}") for number in range(30)]
    actions.invite_entries(entry_ids=[entry.pk for entry in others], by=world.by, at=at(MONDAY))
    client = signed_in(world.secretary)
    town = str(Territory.objects.get(name="Ville").pk)
    with clock.frozen(at(THURSDAY)):
        assert len(names(client, "relances", territoire=town)) == 25
        asked = {"list": "relances", "whole_list": "1", "query": f"territoire={town}&page=2"}
        client.post(url("relaunch"), asked)
        assert names(client, "relances") == ["Paul"]
    assert Invitation.objects.filter(is_relaunch=True).count() == 31
    # Nothing chosen: nobody is written to, and the page says so.
    with clock.frozen(at(THURSDAY)):
        page = client.post(url("relaunch"), {"list": "relances"}, follow=True).content.decode()
    assert "Choisissez au moins une personne" in page


def test_an_invitation_to_another_appointment_has_its_list_and_its_button(world: World) -> None:
    kind = Kind.objects.get(slug="remobilisation")
    one, other = world.entry("Ali"), world.entry("Bob")
    actions.invite_entries(entry_ids=[one.pk, other.pk], kind=kind, by=world.by, at=at(MONDAY))
    client = signed_in(world.secretary)
    with clock.frozen(at(THURSDAY)):
        assert names(client, "autres") == ["Ali", "Bob"]
        assert names(client, "autres", type=str(Kind.objects.get(slug="main-tendue").pk)) == []
        client.post(url("relaunch"), {"list": "autres", "entry": [one.pk]})
        assert names(client, "autres") == ["Bob"]
    batch = InvitationBatch.objects.get(is_relaunch=True)
    assert (batch.kind, batch.is_automatic, batch.created_by) == (kind, False, world.secretary)


def test_a_file_of_a_list_needs_the_right_and_leaves_a_trace(world: World, two_lands: tuple[Entry, Entry]) -> None:
    hidden = world.entry("Rose", confidential_address=True)
    actions.invite_entries(entry_ids=[hidden.pk], by=world.by, at=at(MONDAY))
    with clock.frozen(at(THURSDAY)):
        assert signed_in(world.officer).get(url("worklist_export", "relances")).status_code == 403
        answer = signed_in(world.secretary).get(url("worklist_export", "relances"), {"territoire": "tous"})
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert sorted(line.split(";")[1] for line in text.splitlines()[1:]) == ["Nadia", "Paul", "Rose"]
    rose = next(line for line in text.splitlines() if "Rose" in line)
    assert "confidentiel" in rose and "Exempleville" not in rose
    noted = Consultation.objects.filter(page="Export : Personnes à relancer").values_list("person_id", flat=True)
    assert set(noted) == {hidden.person_id, *(entry.person_id for entry in two_lands)}


def test_the_suspended_have_their_list_and_come_back_by_themselves(
    world: World, two_lands: tuple[Entry, Entry]
) -> None:
    client = signed_in(world.secretary)
    person = two_lands[0].person
    with clock.frozen(at(TUESDAY)):
        late = client.post(url("stop", person.pk), {"reason": "En voyage", "last_day": "2026-11-01"})
        assert "Ce jour est passé" in late.content.decode()
        client.post(url("stop", person.pk), {"reason": "En voyage", "last_day": "2026-12-01"})
    with clock.frozen(at(THURSDAY)):
        assert names(client, "suspensions") == ["Nadia"]
        assert names(client, "relances") == ["Paul"]
        assert "Suspensions à revoir (1)" in client.get(url("block_follow_up")).content.decode()
        client.post(url("stop", person.pk), {"reason": "Absent, prolongé", "last_day": "2026-12-20"})
        assert "Suspensions à revoir" not in client.get(url("block_follow_up")).content.decode()
    with clock.frozen("2026-12-21T10:00"):
        assert names(client, "suspensions") == []
        assert "Nadia" in names(client, "relances")
        # The one that ended by its day does not forbid another.
        client.post(url("stop", person.pk), {"reason": "Deuil", "last_day": "2026-12-30"})
        assert names(client, "suspensions") == ["Nadia"]


def test_suspended_in_the_evening_the_message_that_waits_for_the_morning_does_not_leave(world: World) -> None:
    entry = world.entry()
    actions.invite_entries(entry_ids=[entry.pk], by=world.by, at=at(MONDAY, 21))
    actions.stop_invitations(person=entry.person, reason="Deuil", by=world.by, at=at(MONDAY, 22))
    assert set(Message.objects.filter(person_id=entry.person_id).values_list("status", flat=True)) == {"cancelled"}


def test_only_who_chose_nothing_is_told_so(world: World) -> None:
    """Absent, then invited again at J+3: a relaunch for the figures, not « vous n’avez pas encore choisi »."""
    world.opening()
    entry, silent = world.entry("Nadia"), world.entry("Paul")
    actions.invite_entries(entry_ids=[entry.pk, silent.pk], by=world.by, at=at(MONDAY))
    slot = world.slot(TUESDAY, 9)
    meeting = actions.book(slot_id=slot.pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=at(MONDAY, 11))
    actions.mark_absent(appointment_id=meeting.pk, by=world.by, at=at(TUESDAY, 11))
    day = TUESDAY + timedelta(days=3)
    actions.invite_entries(entry_ids=[entry.pk, silent.pk], is_relaunch=True, by=world.by, at=at(day))
    last = {row.person_id: row.template for row in Message.objects.filter(about="Relance")}
    assert last == {entry.person_id: "appointments/invitation", silent.person_id: "appointments/relaunch"}


def test_absent_twice_is_one_line_and_a_collective_meeting_does_not_hide_it(world: World) -> None:
    world.opening()
    entry = world.entry()
    for day in (MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)):
        slot = world.slot(day, 9)
        meeting = actions.book(slot_id=slot.pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=at(day, 8))
        actions.mark_absent(appointment_id=meeting.pk, by=world.by, at=at(day, 11))
    group = Kind.objects.get(slug="reunion-collective")
    actions.invite_entries(entry_ids=[entry.pk], kind=group, by=world.by, at=at(THURSDAY))
    assert [row.pk for row in queries.absent_without_new_date(THURSDAY)] == [meeting.pk]
