"""The quality of a file applied before anybody counted its defects: read again from its archive, nothing applied."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime

from emploi.exchanges.caf.engine import checks
from emploi.exchanges.caf.engine.runs import archived
from emploi.exchanges.caf.models import Defect, ReceivedFile
from emploi.exchanges.caf.quality import counting
from emploi.exchanges.caf.reader import survey
from emploi.exchanges.caf.reading.parsing import DossierReader
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action

BATCH = 2000


@action
def examine_archive(*, frame: ReceivedFile, by: Actor, at: datetime) -> None:
    """Count the defects of an archived file, as when it is applied."""
    where = counting.place()
    Defect.objects.filter(run=frame.run_id).delete()
    with archived(frame.run) as path:
        found = survey(path)
        with closing(DossierReader(path, found.encoding, checks.expected_department())) as reader:
            for start in range(1, len(found.spans) + 1, BATCH):
                counting.keep(frame.run_id, reader.read(list(found.spans.between(start, start + BATCH - 1))), where)
    counting.close(frame, found.spans)
