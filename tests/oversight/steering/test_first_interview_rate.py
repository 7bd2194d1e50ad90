"""IND-01 and IND-02 on a cohort made by hand: who counts, who is met in time, and why not (definitions.md, Rates)."""

from datetime import date, timedelta

import pytest

from emploi.foundation import clock
from emploi.foundation.audit.writing import acting
from emploi.oversight.steering.enums import Cohort
from emploi.oversight.steering.queries.figures import Figures, since_the_start, table
from emploi.oversight.steering.queries.lists import RowList
from emploi.oversight.steering.queries.rows import Scope
from emploi.pathway.appointments.models import Invitation, Kind
from emploi.pathway.beneficiaries.models import Entry, Person
from tests.oversight.steering.world import TESTS, World

J0 = date(2026, 10, 5)
DUE = date(2026, 10, 20)  # J0 + 15
AFTER = date(2026, 11, 23)
OCTOBER = (date(2026, 10, 1), date(2026, 11, 1))


def october(as_of: date = AFTER) -> Scope:
    return Scope(Cohort.FIRST_INTERVIEW, as_of, *OCTOBER)


def total(as_of: date = AFTER) -> Figures:
    return table(october(as_of)).total


def names(line: str, as_of: date = AFTER) -> set[str]:
    rows = RowList(october(as_of), line)
    people = dict(Person.objects.values_list("pk", "first_name"))
    assert len(rows) == len(rows[:]), "the number is the length of the list"
    return {people[row.person_id] for row in rows[:]}


@pytest.fixture
def golden(world: World) -> World:
    """Fourteen entrants of October, one of each fate."""
    for name in ("last_day", "day_16", "before", "remote", "absent", "excused", "cancelled_by_us", "refused",
                 "no_answer", "forgotten", "unmarked", "moved"):  # fmt: skip
        world.entrant(name, J0)
    world.appointment("last_day", DUE, "held")
    world.appointment("day_16", DUE + timedelta(days=1), "held")
    world.appointment("before", J0 - timedelta(days=3), "held")
    world.appointment("remote", J0 + timedelta(days=4), "held", modality="phone", modality_reason="Hospitalisée")
    world.appointment("absent", J0 + timedelta(days=8), "absent")
    world.appointment("excused", J0 + timedelta(days=8), "excused")
    world.appointment("cancelled_by_us", J0 + timedelta(days=8), "cancelled_by_us")
    world.appointment("refused", J0 + timedelta(days=8), "cancelled_by_person")
    world.appointment("unmarked", J0 + timedelta(days=8), "planned")
    first = world.appointment("moved", J0 + timedelta(days=2), "cancelled_by_us")
    world.appointment("moved", J0 + timedelta(days=9), "held", previous=first)
    world.invited("no_answer", J0 + timedelta(days=1))
    world.entrant("followed", J0, "south", france_travail_followed=True)
    world.appointment("followed", J0 + timedelta(days=1), "held")
    world.entrant("returning", J0, "south", kind="return")
    return world


def test_the_rate_is_that_of_the_entrants_whose_delay_has_run_out(golden: World) -> None:
    figures = total()
    assert (figures["met"], figures["due"], figures["late"], figures["missed"]) == (5, 14, 1, 8)
    assert figures.rate == pytest.approx(100 * 5 / 14)
    assert names("met") == {"last_day", "before", "remote", "moved", "followed"}
    assert names("late") == {"day_16"}


def test_day_fifteen_is_in_time_and_day_sixteen_is_not(golden: World) -> None:
    days = {row.entry_id: row.days for row in RowList(october(), "entrants")[:]}
    assert days[golden.entries["last_day"].pk] == 15
    assert days[golden.entries["day_16"].pk] == 16


def test_met_before_j0_counts_as_day_zero(golden: World) -> None:
    rows = {row.entry_id: row for row in RowList(october(), "met")[:]}
    assert rows[golden.entries["before"].pk].days == 0
    assert table(october()).total.median == 6.5  # 0, 1, 4, 9, 15, 16


