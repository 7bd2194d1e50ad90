"""`emploi import_caf FILE`: one monthly or daily file of the CAF or the MSA into the database."""

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError

from emploi.exchanges.caf import inbound, references
from emploi.exchanges.caf.ledger import NOT_DONE, Report
from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.errors import DomainError


class Command(BaseCommand):
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own declaration
    help = "Enregistre un fichier de dossiers RSA (VRSB0801) envoyé par la CAF ou la MSA."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FICHIER", help="fichier XML, éventuellement compressé (gzip, zip)")
        parser.add_argument(
            "--received-on",
            metavar="AAAA-MM-JJ",
            default="",
            help="jour de réception (par défaut : création du fichier)",
        )
        parser.add_argument("--dry-run", action="store_true", help="dire ce qui serait fait, ne rien garder")
        parser.add_argument("--json", action="store_true", help="un seul objet JSON sur la sortie")

    def handle(self, *args: Any, **options: Any) -> None:
        report = self._import(options)
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False))
        elif not report.error:
            self.stdout.write(in_words(report))
        if report.error:
            self.stderr.write(report.error)
        if report.exit_code:
            raise SystemExit(report.exit_code)

    @staticmethod
    def _import(options: dict[str, Any]) -> Report:
        by, at = Actor.system("Import CAF"), clock.now()
        try:
            received_on = date.fromisoformat(options["received_on"]) if options["received_on"] else None
            references.load_missing(by=by, at=at)
            path = Path(options["file"])
            return inbound.import_caf(path=path, received_on=received_on, dry_run=options["dry_run"], by=by, at=at)
        except DomainError as error:
            return Report(NOT_DONE, error=error.message)
        except (OperationalError, InterfaceError):
            return Report(
                NOT_DONE, error="La base de données ne répond plus. Relancez la commande quand elle sera revenue."
            )
        except OSError as error:
            return Report(NOT_DONE, error=f"Le fichier ne peut pas être lu : {error.strerror or error}.")
        except ValueError:
            return Report(NOT_DONE, error="La date de réception s'écrit AAAA-MM-JJ, par exemple 2026-11-05.")


def in_words(report: Report) -> str:
    """The report for a human reader."""
    n = report.counters.get
    lines = [
        "Rien n'est gardé : voici ce qui serait fait." if report.dry_run else "Fichier enregistré.",
        f"  {n('households_read', 0)} dossiers lus : {n('households_created', 0)} créés, "
        f"{n('households_updated', 0)} modifiés, {n('households_unchanged', 0)} inchangés, "
        f"{n('households_refused', 0)} refusés.",
        f"  {n('persons_created', 0)} personnes créées, {n('entries_opened', 0)} entrées, {n('entries_closed', 0)} sorties.",
        *(f"  Attention : {warning['message']} ({warning['count']})" for warning in report.warnings),
        f"  {report.seconds:.1f} s, {report.peak_mb:.0f} Mo.",
    ]
    return "\n".join(lines)
