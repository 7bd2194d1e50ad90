"""`emploi serve`: the web server and the worker together, until interrupted."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from emploi.config import processes


class Command(BaseCommand):
    help = "Démarre le site et le travail de fond (imports, envois), et les arrête ensemble."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own declaration

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="adresse d'écoute (127.0.0.1 par défaut)")
        parser.add_argument("--port", type=int, default=8000, help="port (8000 par défaut)")
        parser.add_argument("--workers", type=int, default=2, help="processus du site (2 par défaut)")

    def handle(self, *args: Any, **options: Any) -> None:
        processes.refuse_busy_port(options["host"], options["port"])
        self.stdout.write(f"Emploi d'abord : http://{options['host']}:{options['port']}  (Ctrl+C pour arrêter)")
        processes.run_together(
            {
                "site": processes.web_command(options["host"], options["port"], options["workers"]),
                "travail de fond": processes.worker_command(),
            }
        )
