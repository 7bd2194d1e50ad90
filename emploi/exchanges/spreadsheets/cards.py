"""What the spreadsheets bring to the shared screens: their kind, their original, their door."""

from datetime import datetime

from emploi.exchanges.spreadsheets import tasks
from emploi.exchanges.spreadsheets.engine.archive import KIND
from emploi.exchanges.spreadsheets.engine.correcting import replay_line
from emploi.exchanges.spreadsheets.models import SheetFile
from emploi.exchanges.spreadsheets.showing import shown
from emploi.foundation.actor import Actor
from emploi.foundation.errors import DomainError
from emploi.foundation.intake import registry
from emploi.foundation.intake.models import Run
from emploi.foundation.intake.permissions import IMPORT_FILES, open_originals_of


def resume(run: Run, *, by: Actor, at: datetime) -> None:
    """Asks the worker to take up a spreadsheet: to apply it once that is decided, to preview it until then."""
    sheet = SheetFile.objects.filter(run=run).first()
    if sheet is None or not (sheet.columns_confirmed or run.approved_at):
        raise DomainError("Confirmez d’abord les colonnes de ce fichier.")
    task = tasks.apply if run.approved_at and sheet.staged_at else tasks.preview
    task.defer(run_id=run.pk, agent_id=by.id, agent_label=by.label)


registry.register(
    registry.FileKind(
        slug=KIND,
        title="Tableur (CSV, Excel, ODS)",
        permission=IMPORT_FILES,
        noun="ligne",
        counters=(
            ("rows", "ligne lue", "lignes lues"),
            ("created", "personne créée", "personnes créées"),
            ("updated", "personne modifiée", "personnes modifiées"),
            ("unchanged", "sans changement", "sans changement"),
            ("refused", "ligne refusée", "lignes refusées"),
            ("duplicates_suspected", "doublon possible", "doublons possibles"),
        ),
        replay=replay_line,
        resume=resume,
        shown=shown,
        url_name="spreadsheets:run",
        list_url_name="spreadsheets:deposit",
        keeps_its_page=True,
        row_url_name="spreadsheets:line",
    )
)
open_originals_of(KIND)
