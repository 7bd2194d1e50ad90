"""A bridge day, a strike, every Wednesday afternoon: one declaration, everybody told, and it can be taken back."""

from datetime import date, time, timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from emploi.foundation import clock, department
from emploi.foundation.audit.writing import acting
from emploi.foundation.errors import DomainError
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import Closure, Slot
from emploi.pathway.appointments.queries.taken import taken
from emploi.territory.agents.models import Membership
from emploi.territory.agents.roles import Role
from tests.pathway.appointments.world import MONDAY, TESTS, World, at

TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
NEW = reverse("appointments:closure_new")


def hours(day: date) -> list[int]:
    slots = Slot.objects.open().filter(starts_at__gte=clock.start_of(day), starts_at__lt=at(day, 23))
    return sorted(slot.starts_at.astimezone(clock.ZONE).hour for slot in slots)


def test_a_bridge_day_is_one_declaration_for_every_place_and_agent(world: World, client_of) -> None:
    world.opening()
    world.opening(agent_id=world.colleague.pk, place_id=world.village.pk)
    booked = actions.book(
        slot_id=world.slot(TUESDAY, 9).pk, entry_id=world.entry().pk, via=BookedVia.AGENT, by=world.by, at=clock.now()
    )
    typed = {
        "agent": world.secretary.pk, "place": "", "everywhere": "on", "first_on": "2026-11-24",
        "last_on": "2026-11-24", "reason": "Pont",
    }  # fmt: skip
    client = client_of(world.secretary)
    said = client.post(NEW, typed, follow=True)

    page = BeautifulSoup(said.content.decode(), "html.parser")
    assert "Tout le Département" in page.h1.get_text()
    assert "1 rendez-vous à replacer" in page.get_text()
    assert booked.person.full_name in page.get_text()
    assert hours(TUESDAY) == []
    assert hours(WEDNESDAY) == [9, 9, 10, 10, 11, 11]
    assert list(queries.to_move(clock.now())) == [booked]
    # Nobody opens that day meanwhile, and nobody is proposed to receive then.
    world.opening(starts_at=time(14), ends_at=time(16))
    assert hours(TUESDAY) == []
    moment = (at(TUESDAY, 14), at(TUESDAY, 15))
    assert taken([world.colleague.pk], *moment).covers(world.colleague.pk, world.town.pk, moment)
    # Each agent and each place sees it.
    (shown,) = queries.days(TUESDAY, TUESDAY, agent_id=world.colleague.pk)
    assert [closure.whose for closure in shown.closures] == ["Tout le Département"]

    closure = Closure.objects.get()
    actions.lift_closure(closure_id=closure.pk, by=world.by, at=clock.now())
    assert hours(TUESDAY) == [9, 9, 10, 10, 11, 11, 14, 15]


def test_all_agents_and_all_places_without_the_box_is_asked_again(world: World, client_of) -> None:
    typed = {"agent": "", "place": "", "first_on": "2026-11-24", "last_on": "2026-11-25", "reason": "Grève"}
    page = client_of(world.secretary).post(NEW, typed).content.decode()
    assert "Pour fermer partout (pont, grève), cochez « Tout le Département »" in page
    assert 'value="2026-11-25"' in page
    assert not Closure.objects.exists()


def test_one_who_opens_her_own_hours_only_cannot_close_the_departement(world: World, client_of) -> None:
    with acting(TESTS):
        Membership.objects.filter(agent=world.officer).update(role=Role.COUNSELLOR)
    typed = {
        "agent": world.officer.pk, "everywhere": "on", "first_on": "2026-11-24", "last_on": "2026-11-24",
        "reason": "Congé",
    }  # fmt: skip
    client = client_of(world.officer)
    assert 'name="everywhere"' not in client.get(NEW).content.decode()
    client.post(NEW, typed)
    closure = Closure.objects.get()
    assert closure.agent == world.officer
    assert not closure.everywhere


def test_every_wednesday_afternoon_until_a_day(world: World, client_of) -> None:
    world.opening(starts_at=time(9), ends_at=time(17), last_on=MONDAY + timedelta(days=20))
    typed = {
        "agent": world.officer.pk, "place": "", "first_on": "2026-11-23", "last_on": "2026-12-04", "weekdays": ["3"],
        "starts_at": "12:00", "ends_at": "17:00", "reason": "Temps partiel",
    }  # fmt: skip
    said = client_of(world.secretary).post(NEW, typed, follow=True).content.decode()
    assert "Chaque mercredi du lundi 23 novembre au vendredi 4 décembre, de 12 h à 17 h" in said
    assert hours(WEDNESDAY) == [9, 10, 11]
    assert hours(WEDNESDAY + timedelta(days=7)) == [9, 10, 11]
    assert hours(WEDNESDAY + timedelta(days=14)) == [9, 10, 11, 12, 13, 14, 15, 16]
    assert len(hours(TUESDAY)) == 8
    shown = queries.days(MONDAY, WEDNESDAY, agent_id=world.officer.pk)
    assert [len(day.closures) for day in shown] == [0, 0, 1]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"last_on": MONDAY + timedelta(days=400)}, "un an au plus"),
        ({"last_on": TUESDAY}, "Aucun de ces jours de la semaine"),
    ],
)
def test_an_absence_that_never_comes_back_is_refused(world: World, wrong: dict, said: str) -> None:
    asked = {"agent_id": world.officer.pk, "first_on": MONDAY, "last_on": MONDAY + timedelta(days=30), **wrong}
    with pytest.raises(DomainError, match=said):
        actions.close_days(**asked, weekdays=[3], reason="Temps partiel", by=world.by, at=clock.now())


def test_alsace_and_overseas_have_holidays_of_their_own(settings, monkeypatch, tmp_path: Path) -> None:
    """Good Friday and 26 December in Moselle, the abolition of slavery in La Réunion; never in Drôme."""
    good_friday, second_christmas, abolition = date(2026, 4, 3), date(2026, 12, 26), date(2026, 12, 20)
    days = (good_friday, second_christmas, abolition)
    assert [clock.is_holiday(day) for day in days] == [False, False, False]
    source = (department.DEPARTMENTS / "demo" / "identity.yaml").read_text(encoding="utf-8")
    monkeypatch.setattr(department, "DEPARTMENTS", tmp_path)
    found = {}
    for name, where in (("moselle", "57"), ("reunion", "974")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "identity.yaml").write_text(f'{source}\nholidays_of: "{where}"\n', encoding="utf-8")
        settings.DEPARTMENT = name
        found[name] = [clock.is_holiday(day) for day in days]
    assert found == {"moselle": [True, True, False], "reunion": [False, False, True]}
    assert not clock.is_working_day(abolition)
