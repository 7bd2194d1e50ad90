"""The day letters were posted: any day since their printing, and corrected with a reason when it was another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.messaging.events import LettersPosted
from emploi.foundation.messaging.models import PrintRun
from emploi.foundation.ui.french import date_long_fr


@action
def note_posted(*, run_ids: Sequence[int], on: date, reason: str = "", by: Actor, at: datetime) -> list[PrintRun]:
    """Note on which day the letters of these print runs were posted; another day than the one noted asks for a reason.

    The history keeps both. A bag closed this evening leaves on the next working day: no later one is believed.
    """
    runs = list(PrintRun.objects.select_for_update().filter(pk__in=run_ids).order_by("pk"))
    changed = [run for run in runs if run.posted_on != on]
    for run in changed:
        _check(run, on, reason, at)
    events = [_posted(run, on) for run in changed]
    for run in changed:
        run.posted_on, run.posted_by_label = on, by.label[:120]
    PrintRun.objects.bulk_update(changed, ["posted_on", "posted_by_label"])
    publish(events, by=by, at=at, reason=reason)
    return runs


def latest_posting(at: datetime) -> date:
    """Return the last day one may note: the next on which the post takes letters."""
    return clock.next_working_day(at.astimezone(clock.ZONE).date() + timedelta(days=1))


def printed_on(run: PrintRun) -> date:
    """Return the day a finished print run was ready."""
    return (run.finished_at or run.created_at).astimezone(clock.ZONE).date()


def _check(run: PrintRun, on: date, reason: str, at: datetime) -> None:
    if run.document_id is None:
        raise DomainError("Imprimez d’abord les lettres.")
    if on < printed_on(run):
        raise DomainError(
            f"Ces lettres ont été imprimées le {date_long_fr(printed_on(run))} : elles ne sont pas parties avant.",
            field="on",
        )
    if on > latest_posting(at):
        raise DomainError("Ce jour est trop loin : notez-le quand les lettres seront parties.", field="on")
    if run.posted_on is not None and not reason.strip():
        raise DomainError("Dites pourquoi le jour change : la raison est gardée dans l’historique.", field="reason")


def _posted(run: PrintRun, on: date) -> LettersPosted:
    return LettersPosted(print_run_id=run.pk, count=run.total, posted_on=on, was=run.posted_on or printed_on(run))
