"""What the commands that take a file share: options, one JSON object whatever happens, exit codes."""

import json
from abc import ABC, abstractmethod
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError

from emploi.exchanges.caf.engine import references
from emploi.exchanges.caf.engine.ledger import NOT_DONE, Report
from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.errors import DomainError

BASE_AWAY = "La base de données ne répond plus. Relancez la commande quand elle sera revenue."
WRONG_DATE = "La date de réception s'écrit AAAA-MM-JJ, par exemple 2026-11-05."


class FileCommand(BaseCommand, ABC):
    """Takes one file: exit status 0 done, 1 done with refused lines, 2 not done with a sentence on standard error."""

    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own declaration
    author = ""
    file_help = ""
    received_help = "jour de réception"
    names: ClassVar[tuple[str, ...]] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FICHIER", help=self.file_help)
        parser.add_argument("--received-on", metavar="AAAA-MM-JJ", default="", help=self.received_help)
        parser.add_argument("--dry-run", action="store_true", help="dire ce qui serait fait, ne rien garder")
        parser.add_argument("--json", action="store_true", help="un seul objet JSON sur la sortie")

    def handle(self, *args: Any, **options: Any) -> None:
        report = self._report(options)
        if options["json"]:
            self.stdout.write(self.as_json(report))
        elif not report.error:
            self.stdout.write(self._in_words(report))
        if report.error:
            self.stderr.write(report.error)
        if report.exit_code:
            raise SystemExit(report.exit_code)

    @staticmethod
    def as_json(report: Report) -> str:
        """The one object of the answer."""
        return json.dumps(report.as_json(), ensure_ascii=False)

    @abstractmethod
    def work(self, **arguments: Any) -> Report:
        """Applies the file."""

    @abstractmethod
    def summary(self, count: Callable[[str], int]) -> str:
        """The counters in words."""

    def _report(self, options: dict[str, Any]) -> Report:
        by, at = Actor.system(self.author), clock.now()
        try:
            received_on = date.fromisoformat(options["received_on"]) if options["received_on"] else None
        except ValueError:
            return Report(NOT_DONE, error=WRONG_DATE, names=self.names)
        try:
            references.load_missing(by=by, at=at)
            path = Path(options["file"])
            return self.work(path=path, received_on=received_on, dry_run=options["dry_run"], by=by, at=at)
        except DomainError as error:
            return Report(NOT_DONE, error=error.message, names=self.names)
        except (OperationalError, InterfaceError):
            return Report(NOT_DONE, error=BASE_AWAY, names=self.names)
        except OSError as error:
            return Report(
                NOT_DONE, error=f"Le fichier ne peut pas être lu : {error.strerror or error}.", names=self.names
            )

    def _in_words(self, report: Report) -> str:
        first = "Rien n'est gardé : voici ce qui serait fait." if report.dry_run else "Fichier enregistré."
        warnings = [f"  Attention : {warning['message']} ({warning['count']})" for warning in report.warnings]
        cost = f"  {report.seconds:.1f} s, {report.peak_mb:.0f} Mo."
        return "\n".join([first, self.summary(lambda name: report.counters.get(name, 0)), *warnings, cost])
