"""The lists narrowed by body, referent, way, dates of invitation and of appointment, suspension; the file follows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.audit.writing import acting
from emploi.pathway.appointments import actions
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import InvitationBatch, Kind
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.orientation.models import Decision, Modality
from emploi.territory.organizations.models import Organization
from tests.pathway.appointments.world import MONDAY, TESTS, World, at
from tests.portal.desk.conftest import page

LIST = "/personnes/"
WEDNESDAY = MONDAY + timedelta(days=2)


def names(client: Client, where: str = LIST, **asked: str) -> list[str]:
    with clock.frozen(at(WEDNESDAY)):
        rows = page(client.get(where, asked)).select("table tbody tr")
    return sorted(row.th.a.get_text().split()[-1] for row in rows)


@pytest.fixture
def oriented(world: World) -> dict[str, Entry]:
    """Ali is with Claire Martin at the pole, Bob with Hugo Petit at the association, Zoe nowhere yet."""
    found = {name: world.entry(name) for name in ("Ali", "Bob", "Zoe")}
    with acting(TESTS):
        pole = Organization.objects.get(slug="pole")
        Organization.objects.filter(pk=pole.pk).update(can_be_responsible=True)
        other = Organization.objects.create(
            slug="asso", name="Association Essor", kind="association", can_be_responsible=True
        )
        ways = [
            Modality.objects.create(slug=slug, name=slug.title(), legal_path="social", position=rank)
            for rank, slug in enumerate(("essai-un", "essai-deux"))
        ]
        for name, body, referent, way in (
            ("Ali", pole, world.officer, ways[0]),
            ("Bob", other, world.colleague, ways[1]),
        ):
            entry = found[name]
            Decision.objects.create(
                entry=entry, person=entry.person, modality=way, legal_path="social", responsible_organization=body,
                referent=referent, basis="taken_over", decided_on=date(2026, 11, 2), decided_by=world.officer,
                recorded_at=at(MONDAY), delegation="Avant", regime_code="R1", to_transmit=False,
                agreed_with_person=False, notification_means="former",
            )  # fmt: skip
    return found


def test_by_body_referent_and_way_on_screen_and_in_the_file(
    world: World, office: Client, oriented: dict[str, Entry]
) -> None:
    other = str(Organization.objects.get(slug="asso").pk)
    assert names(office) == ["Ali", "Bob", "Zoe"]
    assert names(office, organisme=other) == ["Bob"]
    assert names(office, referent="martin claire") == ["Ali"]
    assert names(office, referent="claire petit") == []
    assert names(office, voie="essai-deux") == ["Bob"]
    assert names(office, voie="essai-un", organisme=other) == []
    with clock.frozen(at(WEDNESDAY)):
        answer = office.get(reverse("desk:persons_export"), {"referent": "Petit"})
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert [line.split(";")[1] for line in text.splitlines()[1:]] == ["Bob"]
    assert (
        names(office, "/orientations/", body=other) == ["Bob"]
        or "Bob" in office.get("/orientations/", {"body": other}).content.decode()
    )
    shown = office.get("/orientations/", {"referent": "Martin"}).content.decode()
    assert "Ali" in shown and "Bob" not in shown


def test_by_the_dates_of_invitation_and_of_appointment_of_the_kind_shown(world: World, office: Client) -> None:
    world.opening()
    early, late, other = world.entry("Ali"), world.entry("Bob"), world.entry("Zoe")
    actions.invite_entries(entry_ids=[early.pk], by=world.by, at=at(MONDAY, 8))
    actions.invite_entries(entry_ids=[late.pk], by=world.by, at=at(WEDNESDAY, 8))
    kind = Kind.objects.get(slug="remobilisation")
    actions.invite_entries(entry_ids=[other.pk], kind=kind, by=world.by, at=at(MONDAY, 8))
    slot = world.slot(MONDAY + timedelta(days=3), 9)
    actions.book(slot_id=slot.pk, entry_id=early.pk, via=BookedVia.AGENT, by=world.by, at=at(MONDAY, 9))
    assert names(office, invite_du="2026-11-23", invite_au="2026-11-23") == ["Ali"]
    assert names(office, invite_du="2026-11-24") == ["Bob"]
    assert names(office, invite_au="2026-11-23", pour="remobilisation") == ["Zoe"]
    assert names(office, rdv_du="2026-11-26", rdv_au="2026-11-26") == ["Ali"]
    assert names(office, rdv_au="2026-11-25") == []


def test_the_suspended_are_seen_and_found(world: World, office: Client) -> None:
    world.entry("Ali")
    stopped = world.entry("Zoe")
    last = WEDNESDAY + timedelta(days=9)
    actions.stop_invitations(person=stopped.person, reason="Deuil", last_day=last, by=world.by, at=at(MONDAY))
    for where in (LIST, "/entrants/"):
        assert names(office, where, suspendu="on") == ["Zoe"]
        with clock.frozen(at(WEDNESDAY)):
            rows = {row.th.a.get_text().split()[-1]: row.text for row in page(office.get(where)).select("tbody tr")}
        assert "suivi suspendu" in rows["Zoe"] and "suivi suspendu" not in rows["Ali"]
    with clock.frozen(at(WEDNESDAY)):
        assert "suivi suspendu" in office.get(f"/personnes/{stopped.person_id}/").content.decode()
    with clock.frozen(at(last + timedelta(days=1))):
        assert "suivi suspendu" not in office.get(LIST).content.decode()


def test_people_of_another_appointment_are_ticked_and_invited_to_it(world: World, office: Client) -> None:
    entry = world.entry("Ali")
    kind = Kind.objects.get(slug="remobilisation")
    with clock.frozen(at(WEDNESDAY)):
        shown = page(office.get(LIST, {"pour": "remobilisation"}))
        assert shown.select_one(f"input[name=entry][value='{entry.pk}']")
        assert shown.select_one("input[name=kind]")["value"] == str(kind.pk)
        assert "Convoquer…" not in shown.text
        asked = {"list": "persons", "query": "pour=remobilisation", "kind": kind.pk, "entry": [entry.pk]}
        assert "Remobilisation" in office.post("/entrants/inviter/", asked).content.decode().title()
        office.post("/entrants/inviter/", {**asked, "confirm": "1", "means": "best"})
    assert InvitationBatch.objects.get().kind == kind
