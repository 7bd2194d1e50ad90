"""`emploi import_caf FILE`: one monthly or daily file of the CAF or the MSA into the database."""

from collections.abc import Callable
from typing import Any

from emploi.exchanges.caf.engine.ledger import COUNTERS, MORE_COUNTERS, Report
from emploi.exchanges.caf.inbound import import_caf
from emploi.exchanges.caf.management.base import FileCommand


class Command(FileCommand):
    help = "Enregistre un fichier de dossiers RSA (VRSB0801) envoyé par la CAF ou la MSA."
    author = "Import CAF"
    file_help = "fichier XML, éventuellement compressé (gzip, zip)"
    received_help = "jour de réception ; par défaut, le jour de création écrit dans le fichier"
    names = (*COUNTERS, *MORE_COUNTERS)

    def work(self, **arguments: Any) -> Report:
        return import_caf(**arguments)

    def summary(self, count: Callable[[str], int]) -> str:
        return (
            f"  {count('households_read')} dossiers lus : {count('households_created')} créés, "
            f"{count('households_updated')} modifiés, {count('households_unchanged')} inchangés, "
            f"{count('households_refused')} refusés.\n"
            f"  {count('persons_created')} personnes créées, {count('entries_opened')} entrées, "
            f"{count('entries_closed')} sorties."
        )
