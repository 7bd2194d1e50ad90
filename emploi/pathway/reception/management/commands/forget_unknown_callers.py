"""`emploi forget_unknown_callers`: calls and replies nobody recognised erased, as the worker does every night."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.ui.french import pluriel
from emploi.pathway.reception.actions import forget_unknown


class Command(BaseCommand):
    """Says how many were erased, or would be."""

    help = "Efface les appels et réponses d’inconnus plus anciens que la durée fixée dans les règles et délais."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="dire ce qui serait effacé, ne rien effacer")

    def handle(self, *args: Any, **options: Any) -> None:
        dry_run = options["dry_run"]
        by = Actor.system("Commande forget_unknown_callers")
        told = forget_unknown(dry_run=dry_run, by=by, at=clock.now())
        lines = f"{pluriel(told.calls, 'ligne')} de la liste, {pluriel(told.replies, 'réponse')}"
        self.stdout.write(f"{'À effacer' if dry_run else 'Effacé'} : {lines}.")