def test_proposed_booked_and_held_stand_side_by_side(golden: World) -> None:
    assert names("proposed") == {"last_day", "before", "remote", "absent", "excused", "cancelled_by_us", "refused",
                                 "no_answer", "unmarked", "moved", "followed"}  # fmt: skip
    assert names("booked") == names("proposed") - {"no_answer", "cancelled_by_us"}


@pytest.mark.parametrize("change", ["another kind", "withdrawn"])
def test_an_invitation_withdrawn_or_to_another_kind_proposes_nothing(golden: World, change: str) -> None:
    with acting(TESTS):
        sent = Invitation.objects.filter(entry=golden.entries["no_answer"])
        if change == "withdrawn":
            sent.update(revoked_at=clock.at_noon(AFTER), revoked_reason="Envoyée par erreur")
        else:
            sent.update(kind=Kind.objects.create(slug="reunion", name="Réunion collective", duration_minutes=60))
    assert "no_answer" not in names("proposed")
    assert names("no_answer") == set()
    assert "no_answer" in names("not_proposed")


def test_every_reason_has_its_line(golden: World) -> None:
    reasons = {
        "absent": {"absent"},
        "excused": {"excused"},
        "cancelled_by_us": {"cancelled_by_us"},
        "cancelled_by_person": {"refused"},
        "unmarked": {"unmarked"},
        "no_answer": {"no_answer"},
        "not_proposed": {"forgotten", "returning", "day_16"},
    }
    assert {line: names(line) for line in reasons} == reasons


def test_remote_followed_and_returning_have_their_own_line(golden: World) -> None:
    assert names("remote") == {"remote"}
    assert names("followed") == names("followed_met") == {"followed"}
    assert (names("returns"), names("returns_met")) == ({"returning"}, set())


def test_before_the_end_of_the_delay_nobody_is_counted(golden: World) -> None:
    on_the_last_day = total(DUE)
    assert (on_the_last_day["due"], on_the_last_day.rate) == (0, None)
    assert on_the_last_day["running"] + on_the_last_day["early"] == 14
    assert total(DUE + timedelta(days=1))["due"] == 14


def test_a_meeting_after_the_day_asked_is_not_known_yet(golden: World) -> None:
    assert names("late", DUE + timedelta(days=1)) == {"day_16"}
    golden.entrant("slow", J0)
    golden.appointment("slow", DUE + timedelta(days=20), "held")
    assert "slow" in names("missed", DUE + timedelta(days=2))
    assert "slow" in names("late")


def test_the_number_of_meetings_in_time_does_not_wait_for_the_delay(golden: World) -> None:
    assert total(J0 + timedelta(days=5))["in_time"] == len({"before", "remote", "followed"})
    assert total()["in_time"] == 5


@pytest.mark.parametrize("reason", ["death", "moved_out", "right_ended", "duties_ended"])
def test_who_leaves_before_the_due_date_is_out(world: World, reason: str) -> None:
    for name in ("left", "left_last_day", "left_later", "met_then_left"):
        world.entrant(name, J0)
    world.appointment("met_then_left", J0 + timedelta(days=2), "held")
    world.closed("left", DUE - timedelta(days=1), reason)
    world.closed("left_last_day", DUE, reason)
    world.closed("left_later", DUE + timedelta(days=9), reason)
    world.closed("met_then_left", DUE - timedelta(days=1), reason)
    assert names("out") == {"left", "met_then_left"}
    assert names("missed") == {"left_last_day", "left_later"}
    assert names("in_time") == {"met_then_left"}, "counted in the number of interviews held in time (IND-01)"


@pytest.mark.parametrize("reason", ["duplicate", "annulled"])
def test_what_was_never_owed_is_out_whenever_it_is_known(world: World, reason: str) -> None:
    world.entrant("never", J0)
    world.appointment("never", J0 + timedelta(days=2), "held")
    world.closed("never", DUE + timedelta(days=20), reason)
    assert names("out") == {"never"}
    assert names("in_time") == set()


