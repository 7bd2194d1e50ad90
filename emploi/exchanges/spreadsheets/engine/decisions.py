"""The decision to record the lines of a preview."""

from datetime import datetime

from emploi.exchanges.spreadsheets.models import SheetFile
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.intake import actions


@action
def decide(*, sheet: SheetFile, overwrite: bool, by: Actor, at: datetime) -> None:
    """Decides to record a previewed file: from then on nobody else can decide about it."""
    sheet.overwrite = overwrite
    sheet.save(update_fields=["overwrite"])
    actions.queue(run=sheet.run, by=by, at=at)
