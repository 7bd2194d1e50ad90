"""What must exist for every one: a sentence for each event, a class for each field, a way to each state."""

import yaml

from emploi.config import generated, privacy
from emploi.foundation.audit.presenters import has_sentence
from emploi.foundation.events import kinds
from tests.architecture.house import PRODUCT


def test_every_event_can_be_told_in_french() -> None:
    assert [kind.slug() for kind in kinds() if kind.__module__.startswith("emploi.") and not has_sentence(kind)] == []


def test_every_state_can_be_reached() -> None:
    assert {w.title: w.unreachable() for w in generated.workflows() if w.unreachable()} == {}


def test_every_field_is_classified_for_privacy() -> None:
    assert privacy.unclassified() == []


def test_no_class_is_kept_for_a_field_that_is_gone() -> None:
    assert privacy.forgotten() == []


def test_every_indicator_of_the_plan_is_registered() -> None:
    """The plan's 119 indicators, and the four that this version computes, each by a module of its own."""
    from emploi.oversight.steering import indicators

    shipped = yaml.safe_load((PRODUCT / "oversight/steering/data/indicators.yaml").read_text(encoding="utf-8"))
    ids = [row["id"] for row in shipped["indicators"]]
    assert len(ids) == len(set(ids)) >= 119
    computed = set(indicators.computed())
    assert computed <= set(ids)
    modules = {path.stem for path in (PRODUCT / "oversight/steering/indicators").glob("*.py")}
    assert {
        "first_appointments_within_15_days",
        "first_appointment_within_15_days_rate",
        "orientations_within_one_month",
        "orientation_within_one_month_rate",
    } <= computed & modules
