"""`emploi export_people --out FILE.csv`: everybody, in the columns the import reads back."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError

from emploi.exchanges.spreadsheets.outbound import export_people
from emploi.foundation import clock
from emploi.foundation.actor import Actor


class Command(BaseCommand):
    """Exit status 0 done, 2 not done with a sentence on standard error."""

    help = "Écrit toutes les personnes dans un CSV que `import_people` relit sans rien changer."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own declaration

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", metavar="FICHIER.csv", required=True, help="fichier à écrire")
        parser.add_argument(
            "--with-confidential-addresses",
            action="store_true",
            help="écrire aussi les adresses confidentielles ; le journal le garde",
        )
        parser.add_argument("--json", action="store_true", help="un seul objet JSON sur la sortie")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["out"])
        count, error = 0, ""
        try:
            count = export_people(
                path=path,
                with_confidential_addresses=options["with_confidential_addresses"],
                by=Actor.system("Commande export_people"),
                at=clock.now(),
            )
        except OSError as failure:
            error = f"Le fichier ne peut pas être écrit : {failure.strerror or failure}."
        except (OperationalError, InterfaceError):
            error = "La base de données ne répond plus. Relancez la commande quand elle sera revenue."
        status = "not_done" if error else "done"
        if options["json"]:
            answer = {"status": status, "rows": count, "file": path.name} | ({"error": error} if error else {})
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        elif not error:
            self.stdout.write(f"{count} personnes écrites dans {path.name}.")
        if error:
            self.stderr.write(error)
            raise SystemExit(2)
