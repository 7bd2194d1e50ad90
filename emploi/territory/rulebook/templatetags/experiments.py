"""The badge of what is tried (DIS-107), wherever a pathway or a kind of appointment is shown."""

from __future__ import annotations

from typing import Any

from django import template

from emploi.foundation import clock
from emploi.territory.rulebook import experiments

register = template.Library()


@register.inclusion_tag("rulebook/_experiment.html")
def experiment(modality: str = "", kind: str = "") -> dict[str, Any]:
    """Say that a pathway, or a kind of appointment, is tried today somewhere."""
    return {"experiments": experiments.running(clock.today(), modality=modality, kind=kind)}
