"""`emploi indicators`: one JSON object, every indicator of the plans, figures on any day."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from emploi.oversight.steering import indicators
from emploi.oversight.steering.catalogue import listed
from tests.oversight.steering.world import World

J0 = date(2026, 10, 5)


def run(*arguments: str) -> dict:
    out = StringIO()
    call_command("indicators", "--json", *arguments, stdout=out)
    return json.loads(out.getvalue())


def figures(*arguments: str) -> dict[str, dict]:
    return {row["id"]: row for row in run(*arguments)["indicators"]}


def test_every_indicator_of_the_plans_is_there_once(world: World) -> None:
    answer = run()
    ids = [row["id"] for row in answer["indicators"]]
    assert answer["as_of"] == "2026-11-23"
    assert len(ids) == len(set(ids)) == len(listed()) == 121
    assert {row["kind"] for row in answer["indicators"]} == {"computed", "typed", "planned"}
    assert set(indicators.computed()) <= set(ids) == set(indicators.registry())


def test_the_rates_move_with_the_day(world: World) -> None:
    world.entrant("met", J0)
    world.entrant("missed", J0)
    world.appointment("met", J0 + timedelta(days=3), "held")
    world.decided("met", J0 + timedelta(days=3))
    running = figures("--as-of", "2026-10-20")["first_appointment_within_15_days_rate"]
    assert (running["value"], running["numerator"], running["denominator"], running["target"]) == (None, 0, 0, 100)
    over = figures("--as-of", "2026-10-21")
    assert over["first_appointment_within_15_days_rate"]["value"] == 50
    assert over["orientation_within_one_month_rate"]["denominator"] == 0
    assert over["first_appointments_within_15_days"]["value"] == 1
    month = figures("--as-of", "2026-11-06")["orientation_within_one_month_rate"]
    assert (month["value"], month["numerator"], month["denominator"]) == (50, 1, 2)


def test_an_indicator_said_twice_by_the_plan_has_one_figure(world: World) -> None:
    world.entrant("missed", J0)
    found = figures()
    assert found["web_taken_in_charge_within_15_days_rate"]["value"] == 0
    assert found["controls_count"]["value"] is None
    assert found["controls_count"]["target"] == 800


def test_months_of_entry_can_be_chosen(world: World) -> None:
    world.entrant("october", J0)
    world.entrant("september", date(2026, 9, 5))
    both = figures()["first_appointment_within_15_days_rate"]["denominator"]
    one = figures("--since", "2026-10", "--until", "2026-10")["first_appointment_within_15_days_rate"]["denominator"]
    assert (both, one) == (2, 1)


@pytest.mark.parametrize("arguments", [("--as-of", "hier"), ("--since", "octobre")])
def test_a_wrong_date_is_refused_with_a_sentence(world: World, arguments: tuple[str, str]) -> None:
    out, err = StringIO(), StringIO()
    with pytest.raises(SystemExit) as stop:
        call_command("indicators", "--json", *arguments, stdout=out, stderr=err)
    assert stop.value.code == 2
    assert json.loads(out.getvalue())["status"] == "failed"
    assert "attendu" in err.getvalue()


def test_in_plain_words(world: World) -> None:
    world.entrant("missed", J0)
    out = StringIO()
    call_command("indicators", stdout=out)
    assert "0 % (0 sur 1, objectif 100 %)" in out.getvalue().replace("\u202f", " ")
