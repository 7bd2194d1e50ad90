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
from emploi.pathway.beneficiaries.identifiers import compact
from emploi.pathway.beneficiaries.models import Person
from emploi.pathway.beneficiaries.row_facts import REFUSED, UNCHANGED, UPDATED, Difference, RowOutcome
from emploi.pathway.orientation.actions.france_travail.sending import settle_sent_days
from emploi.pathway.orientation.events import TransmissionAnswered
from emploi.pathway.orientation.facts import ReceiptSaid
from emploi.pathway.orientation.models import Decision, SentDecision
from emploi.pathway.orientation.models.transmission import Receipt

UNKNOWN = "La décision n° {decision} n’existe pas ici : vérifiez le numéro."
NEVER_SENT = "La décision n° {decision} n’était pas envoyée au {day} : vérifiez le numéro et la date de la réponse."
SEVERAL = (
    "La décision n° {decision} a été envoyée plusieurs fois : la ligne doit dire le jour de la réponse, "
    "ou le numéro de l’envoi."
)
OTHER_PERSON = "La décision n° {decision} concerne {known}, la ligne nomme une autre personne ({said}) : à vérifier."
OLDER = "Une réponse plus récente est déjà connue ({words})."
_Key = tuple[date, bool, str, str]


@action
def read_receipts(*, rows: Sequence[ReceiptSaid], run_id: int, by: Actor, at: datetime) -> list[RowOutcome]:
    """Read a batch of answers; a constant number of statements. The same answers again change nothing."""
    wanted = {row.decision_id for row in rows}
    decisions = Decision.objects.select_related("person").in_bulk(wanted)
    sendings: dict[int, list[SentDecision]] = defaultdict(list)
    # Locked with their sendings: nobody takes a sending back while its answer is read.
    held = SentDecision.objects.select_for_update().filter(decision__in=wanted, transmission__undone_at=None)
    for one in held.select_related("transmission").order_by("-transmission__sent_on", "-pk"):
        sendings[one.decision_id].append(one)
    outcomes: list[RowOutcome] = []
    changed: dict[int, SentDecision] = {}
    for row in rows:
        decision, sent = decisions.get(row.decision_id), _sending(row, sendings[row.decision_id])
        if decision is None or not _is_named(row, decision.person):
            outcomes.append(_other(row, decision))
            continue
        if sent is None:
            outcomes.append(_refusal(row, decision, sendings[row.decision_id]))
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
    wanted = {record.undo["sent"] for record in records}
    sendings = {one.pk: one for one in SentDecision.objects.select_for_update().filter(pk__in=wanted).order_by("pk")}
    for record in records:
        sent = sendings[record.undo["sent"]]
        if _plain(sent) != record.undo["after"]:
            reasons[record.number] = "Une autre réponse est arrivée depuis."
            continue
        answer, day, code, words = record.undo["before"]
        sent.answer, sent.answered_on = answer, date.fromisoformat(day) if day else None
        sent.answer_code, sent.answer_words = code, words
    SentDecision.objects.bulk_update(sendings.values(), ["answer", "answered_on", "answer_code", "answer_words"])
    settle_sent_days([sent.decision_id for sent in sendings.values()])
    return {record.number: reasons.get(record.number, "") for record in records}


def _sending(row: ReceiptSaid, sendings: Sequence[SentDecision]) -> SentDecision | None:
    """The sending it answers: the one it names, else the last before the day of the answer."""
    if row.transmission_id is not None:
        return next((sent for sent in sendings if sent.transmission_id == row.transmission_id), None)
    if not row.is_dated and len(sendings) > 1:
        return None
    return next((sent for sent in sendings if sent.transmission.sent_on <= row.answered_on), None)


def _is_named(row: ReceiptSaid, person: Person) -> bool:
    """Tell whether the last name of the line is the person's; a line that names nobody is not in doubt.

    A first name alone proves nothing where the line gives a last name: a file shifted by one line would pass.
    """
    said, known = _words_of(*row.last_names), [name for name in (person.last_name, person.birth_name) if name.strip()]
    if said:
        return any(compact(name) in said or _words_of(name) <= said or said <= _words_of(name) for name in known)
    said = _words_of(*row.names)
    return not said or bool(said & _words_of(person.first_name, *known))


def _words_of(*names: str) -> set[str]:
    """Return the words of names, and each name as one word: « LE GOFF » is also « LEGOFF »."""
    return {compact(word) for name in names for word in (name, *name.replace("-", " ").split())} - {""}


def _other(row: ReceiptSaid, decision: Decision | None) -> RowOutcome:
    if decision is None:
        reason = UNKNOWN.format(decision=row.decision_id)
        return RowOutcome(row.line, REFUSED, code="unknown_decision", reason=reason)
    reason = OTHER_PERSON.format(decision=row.decision_id, known=decision.person.full_name, said=" ".join(row.names))
    return RowOutcome(row.line, REFUSED, decision.person_id, code="other_person", reason=reason)


def _refusal(row: ReceiptSaid, decision: Decision, sendings: Sequence[SentDecision]) -> RowOutcome:
    if not row.is_dated and row.transmission_id is None and len(sendings) > 1:
        reason = SEVERAL.format(decision=row.decision_id)
        return RowOutcome(row.line, REFUSED, decision.person_id, code="several_sendings", reason=reason)
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
