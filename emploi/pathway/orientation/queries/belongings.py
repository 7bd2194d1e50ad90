"""What a person has of this app, for the page that compares two records of one person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from emploi.foundation.ui.french import date_num_fr
from emploi.pathway.orientation.models import Decision


def decisions_in_words(person_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the orientations decided for these people as lines, the latest first: the legal path, never health."""
    lines: dict[int, list[str]] = defaultdict(list)
    for decision in Decision.objects.filter(person__in=person_ids).order_by("-decided_on", "-pk"):
        replaced = "" if decision.is_current else ", remplacée"
        lines[decision.person_id].append(
            f"{decision.get_legal_path_display()}, décidée le {date_num_fr(decision.decided_on)}{replaced}"
        )
    return lines
