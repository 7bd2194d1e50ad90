"""What a Département tries (DIS-107): on a pathway or a kind, somewhere, between two dates, said where it is shown."""

from datetime import date

import pytest
from django.template import Context, Template
from django.utils.text import slugify

from emploi.foundation import clock, department
from emploi.pathway.appointments.models import Kind
from emploi.territory.rulebook import experiments

NAMES = sorted(path.parent.name for path in department.DEPARTMENTS.glob("*/experiments.yaml"))


def said(**asked: str) -> str:
    words = " ".join(f'{name}="{value}"' for name, value in asked.items())
    return Template(f"{{% load experiments %}}{{% experiment {words} %}}").render(Context())


def test_it_is_said_while_it_lasts_and_only_then() -> None:
    assert [found.slug for found in experiments.running(date(2027, 12, 31), modality="pas_a_pas")] == ["pas-a-pas-nord"]
    assert experiments.running(date(2028, 1, 1), modality="pas_a_pas") == []
    assert experiments.running(date(2025, 12, 31), modality="pas_a_pas") == []
    assert experiments.running(date(2026, 11, 23), modality="emploi_direct") == []


def test_the_badge() -> None:
    badge = said(modality="pas_a_pas")
    assert "Expérimentation « Reprendre pas à pas », Secteur Nord, jusqu’au 31/12/2027" in badge
    assert "Réunions à l&#x27;entrée" in said(kind="reunion-collective")
    assert "Expérimentation" not in said(modality="emploi_direct")
    with clock.frozen("2028-02-01"):
        assert "Expérimentation" not in said(modality="pas_a_pas")


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_each_one_is_about_something_that_exists(name: str, settings) -> None:
    settings.DEPARTMENT = name
    kinds = set(Kind.objects.values_list("slug", flat=True))
    for found in experiments.experiments():
        assert bool(found.modality) != bool(found.kind), found.slug
        assert found.source
        assert not found.kind or found.kind in kinds, found.slug
        assert slugify(found.territory_name) == found.territory, found.slug
    assert len({found.slug for found in experiments.experiments()}) == len(experiments.experiments())
