"""The answers of France Travail to what it was sent: a refused decision comes back in the list, with its reason.

What counts is the newest answer of each sending, whatever the order in which receipts are read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.events import publish
from emploi.foundation.ui.french import date_num_fr
from emploi.pathway.beneficiaries.actions.rows import UndoRecord
from emploi.pathway.beneficiaries.row_facts import REFUSED, UNCHANGED, UPDATED, Difference, RowOutcome
from emploi.pathway.orientation.actions.france_travail.sending import settle_sent_days
from emploi.pathway.orientation.events import TransmissionAnswered
from emploi.pathway.orientation.facts import ReceiptSaid
from emploi.pathway.orientation.models import Decision, SentDecision
from emploi.pathway.orientation.models.transmission import Receipt

UNKNOWN = "La décision n° {decision} n’existe pas ici : vérifiez le numéro."
NEVER_SENT = "La décision n° {decision} n’était pas envoyée au {day} : vérifiez le numéro et la date de la réponse."
OLDER = "Une réponse plus récente est déjà connue ({words})."
_Key = tuple[date, bool, str, str]


@action
def read_receipts(*, rows: Sequence[ReceiptSaid], run_id: int, by: Actor, at: datetime) -> list[RowOutcome]:
    """Read a batch of answers; a constant number of statements. The same answers again change nothing."""
    wanted = {row.decision_id for row in rows}
    decisions = Decision.objects.select_related("person").in_bulk(wanted)
    sendings: dict[int, list[SentDecision]] = defaultdict(list)
    held = SentDecision.objects.filter(decision__in=wanted, transmission__undone_at=None)
    for one in held.select_related("transmission").order_by("-transmission__sent_on", "-pk"):
        sendings[one.decision_id].append(one)
    outcomes: list[RowOutcome] = []
    changed: dict[int, SentDecision] = {}
    for row in rows:
        decision, sent = decisions.get(row.decision_id), _sending(row, sendings[row.decision_id])
        if decision is None or sent is None:
            outcomes.append(_refusal(row, decision))
            continue
        outcomes.append(_read(row, sent, decision, run_id))
        if outcomes[-1].status == UPDATED:
            changed[sent.pk] = sent
    fields = ["answer", "answered_on", "answer_code", "answer_words", "run_id"]
    SentDecision.objects.bulk_update(changed.values(), fields)
    settle_sent_days([sent.decision_id for sent in changed.values()])
    publish([_event(sent, decisions[sent.decision_id]) for sent in changed.values()], by=by, at=at)
    return outcomes


@action
def forget_receipts(records: Sequence[UndoRecord], *, by: Actor, at: datetime) -> dict[int, str]:
    """Take answers back, but for those a later file has replaced since."""
    reasons: dict[int, str] = {}
    for record in records:
        sent = SentDecision.objects.select_for_update().get(pk=record.undo["sent"])
        if _plain(sent) != record.undo["after"]:
            reasons[record.number] = "Une autre réponse est arrivée depuis."
            continue
        answer, day, code, words = record.undo["before"]
        sent.answer, sent.answered_on = answer, date.fromisoformat(day) if day else None
        sent.answer_code, sent.answer_words = code, words
        sent.save(update_fields=["answer", "answered_on", "answer_code", "answer_words"])
        settle_sent_days([sent.decision_id])
    return {record.number: reasons.get(record.number, "") for record in records}


def _sending(row: ReceiptSaid, sendings: Sequence[SentDecision]) -> SentDecision | None:
    """The sending it answers: the one it names, else the last before the day of the answer."""
    if row.transmission_id is not None:
        return next((sent for sent in sendings if sent.transmission_id == row.transmission_id), None)
    return next((sent for sent in sendings if sent.transmission.sent_on <= row.answered_on), None)


def _refusal(row: ReceiptSaid, decision: Decision | None) -> RowOutcome:
    if decision is None:
        reason = UNKNOWN.format(decision=row.decision_id)
        return RowOutcome(row.line, REFUSED, code="unknown_decision", reason=reason)
    reason = NEVER_SENT.format(decision=row.decision_id, day=date_num_fr(row.answered_on))
    return RowOutcome(row.line, REFUSED, decision.person_id, code="never_sent", reason=reason)


def _read(row: ReceiptSaid, sent: SentDecision, decision: Decision, run_id: int) -> RowOutcome:
    outcome = RowOutcome(row.line, UNCHANGED, decision.person_id, decision.person.full_name)
    answer = Receipt.ACCEPTED if row.is_accepted else Receipt.REFUSED
    told: _Key = (row.answered_on, not row.is_accepted, row.code, row.words)
    name, before = f"Décision du {date_num_fr(decision.decided_on)}", _words(sent)
    if sent.answered_on is not None and told <= _key(sent):
        if told != _key(sent):
            outcome.differences.append(Difference(name, "", OLDER.format(words=before)))
        return outcome
    outcome.undo = {"sent": sent.pk, "before": _plain(sent)}
    sent.answer, sent.answered_on, sent.answer_code, sent.answer_words, sent.run_id = (
        answer, row.answered_on, row.code, row.words, run_id,
    )  # fmt: skip
    outcome.undo["after"] = _plain(sent)
    outcome.differences.append(Difference(name, before, _words(sent)))
    outcome.status = UPDATED
    return outcome


def _key(sent: SentDecision) -> _Key:
    assert sent.answered_on is not None
    return sent.answered_on, sent.answer == Receipt.REFUSED, sent.answer_code, sent.answer_words


def _plain(sent: SentDecision) -> list[Any]:
    day = sent.answered_on.isoformat() if sent.answered_on else ""
    return [str(sent.answer), day, sent.answer_code, sent.answer_words]


def _words(sent: SentDecision) -> str:
    if not sent.answer:
        return ""
    code = f" ({sent.answer_code})" if sent.answer_code else ""
    why = f" : {sent.answer_words}" if sent.answer_words else ""
    return f"{Receipt(sent.answer).label.lower()} le {date_num_fr(sent.answered_on)}{code}{why}"


def _event(sent: SentDecision, decision: Decision) -> TransmissionAnswered:
    return TransmissionAnswered(
        person_id=decision.person_id,
        entry_id=decision.entry_id,
        decision_id=decision.pk,
        is_accepted=sent.answer == Receipt.ACCEPTED,
        code=sent.answer_code,
    )
