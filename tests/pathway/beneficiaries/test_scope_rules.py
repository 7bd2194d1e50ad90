"""Who is in the pathway, who leaves it, and how an entry begins (definitions.md)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emploi.foundation.clock import add_months
from emploi.pathway.beneficiaries.rules import in_scope
from emploi.pathway.beneficiaries.rules.entries import Opening, PastEntry, Why, opening
from emploi.pathway.beneficiaries.rules.scope import Leaving, leaving, scope


@pytest.mark.parametrize(
    ("state", "motive", "role", "subject", "expected", "why"),
    [
        ("2", "", "DEM", True, True, "in_scope"),
        ("2", "", "CJT", True, True, "in_scope"),
        ("3", "GJ", "DEM", True, True, "in_scope"),
        ("4", "05", "DEM", True, True, "in_scope"),
        ("4", "44", "DEM", True, True, "in_scope"),
        ("4", "70", "DEM", True, True, "in_scope"),
        ("4", "06", "DEM", True, False, "payment_suspended"),
        ("4", "", "DEM", True, False, "payment_suspended"),
        ("0", "", "DEM", True, False, "claim_pending"),
        ("1", "F02", "DEM", True, False, "claim_refused"),
        ("5", "ECH", "DEM", True, False, "right_closed"),
        ("6", "RFD", "DEM", True, False, "right_closed"),
        ("7", "", "DEM", True, False, "state_unknown"),
        ("2", "", "DEM", False, False, "outside_duties"),
        ("2", "", "DEM", None, None, "duties_unknown"),
        ("5", "", "DEM", None, False, "right_closed"),
        ("2", "", "ENF", True, False, "not_an_adult_role"),
        ("2", "", "AUT", None, False, "not_an_adult_role"),
    ],
)
def test_the_entrant_of_the_definitions(
    state: str, motive: str, role: str, subject: bool | None, expected: bool | None, why: str
) -> None:
    assert in_scope(state, motive, role, subject) is expected
    assert scope(state, motive, role, subject).why == why


@pytest.mark.parametrize(
    ("state", "motive", "role", "subject", "reason"),
    [
        ("4", "06", "DEM", True, None),
        ("3", "GJ", "DEM", True, None),
        ("2", "", "DEM", None, None),
        ("0", "", "DEM", True, None),
        ("2", "", "DEM", False, Leaving.DUTIES_ENDED),
        ("5", "ECH", "DEM", True, Leaving.RIGHT_ENDED),
        ("5", "MUT", "DEM", True, Leaving.MOVED_OUT),
        ("5", "RGD", "DEM", True, Leaving.DUPLICATE),
        ("1", "", "DEM", True, Leaving.ANNULLED),
        ("6", "ECH", "DEM", True, Leaving.RIGHT_ENDED),
        ("2", "", "ENF", None, Leaving.LEFT_HOUSEHOLD),
    ],
)
def test_a_suspension_keeps_the_entry_and_an_end_closes_it(
    state: str, motive: str, role: str, subject: bool | None, reason: Leaving | None
) -> None:
    assert leaving(state, motive, role, subject) == reason


def test_a_transfer_out_is_a_move_whatever_the_motive() -> None:
    assert leaving("5", "RAU", "DEM", True, transferred_out=True) == Leaving.MOVED_OUT


@given(st.sampled_from("0123456Z"), st.sampled_from(["", "05", "06", "MUT"]), st.sampled_from([True, False, None]))
def test_nobody_is_at_once_inside_and_leaving(state: str, motive: str, subject: bool | None) -> None:
    if in_scope(state, motive, "DEM", subject):
        assert leaving(state, motive, "DEM", subject) is None


CLOSED = PastEntry(7, date(2026, 3, 31), "right_ended")


def decide(past: PastEntry | None, on: date, **facts: bool) -> Opening:
    return opening(past, on=on, return_gap_months=4, add_months=add_months, **facts)


def test_a_first_entry_a_stock_and_a_transfer() -> None:
    on = date(2026, 10, 31)
    assert decide(None, on).kind == "first"
    assert decide(None, on, first_load=True).kind == "stock"
    assert decide(None, on, transferred_in=True).kind == "transfer_in"
    assert decide(None, on, first_load=True, transferred_in=True).kind == "stock"


@pytest.mark.parametrize(
    ("on", "reopens", "kind"),
    [(date(2026, 7, 30), True, ""), (date(2026, 7, 31), False, "return"), (date(2026, 12, 1), False, "return")],
)
def test_a_return_before_four_months_is_the_same_entry(on: date, reopens: bool, kind: str) -> None:
    found = decide(CLOSED, on)
    assert (found.reopens, found.kind, found.previous_id) == (reopens, kind, 7)


def test_four_months_after_the_last_of_october_is_the_last_of_february() -> None:
    past = PastEntry(7, date(2026, 10, 31), "right_ended")
    assert decide(past, date(2027, 2, 27)).reopens
    assert not decide(past, date(2027, 2, 28)).reopens


def test_duties_back_while_an_orientation_runs_is_the_same_entry_even_long_after() -> None:
    past = PastEntry(7, date(2025, 1, 31), "duties_ended")
    assert decide(past, date(2026, 10, 31), orientation_runs=True).why == Why.ORIENTATION_RUNS
    assert not decide(past, date(2026, 10, 31)).reopens
    ended = PastEntry(7, date(2025, 1, 31), "right_ended")
    assert not decide(ended, date(2026, 10, 31), orientation_runs=True).reopens


def test_a_right_that_never_stopped_is_continuous() -> None:
    assert decide(CLOSED, CLOSED.closed_on).continuous
    assert not decide(CLOSED, date(2026, 4, 1)).continuous


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 600))
def test_every_return_either_reopens_or_opens_after_the_former(closed_on: date, days: int) -> None:
    on = date.fromordinal(closed_on.toordinal() + days)
    found = decide(PastEntry(7, closed_on, "right_ended"), on)
    assert found.previous_id == 7
    assert found.reopens == (on < add_months(closed_on, 4))
