"""One week in two, and dates that are not as usual."""

import re
from datetime import date, time, timedelta

import pytest
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.errors import DomainError
from emploi.pathway.appointments import actions
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import Opening, OpeningException, Slot
from emploi.pathway.appointments.rules.slots import Away, Pattern, slots_between
from emploi.territory.agents.roles import Role
from emploi.territory.organizations.models import Organization
from tests.pathway.appointments.world import MONDAY, World, agent, at

TUESDAY = MONDAY + timedelta(days=1)
SATURDAY = MONDAY + timedelta(days=5)


def days_of(weeks: str, **exceptions: object) -> list[str]:
    one = Pattern(
        date(2026, 12, 21),
        None,
        frozenset({1}),
        time(9),
        time(10),
        60,
        weeks,
        exceptions.get("special", {}),  # type: ignore[arg-type]
    )
    found = slots_between(one, since=date(2026, 12, 21), until=date(2027, 1, 20), away=Away(()), zone=clock.ZONE)
    return [f"{start:%d/%m %H}" for start, _ in found]


def test_one_week_in_two_follows_the_numbers_of_the_calendar_even_over_new_year() -> None:
    # 2026 has 53 weeks: two odd ones follow each other, as every printed calendar shows.
    assert days_of("odd") == ["28/12 09", "04/01 09", "18/01 09"]
    assert days_of("even") == ["21/12 09", "11/01 09"]
    assert len(days_of("")) == 5


def test_a_special_date_has_its_own_hours_whatever_the_day_or_the_week() -> None:
    special = {date(2026, 12, 28): None, date(2026, 12, 30): (time(14), time(16))}
    assert days_of("odd", special=special) == ["30/12 14", "30/12 15", "04/01 09", "18/01 09"]


def hours(day: date) -> list[int]:
    slots = Slot.objects.free().filter(starts_at__gte=at(day, 0), starts_at__lt=at(day, 23)).order_by("starts_at")
    return [start.astimezone(clock.ZONE).hour for start in slots.values_list("starts_at", flat=True)]


def special(opening: Opening, world: World, day: date, start: time | None = None, stop: time | None = None) -> object:
    return actions.set_exception(
        opening_id=opening.pk, day=day, starts_at=start, ends_at=stop, by=world.by, at=clock.now()
    )


def test_other_hours_replace_the_free_slots_and_leave_the_booked_one(world: World) -> None:
    opening, entry = world.opening(), world.entry()
    booked = world.slot(TUESDAY, 9)
    actions.book(slot_id=booked.pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=clock.now())
    special(opening, world, TUESDAY, time(14), time(16))
    assert hours(TUESDAY) == [14, 15]
    assert Slot.objects.filter(pk=booked.pk, booked=1).exists()
    assert hours(TUESDAY + timedelta(days=1)) == [9, 10, 11]
    special(opening, world, TUESDAY)
    assert hours(TUESDAY) == []
    actions.remove_exception(exception_id=OpeningException.objects.get().pk, by=world.by, at=clock.now())
    assert hours(TUESDAY) == [10, 11]


def test_an_extra_day_is_opened(world: World) -> None:
    opening = world.opening()
    special(opening, world, SATURDAY, time(9), time(11))
    assert hours(SATURDAY) == [9, 10]


@pytest.mark.parametrize(
    ("day", "start", "stop", "field"),
    [
        (MONDAY - timedelta(days=1), None, None, "day"),
        (date(2027, 6, 1), None, None, "day"),
        (date(2026, 12, 25), time(9), time(10), "day"),
        (TUESDAY, time(9), None, "ends_at"),
        (TUESDAY, None, time(9), "starts_at"),
        (TUESDAY, time(10), time(9), "ends_at"),
    ],
)
def test_a_date_that_means_nothing_is_refused(
    world: World, day: date, start: time | None, stop: time | None, field: str
) -> None:
    opening = world.opening(last_on=date(2027, 1, 31))
    with pytest.raises(DomainError) as refused:
        special(opening, world, day, start, stop)
    assert refused.value.field == field


def test_both_from_the_screen(world: World, client_of) -> None:
    client = client_of(world.officer)
    form = {
        "agent": world.officer.pk, "place": world.town.pk, "kind": world.kind.pk, "first_on": "2026-11-24",
        "last_on": "2026-12-04", "weekdays": ["2"], "starts_at": "09:00", "ends_at": "12:00", "slot_minutes": "60",
        "weeks": "odd", "seats": "1", "modality": "physical",
    }  # fmt: skip
    page = client.post(reverse("appointments:opening_new"), form, follow=True).content.decode()
    assert "3 créneaux ajoutés" in page  # week 48 is even, 49 odd
    assert "les semaines impaires" in page
    opening = Opening.objects.get()
    address = reverse("appointments:exception_new", args=[opening.pk])
    page = client.post(address, {"day": "2026-11-24", "starts_at": "14:00", "ends_at": "15:00"}, follow=True)
    assert "Mardi 24 novembre" in page.content.decode()
    assert hours(TUESDAY) == [14]
    ids = re.findall(r' id="([^"]+)"', page.content.decode())
    assert len(ids) == len(set(ids)), "two fields with the same name on one page"
    wrong = client.post(address, {"day": "2026-11-26", "starts_at": "14:00", "ends_at": ""})
    assert wrong.status_code == 422
    assert "Indiquez le début et la fin" in wrong.content.decode()
    assert 'value="14:00"' in wrong.content.decode()
    client.post(reverse("appointments:exception_remove", args=[OpeningException.objects.get().pk]))
    assert hours(TUESDAY) == []


def test_nobody_touches_the_dates_of_others(world: World, client_of) -> None:
    opening = world.opening()
    counsellor = agent("Paul", "Conseil", Role.COUNSELLOR, Organization.objects.get(slug="pole"))
    address = reverse("appointments:exception_new", args=[opening.pk])
    assert client_of(counsellor).post(address, {"day": "2026-11-24"}).status_code == 404
    assert not OpeningException.objects.exists()
