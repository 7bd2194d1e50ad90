"""Who sees regular meetings: whoever may open the person's page."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef

from emploi.pathway.beneficiaries import permissions as people
from emploi.pathway.support.models import Rhythm, RhythmQuerySet


def visible_to(agent: Any) -> RhythmQuerySet:
    """The regular meetings of the people an agent may see."""
    theirs = people.visible_to(agent).filter(pk=OuterRef("person_id"))
    return Rhythm.objects.filter(Exists(theirs))