def test_an_exit_learnt_after_the_day_asked_is_not_known_yet(world: World) -> None:
    world.entrant("left", J0)
    world.closed("left", J0 + timedelta(days=3), known_on=DUE + timedelta(days=10))
    assert names("missed", DUE + timedelta(days=5)) == {"left"}
    assert names("out") == {"left"}


def test_the_stock_of_the_first_load_is_never_counted(world: World) -> None:
    world.entrant("stock", J0, is_stock=True, kind="stock")
    late_taken_for_new = world.entrant("taken for new", J0)
    with acting(TESTS):
        Entry.objects.filter(pk=late_taken_for_new.pk).update(is_stock=True)
    assert total()["entrants"] == 0


def test_an_appointment_moved_after_the_delay_was_not_booked_in_time(world: World) -> None:
    world.entrant("moved", J0)
    first = world.appointment("moved", J0 + timedelta(days=5), "cancelled_by_person")
    world.appointment("moved", DUE + timedelta(days=6), "held", previous=first)
    assert (names("late"), names("booked"), names("cancelled_by_person")) == ({"moved"}, set(), set())


def test_a_return_begins_its_own_month(world: World) -> None:
    world.entrant("first", date(2026, 3, 2))
    world.closed("first", date(2026, 4, 1))
    world.entrant("again", J0, kind="return", previous=world.entries["first"])
    assert names("entrants") == {"again"}
    whole = table(since_the_start(Cohort.FIRST_INTERVIEW, AFTER))
    assert list(whole.months) == [date(2026, 3, 1), date(2026, 10, 1)]


def test_who_comes_back_before_the_due_date_is_owed_again_and_after_it_stays_out(world: World) -> None:
    for name, back in (("in_time", DUE), ("too_late", DUE + timedelta(days=1))):
        world.entrant(name, J0)
        world.closed(name, J0 + timedelta(days=3))
        world.returned(name, back)
    assert (names("missed"), names("out")) == ({"in_time"}, {"too_late"})
    world.closed("too_late", DUE + timedelta(days=20))
    assert names("out") == {"too_late"}, "gone a second time, long after: nothing was missed"


def test_months_and_places_add_up_to_the_whole(golden: World) -> None:
    golden.entrant("nowhere", J0, "")
    golden.entrant("september", date(2026, 9, 30), "village")
    sums = table(since_the_start(Cohort.FIRST_INTERVIEW, AFTER))
    assert {place: f["entrants"] for place, f in sums.places.items()} == {
        golden.north.pk: 13, golden.south.pk: 2, None: 1,
    }  # fmt: skip
    for line in ("entrants", "met", "missed", "due"):
        assert sum(f[line] for f in sums.places.values()) == sums.total[line]
        assert sum(f[line] for f in sums.months.values()) == sums.total[line]
    inside = table(since_the_start(Cohort.FIRST_INTERVIEW, AFTER).narrowed(territory=str(golden.north.pk)))
    assert {place: f["entrants"] for place, f in inside.places.items()} == {"99000": 12, "99001": 1}
    assert len(RowList(october().narrowed(territory="none"), "entrants")) == 1


def test_the_delay_from_the_payer_s_dates_is_shown_beside(world: World) -> None:
    world.entrant("claimed", J0, claimed_on=J0 - timedelta(days=30), duties_since_on=J0 - timedelta(days=4))
    world.appointment("claimed", J0 + timedelta(days=6), "held")
    world.entrant("unknown_dates", J0)
    world.appointment("unknown_dates", J0 + timedelta(days=6), "held")
    figures = total()
    assert (figures.median, figures.median_since_claim, figures.median_since_payer) == (6, 36, 10)


def test_who_was_not_met_has_no_delay(golden: World) -> None:
    rows = {row.entry_id: row for row in RowList(october(), "missed")[:]}
    assert {row.days for row in rows.values()} == {None}
