"""`emploi import_stock FILE`: the stock of a former tool, taken over in the name of an agent."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from emploi.exchanges.spreadsheets.engine.ledger import Report
from emploi.exchanges.spreadsheets.enums import SheetContent
from emploi.exchanges.spreadsheets.inbound import import_people
from emploi.exchanges.spreadsheets.management.base import SheetCommand, prepare_rules
from emploi.exchanges.spreadsheets.stock.authors import author
from emploi.foundation import clock


class Command(SheetCommand):
    """People already known, completed, untouched or refused."""

    help = "Reprend le stock d’un ancien logiciel : orientations, référents, contrats, rendez-vous, numéros."
    done, created = "Stock repris.", False

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--agent", metavar="COURRIEL", default="", help="l’agent au nom de qui la reprise se fait")

    def work(self, options: dict[str, Any]) -> Report:
        at, dry_run = clock.now(), options["dry_run"]
        by = author(options["agent"], dry_run=dry_run)
        prepare_rules(by, at)
        return import_people(path=Path(options["file"]), about=SheetContent.STOCK, dry_run=dry_run, by=by, at=at)
