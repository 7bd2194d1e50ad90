"""The promise is fifteen days: the days within it first, the later ones behind a link."""

from datetime import date, time, timedelta

from emploi.foundation import clock
from emploi.pathway.appointments import actions
from emploi.pathway.appointments.models import Invitation
from tests.pathway.appointments.world import MONDAY, World
from tests.portal.citizen.test_journey import Phone

DUE = MONDAY + timedelta(days=15)  # mardi 8 décembre
LATER = "Aucun de ces jours n’est possible : voir plus tard"


def _invited(world: World) -> Invitation:
    entry = world.entry("NADIA")
    actions.invite_entries(entry_ids=[entry.pk], by=world.by, at=clock.now())
    return Invitation.objects.get()


def _opening(world: World, first_on: date, last_on: date, *, village: bool = False) -> None:
    who = {"agent_id": world.colleague.pk, "place_id": world.village.pk} if village else {}
    world.opening(first_on=first_on, last_on=last_on, ends_at=time(10), **who)


def test_days_after_the_promise_wait_behind_a_link(world: World) -> None:
    _opening(world, DUE, DUE + timedelta(days=1))
    phone = Phone(f"/i/{_invited(world).token}/lieux/")  # a single place: straight to its days
    assert "avant la fin du mardi 8 décembre" in phone.text
    assert "Mardi 8 décembre" in phone.text
    assert "Mercredi 9 décembre" not in phone.text
    phone.follow(LATER)
    assert "Ces jours sont après le mardi 8 décembre" in phone.text
    phone.follow("Mercredi 9 décembre")
    assert "Ce jour est après le mardi 8 décembre" in phone.text
    phone.follow("9 h")
    phone.send()
    assert "Votre rendez-vous est pris" in phone.text


def test_no_link_to_later_days_when_there_are_none(world: World) -> None:
    _opening(world, DUE, DUE)
    assert "voir plus tard" not in Phone(f"/i/{_invited(world).token}/lieux/").text


def test_none_left_within_the_promise_shows_the_later_ones_at_once(world: World) -> None:
    _opening(world, DUE + timedelta(days=1), DUE + timedelta(days=2))
    phone = Phone(f"/i/{_invited(world).token}/lieux/")
    assert "plus de jour libre avant la fin du mardi 8 décembre" in phone.text
    assert "Mercredi 9 décembre" in phone.text


def test_a_place_whose_first_slot_is_later_says_so(world: World) -> None:
    _opening(world, DUE + timedelta(days=1), DUE + timedelta(days=2))
    _opening(world, MONDAY, DUE, village=True)
    phone = Phone(f"/i/{_invited(world).token}/lieux/")
    assert "Bourg-Témoin" in phone.text
    assert "Maison du Département" not in phone.text  # nearer, but too late for the promise
    phone.follow(LATER)
    assert "Premier rendez-vous libre : mercredi 9 décembre Après le mardi 8 décembre" in phone.text
    phone.follow("Choisir ce lieu : Maison du Département")
    assert "Mercredi 9 décembre" in phone.text


def test_a_date_already_missed_is_not_held_against_the_person(world: World) -> None:
    world.opening(last_on=None, ends_at=time(10))
    with clock.frozen(f"{DUE + timedelta(days=1)}T08:00"):
        phone = Phone(f"/i/{_invited(world).token}/lieux/")
    assert "heure possible" in phone.text
    assert "mardi 8 décembre" not in phone.text
