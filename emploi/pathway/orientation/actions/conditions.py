"""What must be true before a decision: the body fits the pathway, the basis has its conditions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import Max

from emploi.foundation import clock
from emploi.foundation.errors import DomainError
from emploi.foundation.texts.guard import check_numbers, speaks_of_health
from emploi.pathway.appointments.enums import Act, AppointmentStatus
from emploi.pathway.appointments.models import Appointment, Invitation
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.orientation import queries
from emploi.pathway.orientation.actions.interviews import locked_step
from emploi.pathway.orientation.enums import Basis, Decider, StepKind
from emploi.pathway.orientation.models import Interview, Modality
from emploi.pathway.orientation.rules.bases import Situation, Target, unmet_by_default, unmet_on_file
from emploi.territory.organizations.models import Organization
from emploi.territory.rulebook import queries as rulebook

if TYPE_CHECKING:
    from emploi.pathway.orientation.actions.decisions import Draft


def check_target(draft: Draft, entry: Entry) -> tuple[Modality, Organization]:
    """Return the pathway and the body chosen, or refuse with the field at fault."""
    modality = Modality.objects.filter(pk=draft.modality_id, is_active=True).first()
    if modality is None:
        raise DomainError("Choisissez une voie d’orientation ouverte.", field="modality")
    body = queries.responsible_bodies(modality, entry).filter(pk=draft.responsible_organization_id).first()
    if body is None:
        raise DomainError(f"Cet organisme ne peut pas conduire « {modality.name} ».", field="responsible_organization")
    return modality, body


def check_basis(
    draft: Draft, entry: Entry, modality: Modality, body: Organization, legal_date: date, at: datetime
) -> dict[str, str]:
    """Check the conditions of the basis and return what must be kept of them. Raises DomainError."""
    if draft.decider == Decider.FRANCE_TRAVAIL:
        # Its decision is recorded, not judged; only the interview it is written in must be the person's.
        if draft.interview_id is not None:
            _check_interview(draft, entry)
        return {}
    if draft.basis == Basis.INTERVIEW:
        _check_interview(draft, entry)
        return {}
    situation = situation_of(entry, draft.basis_details, at.date())
    if draft.previous_id is not None:
        # A reorientation follows an orientation: the first interview it rested on does not forbid it (RG-13).
        situation = replace(situation, interview_held_on=None)
    target = Target(
        modality.legal_path, body.kind, bool(entry.france_travail_followed) and body.kind == "france_travail"
    )
    unmet = (
        unmet_on_file(situation)
        if draft.basis == Basis.ON_FILE
        else unmet_by_default(situation, target, rulebook.value("default_orientation", legal_date))
    )
    if unmet:
        raise DomainError(" ".join(unmet))
    written = draft.basis_details
    printed = printed_reason(
        written.get("reason", ""), written.get("letter_reason", ""), is_about_health=modality.is_sensitive
    )
    missed = situation.convocation_missed_on
    return {**written, "letter_reason": printed, "convocation_missed_on": missed.isoformat() if missed else ""}


def printed_reason(reason: str, letter_reason: str = "", *, is_about_health: bool = False) -> str:
    """Return the reason a letter prints; about health, the writer says it otherwise: no words are put in her place.

    An unfavourable decision gives its reason of fact (CRPA L211-2, L211-5), and others may open the letter.
    """
    printed = letter_reason.strip() or reason.strip()
    check_numbers({"letter_reason": printed})
    if speaks_of_health(printed) or (is_about_health and not letter_reason.strip()):
        raise DomainError("Écrivez la raison imprimée dans la lettre : n’y parlez pas de santé.", field="letter_reason")
    return printed


def _check_interview(draft: Draft, entry: Entry) -> None:
    if not Interview.objects.real().filter(pk=draft.interview_id or 0, entry=entry).exists():
        raise DomainError("Cette décision demande un entretien avec la personne.")
    locked_step(draft.interview_id or 0, StepKind.ORIENTATION)


def situation_of(entry: Entry, details: dict[str, str], today: date) -> Situation:
    """Gather what was tried to meet the person, from the appointments and from what the agent writes."""
    sent = dict(
        Invitation.objects.filter(entry=entry, kind__is_first_interview=True, revoked_at=None)
        .order_by()
        .values_list("act")
        .annotate(Max("sent_on"))
    )
    convoked_on = sent.get(Act.CONVOCATION)
    exchange_on = details.get("exchange_on", "")
    return Situation(
        today=today,
        interview_held_on=_first_held(entry),
        invited_on=sent.get(Act.INVITATION),
        convoked_on=convoked_on,
        convocation_missed_on=_missed_since(entry, convoked_on),
        exchange_on=date.fromisoformat(exchange_on) if exchange_on else None,
        exchange_how=details.get("exchange_how", ""),
        reason=details.get("reason", ""),
    )


def _first_held(entry: Entry) -> date | None:
    """Return the day she was first received: marked present at a first interview, or the five steps opened."""
    started = Interview.objects.real().filter(entry=entry).order_by("started_at").values_list("started_at", flat=True)
    present = Appointment.objects.first_interviews().filter(entry=entry, status=AppointmentStatus.HELD)
    came = present.order_by("starts_at").values_list("starts_at", flat=True)
    moments = [moment for moment in (started.first(), came.first()) if moment is not None]
    return min(moments).astimezone(clock.ZONE).date() if moments else None


def _missed_since(entry: Entry, convoked_on: date | None) -> date | None:
    """Return the day the person missed the first interview she was convoked to, excused absences left aside."""
    if convoked_on is None:
        return None
    missed = (
        Appointment.objects.first_interviews()
        .filter(entry=entry, status=AppointmentStatus.ABSENT, starts_at__date__gte=convoked_on)
        .order_by("-starts_at")
        .values_list("starts_at", flat=True)
        .first()
    )
    return missed.astimezone(clock.ZONE).date() if missed else None
