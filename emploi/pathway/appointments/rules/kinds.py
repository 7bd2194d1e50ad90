"""What a kind of appointment may not be, said in one sentence beside the field to correct."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

PHYSICAL = "physical"
MOST_REMINDERS = 5
MOST_RELAUNCHES = 4


@dataclass(frozen=True, slots=True)
class Fault:
    """A field that cannot stay as typed, and why."""

    field: str
    sentence: str


def faults(values: Mapping[str, Any], *, is_first: bool, names_taken: Collection[str], letter_days: int) -> list[Fault]:
    """Return everything that forbids these values; a first interview is individual, physical and never withdrawn."""
    checks = [*_on_meeting(values), *_on_acts(values, letter_days), *_on_delays(values), *_on_reminders(values)]
    checks += _on_relaunches(values)
    if _key(values["name"]) in {_key(name) for name in names_taken}:
        checks.append(Fault("name", "Un autre type de rendez-vous porte déjà ce nom."))
    return [*checks, *(_on_first(values) if is_first else [])]


def _on_meeting(values: Mapping[str, Any]) -> list[Fault]:
    found = []
    ways = values["modalities"]
    if not ways:
        found.append(Fault("modalities", "Choisissez au moins une façon de se rencontrer."))
    elif values["physical_required"] and ways[0] != PHYSICAL:
        sentence = "Ce rendez-vous a lieu sur place : « Sur place » doit être proposé, et par défaut."
        found.append(Fault("default_modality", sentence))
    if values["is_collective"] and values["with_referent_only"]:
        found.append(Fault("with_referent_only", "Une réunion collective ne se prend pas avec son seul référent."))
    if values["is_collective"] and values["interview_about"]:
        found.append(Fault("interview_about", "Un entretien se mène avec une seule personne, pas en réunion."))
    return found


def _on_acts(values: Mapping[str, Any], letter_days: int) -> list[Fault]:
    found = []
    if values["can_be_summoned"] and not values["absence_after_convocation"].strip():
        sentence = "Écrivez ce qu’entraîne une absence : une convocation doit le dire à la personne."
        found.append(Fault("absence_after_convocation", sentence))
    days = values["convocation_notice_days"]
    if days is not None and days < letter_days:
        sentence = f"Une lettre met {letter_days} jours à arriver : convoquez au moins {letter_days} jours avant."
        found.append(Fault("convocation_notice_days", sentence))
    return found


def _on_delays(values: Mapping[str, Any]) -> list[Fault]:
    notice = values["booking_notice_hours"]
    if notice is not None and notice >= values["booking_horizon_days"] * 24:
        return [Fault("booking_notice_hours", "Avec ces délais, la personne ne pourrait choisir aucun créneau.")]
    return []


def _on_reminders(values: Mapping[str, Any]) -> list[Fault]:
    wanted = values["reminders"] or []
    hours = [one["hours"] for one in wanted]
    if any(not one["channels"] for one in wanted):
        return [Fault("reminders", "Dites par quel moyen part chaque rappel : SMS, e-mail ou les deux.")]
    if len(set(hours)) < len(hours):
        return [Fault("reminders", "Deux rappels partiraient à la même heure : gardez-en un, par les deux moyens.")]
    if len(wanted) > MOST_REMINDERS:
        return [Fault("reminders", f"{MOST_REMINDERS} rappels au plus.")]
    return []


def _on_relaunches(values: Mapping[str, Any]) -> list[Fault]:
    wanted = values["relaunches"] or []
    days = [one["days"] for one in wanted]
    if any(not one["channels"] for one in wanted):
        return [Fault("relaunches", "Dites par quel moyen part chaque relance : SMS, e-mail ou les deux.")]
    if len(set(days)) < len(days):
        return [Fault("relaunches", "Deux relances partiraient le même jour : gardez-en une, par les deux moyens.")]
    if values["relaunches_alone"] and values["relaunches"] == []:
        return [Fault("relaunches_alone", "Aucune relance n’est prévue : rien ne peut partir tout seul.")]
    return []


def _on_first(values: Mapping[str, Any]) -> list[Fault]:
    """The 15 days, the relaunches and the convocation by rule rest on the first interview (definitions.md)."""
    forbidden = (
        ("is_collective", values["is_collective"], "Le premier rendez-vous est toujours individuel."),
        ("physical_required", not values["physical_required"], "Le premier rendez-vous a lieu sur place, sauf raison."),
        (
            "with_referent_only",
            values["with_referent_only"],
            "Au premier rendez-vous, nul n’a encore de référent.",
        ),
        (
            "by_follower",
            values["by_follower"],
            "Au premier rendez-vous, c’est le service qui invite.",
        ),
        ("starts_support", values["starts_support"], "Le premier rendez-vous vient avant l’accompagnement."),
        (
            "interview_about",
            bool(values["interview_about"]),
            "Le premier rendez-vous mène au premier entretien.",
        ),
        (
            "offered_after_interview",
            values["offered_after_interview"],
            "Le premier rendez-vous ne se propose pas à la fin d’un entretien.",
        ),
        ("can_be_invited", not values["can_be_invited"], "On invite toujours au premier rendez-vous."),
        ("relaunches", values["relaunches"] == [], "Une personne sans réponse est toujours relancée."),
        ("can_be_summoned", not values["can_be_summoned"], "On doit pouvoir convoquer au premier rendez-vous."),
    )
    return [Fault(field, sentence) for field, is_wrong, sentence in forbidden if is_wrong]


def _key(name: str) -> str:
    return " ".join(name.casefold().replace("’", "'").split())
