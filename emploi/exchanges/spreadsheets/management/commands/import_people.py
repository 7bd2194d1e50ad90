"""`emploi import_people FILE`: a spreadsheet of people into the database."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from emploi.exchanges.spreadsheets.engine.ledger import Report
from emploi.exchanges.spreadsheets.inbound import import_people
from emploi.exchanges.spreadsheets.management.base import SheetCommand, prepare_rules
from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.errors import DomainError

WRONG_DATE = "La date de réception s’écrit AAAA-MM-JJ, par exemple 2026-11-05."


class Command(SheetCommand):
    """People created, completed, untouched or refused."""

    help = "Enregistre les personnes d’un tableur (CSV, XLSX, XLS, ODS)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--mapping", metavar="NOM", default="", help="correspondance de colonnes déjà enregistrée")
        parser.add_argument(
            "--received-on", metavar="AAAA-MM-JJ", default="", help="jour de réception ; par défaut, aujourd’hui"
        )

    def work(self, options: dict[str, Any]) -> Report:
        by, at = Actor.system("Import d’un tableur"), clock.now()
        received_on = _day(options["received_on"])
        prepare_rules(by, at)
        return import_people(
            path=Path(options["file"]),
            mapping=options["mapping"],
            received_on=received_on,
            dry_run=options["dry_run"],
            by=by,
            at=at,
        )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise DomainError(WRONG_DATE) from error
