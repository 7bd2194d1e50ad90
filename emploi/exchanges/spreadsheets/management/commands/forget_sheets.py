"""`emploi forget_sheets`: the lines of old spreadsheets erased, as the worker does every night."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError

from emploi.exchanges.spreadsheets.engine.forgetting import Forgotten, forget_lines
from emploi.exchanges.spreadsheets.management.base import BASE_AWAY
from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.errors import DomainError
from emploi.foundation.ui.french import pluriel


class Command(BaseCommand):
    """Exit status 0 done, 2 not done with a sentence on standard error."""

    help = "Efface les lignes gardées des tableurs plus anciens que la durée fixée dans les règles et délais."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own declaration

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="dire ce qui serait effacé, ne rien effacer")
        parser.add_argument("--json", action="store_true", help="un seul objet JSON sur la sortie")

    def handle(self, *args: Any, **options: Any) -> None:
        dry_run, told, error = options["dry_run"], Forgotten(), ""
        try:
            told = forget_lines(dry_run=dry_run, by=Actor.system("Commande forget_sheets"), at=clock.now())
        except DomainError as failure:
            error = failure.message
        except (OperationalError, InterfaceError):
            error = BASE_AWAY
        if options["json"]:
            answer = {"status": "not_done" if error else "done"} | asdict(told) | {"dry_run": dry_run}
            self.stdout.write(json.dumps(answer | ({"error": error} if error else {}), ensure_ascii=False))
        elif not error:
            self.stdout.write(_in_words(told, dry_run=dry_run))
        if error:
            self.stderr.write(error)
            raise SystemExit(2)


def _in_words(told: Forgotten, *, dry_run: bool) -> str:
    lines = f"{pluriel(told.lines, 'ligne')} et {pluriel(told.refused, 'refus', 'refus')}"
    return f"{'À effacer' if dry_run else 'Effacé'} : {lines}, dans {pluriel(told.files, 'tableur')}."
