"""A proposal ready to be shown to the two people: pathways in words, reasons with their facts, health masked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from emploi.pathway.orientation import queries
from emploi.pathway.orientation.models import Modality
from emploi.pathway.orientation.queries import mention_in_words
from emploi.pathway.orientation.rules.words import missing_in_words

MASKED = "Une raison liée à la santé, réservée aux professionnels qui peuvent la voir."


@dataclass(frozen=True, slots=True)
class ReasonShown:
    """Why, and from which answers."""

    sentence: str
    facts: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class PathwayShown:
    """A pathway, proposed or simply possible."""

    modality: Modality
    reasons: list[ReasonShown]
    rank: int = 0


@dataclass(frozen=True, slots=True)
class ProposalShown:
    """What the rules answer, and what one may choose besides."""

    ranked: list[PathwayShown]
    others: list[PathwayShown]
    silent: list[dict[str, Any]]
    missing: list[str]
    ruleset: str

    def reasons_of(self, slug: str) -> list[ReasonShown]:
        """Return the reasons that speak for a pathway."""
        return next((pathway.reasons for pathway in self.ranked if pathway.modality.slug == slug), [])

    def only(self, allows: Callable[[Modality], bool]) -> ProposalShown:
        """Return the same proposal without the pathways one may not choose."""
        return replace(
            self,
            ranked=[pathway for pathway in self.ranked if allows(pathway.modality)],
            others=[pathway for pathway in self.others if allows(pathway.modality)],
        )

    @property
    def first(self) -> str:
        """Return the slug of the pathway proposed first."""
        return self.ranked[0].modality.slug if self.ranked else ""


def shown_proposal(
    ranked: Sequence[dict[str, Any]],
    not_applied: Sequence[dict[str, Any]],
    missing: Sequence[str],
    ruleset: str,
    *,
    sees_health: bool,
) -> ProposalShown:
    """Turn what was stored into what is shown; a pathway closed since is left out."""
    modalities = {modality.slug: modality for modality in queries.active_modalities()}
    proposed = [
        PathwayShown(modalities[item["modality"]], reasons_shown(item["reasons"], sees_health=sees_health), rank)
        for rank, item in enumerate(ranked, start=1)
        if item["modality"] in modalities
    ]
    chosen = {pathway.modality.slug for pathway in proposed}
    return ProposalShown(
        ranked=proposed,
        others=[PathwayShown(modality, []) for slug, modality in modalities.items() if slug not in chosen],
        silent=[
            {"title": item["title"], "modality": modalities[item["modality"]].name, "is_missing": bool(item["missing"])}
            for item in not_applied
            if item["modality"] in modalities
        ],
        missing=missing_in_words(list(missing), queries.questionnaire(), queries.nomenclature()),
        ruleset=mention_in_words(ruleset),
    )


def reasons_shown(reasons: Sequence[dict[str, Any]], *, sees_health: bool) -> list[ReasonShown]:
    """Return the reasons with their facts; a health one is only announced to who may not read it."""
    shown = []
    for reason in reasons:
        if reason.get("sensitive") and not sees_health:
            shown.append(ReasonShown(MASKED, []))
        else:
            shown.append(ReasonShown(reason["sentence"], reason["facts"]))
    return shown
