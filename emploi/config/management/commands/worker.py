"""`emploi worker`: the background work alone (imports, messages, snapshots)."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from procrastinate.contrib.django import app


class Command(BaseCommand):
    help = "Exécute le travail de fond : imports, envois, relevés de nuit."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="s'arrêter quand la file est vide")
        parser.add_argument("--concurrency", type=int, default=2, help="tâches menées de front (2 par défaut)")

    def handle(self, *args: Any, **options: Any) -> None:
        # Django's own connection serves to defer tasks; a worker listens on one of its own.
        connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]  # Django's connector has it
        app.with_connector(connector).run_worker(
            wait=not options["once"],
            concurrency=options["concurrency"],
            listen_notify=not options["once"],
            delete_jobs="successful",
        )
