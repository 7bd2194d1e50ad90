"""When an orientation may be decided without the interview: "sur dossier" and "par défaut", on conditions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from emploi.foundation.ui.french import date_long_fr

INTERVIEW, ON_FILE, BY_DEFAULT = "interview", "on_file", "by_default"

# Values of the rulebook’s `default_orientation` (R262-65-3, two wordings: before 2025 the social path, then the
# Département or the body that already accompanies the person).
SOCIAL_BY_DEFAULT = "services_sociaux"
DEPARTMENT_KINDS = frozenset({"departement", "pole_insertion"})


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of the attempts to meet the person before deciding without her."""

    today: date
    interview_held_on: date | None
    invited_on: date | None
    convoked_on: date | None
    convocation_missed_on: date | None
    exchange_on: date | None
    exchange_how: str
    reason: str


@dataclass(frozen=True, slots=True)
class Target:
    """Where the decision would send the person."""

    legal_path: str
    organization_kind: str
    already_accompanying: bool


def unmet_on_file(situation: Situation) -> list[str]:
    """Return what is missing before deciding "sur dossier" (the person cannot come), nothing when it may be done."""
    missing = []
    if situation.interview_held_on is not None:
        missing.append("Un entretien a eu lieu : l’orientation se décide à partir de cet entretien.")
    if not situation.reason.strip():
        missing.append("Écrivez pourquoi la personne ne peut pas venir.")
    if situation.exchange_on is None or not situation.exchange_how.strip():
        missing.append("Indiquez la date et le moyen de l’échange avec la personne (téléphone, courrier, visite).")
    elif situation.exchange_on > situation.today:
        missing.append("L’échange avec la personne ne peut pas être dans le futur.")
    return missing


@dataclass(frozen=True, slots=True)
class Check:
    """One condition of a basis: met or not, said in words either way."""

    is_met: bool
    words: str


def checks_by_default(situation: Situation) -> list[Check]:
    """Return what the law asks before deciding "par défaut", besides the written reason (R262-65-3)."""
    held, convoked, missed = situation.interview_held_on, situation.convoked_on, situation.convocation_missed_on
    checks = [
        Check(True, "Aucun entretien n’a eu lieu.")
        if held is None
        else Check(False, "Un entretien a eu lieu : l’orientation ne peut pas être « par défaut ».")
    ]
    if convoked is None:
        nothing = "Aucune convocation n’a été envoyée : une invitation ne suffit pas pour décider par défaut."
        return [*checks, Check(False, nothing)]
    checks.append(Check(True, f"Une convocation est partie le {date_long_fr(convoked)}."))
    if missed is None:
        waiting = "La personne n’a pas manqué sa convocation : attendez ce rendez-vous."
        return [*checks, Check(False, waiting)]
    return [*checks, Check(True, f"La personne n’est pas venue le {date_long_fr(missed)}, sans s’excuser.")]


def unmet_by_default(situation: Situation, target: Target, by_default: str) -> list[str]:
    """Return what is missing before deciding "par défaut" (the person prevents it, R262-65-3)."""
    missing = [check.words for check in checks_by_default(situation) if not check.is_met]
    if not situation.reason.strip():
        missing.append("Écrivez ce qui a empêché l’entretien, et si un motif légitime a été examiné.")
    missing += _default_target(target, by_default)
    return missing


def bodies_by_default(by_default: str, *, followed: bool) -> frozenset[str]:
    """Return the kinds of bodies a person may be sent to by default; none in particular when the path is imposed."""
    if by_default == SOCIAL_BY_DEFAULT:
        return frozenset()
    return DEPARTMENT_KINDS | {"france_travail"} if followed else DEPARTMENT_KINDS


def _default_target(target: Target, by_default: str) -> list[str]:
    if by_default == SOCIAL_BY_DEFAULT:
        return (
            [] if target.legal_path == "social" else ["Par défaut, la loi de cette période impose le parcours social."]
        )
    if target.organization_kind in DEPARTMENT_KINDS or target.already_accompanying:
        return []
    return ["Par défaut, l’organisme est le Département, ou celui qui accompagne déjà la personne."]
