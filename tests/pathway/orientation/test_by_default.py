"""Who missed a convocation is oriented by default before the six weeks end (R262-65-3), never before."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.audit.writing import acting
from emploi.pathway.appointments.models import Invitation, Kind
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.orientation import actions, queries
from emploi.pathway.orientation.models import Decision
from emploi.territory.rulebook.models import ParameterValue
from tests.pathway.orientation.cast import MORNING, SYSTEM, World, appointment, entrant, interview
from tests.pathway.orientation.test_access import HTMX, count_queries
from tests.pathway.orientation.test_journey import page, signed_in

pytestmark = pytest.mark.django_db
YESTERDAY = MORNING - timedelta(days=1)
HOURS = 14


def convoked(entry: Entry, **values: Any) -> None:
    with acting(SYSTEM):
        Invitation.objects.create(
            entry=entry,
            person_id=entry.person_id,
            kind=Kind.objects.get(is_first_interview=True),
            **{
                "act": "convocation",
                "token": f"jeton-{entry.pk}",
                "code": f"C{entry.pk:06d}",
                "sent_at": MORNING - timedelta(days=6),
                "sent_on": date(2026, 11, 17),
                "expires_on": date(2026, 11, 30),
                **values,
            },
        )


def missed(world: World, entry: Entry, *, status: str = "absent", **values: Any) -> None:
    hour = timedelta(hours=entry.pk % HOURS)  # an officer receives one person at a time
    appointment(world, entry, starts_at=YESTERDAY + hour, status=status, marked_at=MORNING, **values)


def absent(world: World, first_name: str = "Amina", last_name: str = "Benali", **values: Any) -> Entry:
    """Somebody who was convoked and did not come."""
    entry = entrant(first_name, last_name, **values)
    convoked(entry)
    missed(world, entry)
    return entry


def listed() -> list[int]:
    return [row.entry_id for row in queries.to_orient_by_default()]


class TestWhoIsOwed:
    def test_a_missed_convocation_and_nothing_else_awaited(self, world: World) -> None:
        entry = absent(world)
        row = queries.to_orient_by_default().get()
        assert (row.entry_id, row.due_on, row.convoked_on) == (entry.pk, date(2026, 12, 28), date(2026, 11, 17))
        assert row.missed_at.date() == YESTERDAY.date()

    def test_an_invitation_missed_is_not_a_convocation(self, world: World) -> None:
        entry = entrant()
        convoked(entry, act="invitation")
        missed(world, entry)
        assert listed() == []

    def test_a_convocation_to_something_else_is_not_one_to_the_first_interview(self, world: World) -> None:
        entry = absent(world)
        other = Kind.objects.exclude(is_first_interview=True).first()
        with acting(SYSTEM):
            Invitation.objects.filter(entry=entry).update(kind=other)
        assert listed() == []
        assert actions.situation_of(entry, {}, MORNING.date()).convoked_on is None

    def test_an_absence_before_the_convocation_does_not_count(self, world: World) -> None:
        entry = entrant()
        convoked(entry, sent_on=MORNING.date())
        missed(world, entry)
        assert listed() == []

    def test_an_excuse_a_new_date_or_a_decision_take_her_out(self, world: World) -> None:
        excused = entrant("Marc", "Roux")
        convoked(excused)
        missed(world, excused, status="excused", marked_reason="Enfant malade")
        again = absent(world, "Lina", "Faure")
        appointment(world, again, starts_at=MORNING + timedelta(days=2))
        met = absent(world, "Paul", "Noir")
        interview(world, met)
        gone = absent(world, "Zoé", "Blanc")
        with acting(SYSTEM):
            Entry.objects.filter(pk=gone.pk).update(closed_on=MORNING.date(), closing_reason="right_ended")
        assert listed() == []

    def test_the_nearest_limit_comes_first(self, world: World) -> None:
        late = absent(world, "Marc", "Roux", opened_on=date(2026, 11, 14))
        later = absent(world)
        assert listed() == [late.pk, later.pk]


class TestScreens:
    def test_the_page_and_the_block_lead_to_the_decision_chosen_beforehand(self, world: World) -> None:
        entry = absent(world)
        client = signed_in(world.officer)
        with clock.frozen(MORNING):
            for name, extra in (("by_default", {}), ("by_default_block", HTMX)):
                shown = client.get(reverse(f"orientation:{name}"), **extra).content.decode()
                assert f"/orientations/decider/{entry.pk}/?fondement=by_default" in shown
                assert "28 déc" in shown
            text = page(client, f"/orientations/decider/{entry.pk}/?fondement=by_default").text
        assert "Une convocation est partie le 17 novembre 2026." in text
        assert "La personne n’est pas venue le 22 novembre 2026, sans s’excuser." in text
        assert "vers le Département, ou l'organisme qui accompagne déjà la personne" in text
        assert "Loi contre les fraudes de juin 2026, depuis le 26 juin 2026" in text

    def test_only_what_the_law_allows_is_offered_and_the_decision_is_taken(self, world: World) -> None:
        entry = absent(world)
        client = signed_in(world.officer)
        address = f"/orientations/decider/{entry.pk}/?fondement=by_default&voie=emploi_direct"
        with clock.frozen(MORNING):
            shown = page(client, address)
            bodies = [option.text for option in shown.select("select[name=responsible_organization] option")]
            assert bodies == ["Pôle insertion du Val"], "France Travail does not accompany her"
            assert shown.select_one("input[name=basis]")["value"] == "by_default"
            form = {"voie": "emploi_direct", "basis": "by_default", "responsible_organization": world.department.pk}
            refused = client.post(address, form).content.decode()
            assert "motif légitime" in refused
            assert client.post(address, {**form, "reason": "Aucun motif connu"}).status_code == 302
        decision = Decision.objects.get()
        assert (decision.basis, decision.opinion, decision.override_reason) == ("by_default", "no_opinion", "")
        assert listed() == []

    def test_nobody_is_sent_to_a_health_pathway_without_having_been_met(self, world: World) -> None:
        address = f"/orientations/decider/{absent(world).pk}/?fondement=by_default"
        with clock.frozen(MORNING):
            offered = str(page(signed_in(world.officer), address))
        assert "voie=emploi_direct" in offered
        assert "voie=sante" not in offered

    def test_under_the_former_law_only_the_social_path_is_offered(self, world: World) -> None:
        entry = absent(world)
        with acting(SYSTEM):
            ParameterValue.objects.filter(slug="default_orientation", valid_to=None).update(value="services_sociaux")
        with clock.frozen(MORNING):
            address = f"/orientations/decider/{entry.pk}/?fondement=by_default"
            shown = page(signed_in(world.officer), address)
        links = [link["href"] for link in shown.select(".pathway a")]
        offered = [world.modality(link.split("voie=")[1].split("&")[0]).legal_path for link in links if "voie=" in link]
        assert offered
        assert set(offered) == {"social"}

    def test_a_condition_that_is_missing_is_said(self, world: World) -> None:
        with clock.frozen(MORNING):
            address = f"/orientations/decider/{entrant().pk}/?fondement=by_default"
            assert "Aucune convocation n’a été envoyée" in page(signed_in(world.officer), address).text

    def test_who_may_not_decide_has_neither_the_page_nor_the_block(self, world: World) -> None:
        client = signed_in(world.office)
        for name in ("by_default", "by_default_block"):
            assert client.get(reverse(f"orientation:{name}")).status_code == 403

    @pytest.mark.parametrize("name", ["by_default", "by_default_block", "untold"])
    def test_the_database_is_asked_as_much_for_one_as_for_five(self, world: World, name: str) -> None:
        absent(world)
        client = signed_in(world.officer)
        address = reverse(f"orientation:{name}")
        with clock.frozen(MORNING):
            client.get(address, **HTMX)
            one = count_queries(lambda: client.get(address, **HTMX))
            for number in range(3):
                absent(world, "Marc", f"Roux{number}", opened_on=date(2026, 11, 10 + number))
            assert count_queries(lambda: client.get(address, **HTMX)) == one
        assert one <= 15
