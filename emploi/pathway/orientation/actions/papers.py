"""What the decision letter and the contrat d'engagement d'orientation say, as plain data for Typst."""

from __future__ import annotations

from datetime import date
from typing import Any

from emploi.foundation import department
from emploi.foundation.texts.guard import RESERVED, shown_to
from emploi.foundation.ui.french import date_long_fr, hour_fr
from emploi.pathway.appointments.queries.links import code_address
from emploi.pathway.appointments.queries.recipients import reach_of
from emploi.pathway.orientation import queries
from emploi.pathway.orientation.enums import Basis, LegalPath, StepKind
from emploi.pathway.orientation.models import Decision, EngagementContract, Reorientation, Step
from emploi.territory.rulebook import queries as rulebook

PRIVATE_REASON = "Des raisons personnelles, dites pendant l’entretien. Vous pouvez les demander."
PRIVATE_WITHOUT_HER = "Des raisons personnelles, écrites dans votre dossier. Vous pouvez les demander."


def decision_data(decision: Decision, today: date, *, handed_on: date | None = None) -> dict[str, Any]:
    """Return what the decision letter prints: what, why, who, until when to contest, how the rules were used.

    Handed over, the last day to contest is known (`handed_on`); by post it depends on the day it is received.
    """
    address = reach_of([decision.entry])[decision.entry_id].address_lines
    return {
        **_heading(today),
        "recipient": [decision.person.full_name, *address],
        "reference": f"Orientation n° {decision.pk}",
        "person": decision.person.full_name,
        "decided_on": date_long_fr(decision.decided_on),
        "modality": decision.modality.name,
        "description": decision.modality.description,
        "legal_path": LegalPath(decision.legal_path).label,
        "organization": decision.responsible_organization.name,
        "organization_phone": decision.responsible_organization.phone,
        "referent": decision.referent.full_name if decision.referent else "",
        "basis": decision.basis,
        "basis_reason": _basis_reason(decision),
        "exchange_on": _day_kept(decision, Basis.ON_FILE, "exchange_on"),
        "missed_on": _day_kept(decision, Basis.BY_DEFAULT, "convocation_missed_on"),
        "is_interview": decision.basis == Basis.INTERVIEW and own_interview(decision) is not None,
        "reasons": letter_reasons(decision),
        "override_reason": _on_paper(decision, decision.override_reason),
        "person_opinion": _on_paper(decision, decision.person_opinion),
        "next_appointment": next_appointment_words(own_interview(decision), today),
        "contract_months": rulebook.value(_contract_rule(decision), today),
        "answers_request_of": _asked_on(decision),
        "code_address": code_address(),
        "appeal_until": date_long_fr(queries.appeal_end(handed_on)) if handed_on else "",
        "handed_on": date_long_fr(handed_on) if handed_on else "",
        "appeal_months": rulebook.value("appeal_months", today),
        "appeal_silence_months": rulebook.value("appeal_silence_months", today),
        "tribunal_months": rulebook.value("tribunal_months", today),
        "appeal_source": rulebook.parameter("appeal_months", today).source.title,
        "delegation": decision.delegation,
        "signatory": decision.decided_by.full_name,
        "used_rules": bool(decision.ruleset),
        "ruleset": queries.mention_in_words(decision.ruleset),
        **contacts(),
    }


def _contract_rule(decision: Decision) -> str:
    return "reorientation_contract_months" if decision.previous_id else "engagement_contract_months"


def _asked_on(decision: Decision) -> str:
    """Return the day of the request this decision answers, or nothing."""
    asked = Reorientation.objects.filter(decision=decision).values_list("asked_on", flat=True).first()
    return date_long_fr(asked) if asked else ""


def engagement_data(contract: EngagementContract, today: date) -> dict[str, Any]:
    """Return what the contrat d'engagement d'orientation prints: who does what, and the two agreements."""
    decision = contract.decision
    return {
        **_heading(today),
        "number": contract.pk,
        "person": decision.person.full_name,
        "modality": decision.modality.name,
        "description": decision.modality.description,
        "organization": decision.responsible_organization.name,
        "referent": decision.referent.full_name if decision.referent else "",
        "mine": _of(contract, "person"),
        "ours": _of(contract, "officer"),
        "next_appointment": next_appointment_words(contract.interview_id, today),
        "person_agreed": _moment(contract.person_agreed_at),
        "officer_agreed": _moment(contract.officer_agreed_at),
        "officer": contract.officer.full_name if contract.officer else "",
        **contacts(),
    }


def letter_reasons(decision: Decision) -> list[str]:
    """Return the reasons printed on a letter: health ones are not, an envelope may be opened by others."""
    shown = [reason["sentence"] for reason in decision.reasons if not reason.get("sensitive")]
    written = [decision.person_opinion, decision.override_reason]
    if not decision.basis_details.get("letter_reason"):
        written.append(decision.basis_details.get("reason", ""))
    hidden = len(shown) < len(decision.reasons) or any(text and not _on_paper(decision, text) for text in written)
    private = PRIVATE_REASON if decision.basis == Basis.INTERVIEW else PRIVATE_WITHOUT_HER
    return [*shown, *([private] if hidden else [])]


def _basis_reason(decision: Decision) -> str:
    """Return why she is oriented without an interview: the words written for the letter, free of health."""
    details = decision.basis_details
    return details.get("letter_reason") or _on_paper(decision, details.get("reason", ""))


def _day_kept(decision: Decision, basis: str, name: str) -> str:
    """Return a day kept among the conditions of this basis, in words, or nothing."""
    kept = decision.basis_details.get(name, "") if decision.basis == basis else ""
    return date_long_fr(date.fromisoformat(kept)) if kept else ""


def _on_paper(decision: Decision, text: str) -> str:
    """Return a free text as a letter may print it: nothing rather than health, as for whoever may not see it."""
    shown = shown_to(text, sees_health=False, is_health=decision.is_about_health)
    return "" if shown == RESERVED else shown


def own_interview(decision: Decision) -> int | None:
    """Return the interview a decision came out of; a reorientation written on an interview held before has none."""
    interview, previous = decision.interview, decision.previous
    if interview is None or (previous is not None and interview.started_at <= previous.recorded_at):
        return None
    return interview.pk


def next_appointment_words(interview_id: int | None, today: date) -> str:
    """Say the appointment given at the end of the interview, or nothing."""
    if interview_id is None:
        return ""
    details = (
        Step.objects.filter(interview_id=interview_id, step=StepKind.NEXT_APPOINTMENT)
        .values_list("details", flat=True)
        .first()
    )
    return queries.appointment_words(details or {}, today)


def contacts() -> dict[str, str]:
    """Return who to ask, as the Département says it."""
    identity = department.identity()
    return {
        "data_contact": department.privacy_contact(),
        "appeal_address": ", ".join([identity.name, *identity.address_lines]),
    }


def _heading(today: date) -> dict[str, Any]:
    return {"date": f"Le {date_long_fr(today)}"}


def _of(contract: EngagementContract, who: str) -> list[dict[str, str]]:
    return [{"text": row["text"], "by": row.get("by", "")} for row in contract.objectives if row.get("who") == who]


def _moment(moment: Any) -> str:
    return f"le {date_long_fr(moment)} à {hour_fr(moment)}" if moment else ""
