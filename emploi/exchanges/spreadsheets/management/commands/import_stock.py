"""`emploi import_stock FILE`: the stock of a former tool, taken over in the name of an agent."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError

from emploi.exchanges.spreadsheets.engine.ledger import NOT_DONE, Report
from emploi.exchanges.spreadsheets.enums import SheetContent
from emploi.exchanges.spreadsheets.inbound import import_people
from emploi.exchanges.spreadsheets.stock.authors import author
from emploi.foundation import clock
from emploi.foundation.errors import DomainError
from emploi.territory.rulebook.actions import load_shipped
from emploi.territory.rulebook.models import ParameterValue

BASE_AWAY = "La base de données ne répond plus. Relancez la commande quand elle sera revenue."


class Command(BaseCommand):
    """Exit status 0 done, 1 done with refused lines, 2 not done with a sentence on standard error."""

    help = "Reprend le stock d’un ancien logiciel : orientations, référents, contrats, rendez-vous, numéros."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own declaration

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FICHIER", help="tableur : CSV, XLSX, XLS ou ODS")
        parser.add_argument("--agent", metavar="COURRIEL", default="", help="l’agent au nom de qui la reprise se fait")
        parser.add_argument("--dry-run", action="store_true", help="dire ce qui serait fait, ne rien garder")
        parser.add_argument("--json", action="store_true", help="un seul objet JSON sur la sortie")

    def handle(self, *args: Any, **options: Any) -> None:
        report = _report(options)
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False))
        elif not report.error:
            self.stdout.write(_in_words(report))
        if report.error:
            self.stderr.write(report.error)
        if report.exit_code:
            raise SystemExit(report.exit_code)


def _report(options: dict[str, Any]) -> Report:
    at = clock.now()
    try:
        by = author(options["agent"], dry_run=options["dry_run"])
        if not ParameterValue.objects.exists():
            load_shipped(by=by, at=at)
        return import_people(
            path=Path(options["file"]), about=SheetContent.STOCK, dry_run=options["dry_run"], by=by, at=at
        )
    except DomainError as error:
        return Report(NOT_DONE, error=error.message)
    except (OperationalError, InterfaceError):
        return Report(NOT_DONE, error=BASE_AWAY)
    except OSError as error:
        return Report(NOT_DONE, error=f"Le fichier ne peut pas être lu : {error.strerror or error}.")


def _in_words(report: Report) -> str:
    count = report.counters
    first = "Rien n’est gardé : voici ce qui serait fait." if report.dry_run else "Stock repris."
    lines = [
        first,
        f"  {count.get('rows', 0)} lignes : {count.get('updated', 0)} personnes complétées, "
        f"{count.get('unchanged', 0)} sans changement, {count.get('refused', 0)} lignes refusées.",
        *(f"  Attention : {warning['message']} ({warning['count']})" for warning in report.warnings),
        f"  {report.seconds:.1f} s.",
    ]
    return "\n".join(lines)
