"""`emploi import_contacts FILE`: telephones and e-mail addresses of the CAF's contact file."""

from collections.abc import Callable
from typing import Any

from emploi.exchanges.caf.contacts_inbound import COUNTERS, import_contacts
from emploi.exchanges.caf.engine.ledger import Report
from emploi.exchanges.caf.management.base import FileCommand


class Command(FileCommand):
    help = "Enregistre un fichier de contacts de la CAF (CSV) : téléphones et adresses électroniques."
    author = "Import des contacts CAF"
    file_help = "fichier CSV (virgule, point-virgule ou tabulation)"
    received_help = "jour de réception ; par défaut, aujourd'hui"
    names = COUNTERS

    def work(self, **arguments: Any) -> Report:
        return import_contacts(**arguments)

    def summary(self, count: Callable[[str], int]) -> str:
        return (
            f"  {count('rows_read')} lignes lues : {count('rows_matched')} rattachées à une personne, "
            f"{count('rows_unchanged')} sans changement, {count('rows_refused')} refusées.\n"
            f"  {count('contacts_added')} coordonnées ajoutées."
        )
