"""What the commands that read a spreadsheet share: options, one JSON object whatever happens, exit status."""

import json
from abc import ABC, abstractmethod
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError

from emploi.exchanges.spreadsheets.engine.ledger import NOT_DONE, Report
from emploi.foundation.actor import Actor
from emploi.foundation.errors import DomainError
from emploi.territory.rulebook.actions import load_shipped
from emploi.territory.rulebook.models import ParameterValue

BASE_AWAY = "La base de données ne répond plus. Relancez la commande quand elle sera revenue."


class SheetCommand(ABC, BaseCommand):
    """Exit status 0 done, 1 done with refused lines, 2 not done with a sentence on standard error."""

    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own declaration
    done, created = "Fichier enregistré.", True

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FICHIER", help="tableur : CSV, XLSX, XLS ou ODS")
        parser.add_argument("--dry-run", action="store_true", help="dire ce qui serait fait, ne rien garder")
        parser.add_argument("--json", action="store_true", help="un seul objet JSON sur la sortie")

    @abstractmethod
    def work(self, options: dict[str, Any]) -> Report:
        """What the command does; a DomainError is said."""

    def handle(self, *args: Any, **options: Any) -> None:
        report = self._report(options)
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False))
        elif not report.error:
            self.stdout.write(self._in_words(report))
        if report.error:
            self.stderr.write(report.error)
        if report.exit_code:
            raise SystemExit(report.exit_code)

    def _report(self, options: dict[str, Any]) -> Report:
        try:
            return self.work(options)
        except DomainError as error:
            return Report(NOT_DONE, error=error.message)
        except (OperationalError, InterfaceError):
            return Report(NOT_DONE, error=BASE_AWAY)
        except OSError as error:
            return Report(NOT_DONE, error=f"Le fichier ne peut pas être lu : {error.strerror or error}.")

    def _in_words(self, report: Report) -> str:
        count = report.counters
        first = "Rien n’est gardé : voici ce qui serait fait." if report.dry_run else self.done
        created = f"{count.get('created', 0)} personnes créées, " if self.created else ""
        lines = [
            first,
            f"  {count.get('rows', 0)} lignes : {created}{count.get('updated', 0)} complétées, "
            f"{count.get('unchanged', 0)} sans changement, {count.get('refused', 0)} lignes refusées.",
            *([f"  {count.get('duplicates_suspected', 0)} doublons possibles."] if self.created else []),
            *(f"  Attention : {warning['message']} ({warning['count']})" for warning in report.warnings),
            f"  {report.seconds:.1f} s.",
        ]
        return "\n".join(lines)


def prepare_rules(by: Actor, at: Any) -> None:
    """Loads the shipped rules into a database that has none."""
    if not ParameterValue.objects.exists():
        load_shipped(by=by, at=at)
