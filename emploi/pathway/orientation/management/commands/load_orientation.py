"""emploi load_orientation: the pathways and rules of the Département in force."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.pathway.orientation import queries
from emploi.pathway.orientation.actions import load_modalities, load_publics, load_shipped_trades
from emploi.pathway.orientation.rules.ruleset import RulesetError


class Command(BaseCommand):
    help = "Charge les voies d'orientation du Département et vérifie leurs règles. Peut être relancée."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="un objet JSON sur la sortie standard, rien d'autre")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            by = Actor.system("Chargement des voies d'orientation")
            count = load_modalities(by=by, at=clock.now())
            load_publics(by=by, at=clock.now())
            load_shipped_trades(by=by, at=clock.now())
        except RulesetError as error:
            raise CommandError(str(error), returncode=2) from error
        rules = queries.ruleset(clock.today())
        if options["json"]:
            done = {"status": "done", "modalities": count, "rules": len(rules.rules), "ruleset": rules.identity}
            print(json.dumps(done, ensure_ascii=False))
            return
        print(f"{count} voies d'orientation et {len(rules.rules)} règles en place ({rules.identity}).")
