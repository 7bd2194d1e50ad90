"""emploi load_rulebook: the dated parameters and legal regimes."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.territory.rulebook.actions import load_shipped


class Command(BaseCommand):
    help = (
        "Charge les règles et délais livrés avec le produit et ceux du Département. "
        "Peut être relancée : une valeur choisie par le Département n'est jamais remplacée."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="un objet JSON sur la sortie standard, rien d'autre")

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = load_shipped(by=Actor.system("Chargement des règles et délais"), at=clock.now())
        if options["json"]:
            print(json.dumps({"status": "done", **asdict(loaded)}, ensure_ascii=False))
            return
        print(f"{loaded.values} valeurs en place : {loaded.added} ajoutées, {loaded.replaced} remplacées.")
        if loaded.kept:
            print(f"Valeurs du Département gardées : {', '.join(loaded.kept)}.")
