"""`emploi forget_sheets`: the lines of old spreadsheets erased, as the worker does every night."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from emploi.exchanges.spreadsheets.engine.forgetting import forget_lines
from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.errors import DomainError


class Command(BaseCommand):
    """Exit status 0 done, 2 not done with a sentence on standard error."""

    help = "Efface les lignes gardées des tableurs plus anciens que la durée fixée dans les règles et délais."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own declaration

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="dire ce qui serait effacé, ne rien effacer")
        parser.add_argument("--json", action="store_true", help="un seul objet JSON sur la sortie")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            told = forget_lines(dry_run=options["dry_run"], by=Actor.system("Commande forget_sheets"), at=clock.now())
        except DomainError as error:
            self.stderr.write(error.message)
            raise SystemExit(2) from error
        if options["json"]:
            self.stdout.write(json.dumps(asdict(told) | {"dry_run": options["dry_run"]}, ensure_ascii=False))
        else:
            would = "seraient effacées" if options["dry_run"] else "effacées"
            self.stdout.write(f"{told.files} tableurs : {told.lines} lignes et {told.refused} refus, {would}.")
