"""The shipped files hold together."""

import re
from itertools import pairwise

import pytest

from emploi.territory.rulebook import catalogue
from emploi.territory.rulebook.enums import Nature, Status
from emploi.territory.rulebook.generated import rulebook_document

NEEDED = (
    "first_interview_days", "orientation_months", "orientation_weeks_legal", "relaunch_days", "call_days",
    "convocation_days", "return_gap_months", "invitation_validity_days", "reminder_hours", "booking_code_max_failures",
    "booking_lock_minutes", "rates_freeze_months", "duties_income_ceiling",
)  # fmt: skip


@pytest.mark.parametrize("slug", NEEDED)
def test_every_parameter_of_the_work_is_shipped(slug: str) -> None:
    assert any(value.slug == slug for value in catalogue.shipped_values())


@pytest.mark.parametrize("name", ["demo", "drome", "bouches_du_rhone", "isere"])
def test_each_department_ships_values_that_do_not_contradict_each_other(settings, name: str) -> None:
    settings.DEPARTMENT = name
    assert len(catalogue.shipped_values()) >= len(catalogue.definitions())


def test_what_comes_from_the_law_names_its_text() -> None:
    for value in catalogue.shipped_values():
        if catalogue.definition(value.slug).nature == Nature.LAW and not value.source.title.startswith(
            "Emploi d'abord"
        ):
            assert value.source.href.startswith("https://"), value.slug
            assert "," in value.source.title, f"{value.slug} names no article"


def test_what_was_not_read_in_the_text_waits_for_a_jurist() -> None:
    waiting = {value.slug for value in catalogue.shipped_values() if value.status == Status.TO_CONFIRM}
    assert {"tribunal_months", "retention_years", "small_cell_threshold", "protective_suspension_allowed"} <= waiting
    assert not waiting & {"orientation_weeks_legal", "engagement_contract_months", "contradictory_days"}


def test_regimes_follow_each_other_without_a_hole() -> None:
    regimes = catalogue.shipped_regimes()
    assert [r.code for r in regimes] == ["R0", "R1", "R2a", "R2b", "R2c", "R2d"]
    for one, following in pairwise(regimes):
        assert (following.valid_from - one.valid_to).days == 1


def test_each_timer_leans_on_a_parameter_or_says_its_moment() -> None:
    codes = {r.code for r in catalogue.shipped_regimes()} | {"PDIE"}
    for timer in catalogue.timers():
        assert timer.parameter in catalogue.definitions() if timer.parameter else timer.duration
        assert set(timer.regimes) <= codes
        assert re.fullmatch(r"T\d\d", timer.id)


def test_an_unknown_parameter_is_said() -> None:
    with pytest.raises(LookupError, match="inconnu"):
        catalogue.definition("inconnu")


def test_the_generated_document_says_every_national_value() -> None:
    text = rulebook_document()
    assert all(f"(`{slug}`)" in text for slug in catalogue.definitions())
    assert all(f"\n| {regime.code} |" in text for regime in catalogue.shipped_regimes())
    assert "6 semaines" in text
