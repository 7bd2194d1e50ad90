"""Files archived before their dossiers were noted, or recorded by other means, made readable dossier by dossier."""

from __future__ import annotations

from datetime import datetime

from emploi.exchanges.caf.blocks import passages
from emploi.exchanges.caf.engine.runs import archived
from emploi.exchanges.caf.models import ReceivedFile
from emploi.exchanges.caf.reader import survey
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action

BATCH = 2000


@action
def index_archive(*, frame: ReceivedFile, by: Actor, at: datetime) -> int:
    """Note where each dossier of an archived file lies; those no household answers to are left out."""
    order = passages.order_of(frame)
    with archived(frame.run) as path:
        spans = survey(path).spans
    for start in range(1, len(spans) + 1, BATCH):
        whole = [span for span in spans.between(start, start + BATCH - 1) if span.claim_number and not span.problem]
        passages.note({span.claim_number: span for span in whole}, order)
    return len(spans)
