"""`emploi import_france_travail FILE`: what France Travail says of people, or its answers to what it was sent."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from emploi.exchanges.france_travail.inbound import RECEIPT, STATEMENT
from emploi.exchanges.spreadsheets.inbound import import_people
from emploi.exchanges.spreadsheets.lists import Report, SheetCommand, prepare_rules
from emploi.foundation import clock
from emploi.foundation.actor import Actor

BY = Actor.system("Import d’un fichier de France Travail")


class Command(SheetCommand):
    """Follow-ups and recommendations learnt, nothing decided."""

    help = "Importe un fichier de France Travail : suivis et recommandations, ou accusés de réception (--receipts)."
    done, created = "Fichier de France Travail enregistré.", False

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--receipts", action="store_true", help="le fichier contient les réponses à nos envois")
        parser.add_argument("--received-on", type=date.fromisoformat, metavar="AAAA-MM-JJ", help="jour de réception")

    def work(self, options: dict[str, Any]) -> Report:
        at = clock.now()
        prepare_rules(BY, at)
        return import_people(
            path=Path(options["file"]),
            about=RECEIPT if options["receipts"] else STATEMENT,
            received_on=options["received_on"] or clock.today(),
            dry_run=options["dry_run"],
            by=BY,
            at=at,
        )
