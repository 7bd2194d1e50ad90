"""emploi load_organizations: the services and partners the Département ships."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.errors import DomainError
from emploi.territory.organizations.actions import load_organizations


class Command(BaseCommand):
    help = (
        "Ajoute les organismes livrés avec le Département (après load_geography). "
        "Peut être relancée : ceux qui existent déjà ne sont pas touchés."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="un objet JSON sur la sortie standard, rien d'autre")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            added = load_organizations(by=Actor.system("Chargement des organismes"), at=clock.now())
        except DomainError as refusal:
            raise RuntimeError(refusal.message) from refusal
        print(json.dumps({"status": "done", "added": added}) if options["json"] else f"{added} organismes ajoutés.")
