"""emploi load_geography: the communes of France, the Département's grids and places."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.territory.geography.actions import load_geography


class Command(BaseCommand):
    help = (
        "Charge les communes de France, les découpages et les lieux d'accueil du Département. "
        "Peut être relancée : ce que le Département a modifié à l'écran n'est jamais défait."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only-department", action="store_true", help="seulement les communes du Département")
        parser.add_argument("--json", action="store_true", help="un objet JSON sur la sortie standard, rien d'autre")

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = load_geography(
            by=Actor.system("Chargement de la géographie"), at=clock.now(), only_department=options["only_department"]
        )
        if options["json"]:
            print(json.dumps({"status": "done", **asdict(loaded)}, ensure_ascii=False))
            return
        print(
            f"{loaded.communes_read} communes lues : {loaded.communes_created} ajoutées, "
            f"{loaded.communes_updated} mises à jour. {loaded.territories} territoires, "
            f"{loaded.links_added} rattachements et {loaded.places_added} lieux ajoutés."
        )
