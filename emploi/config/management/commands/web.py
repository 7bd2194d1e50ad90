"""`emploi web`: the web server alone, for a host that runs several."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from emploi.config import processes


class Command(BaseCommand):
    help = "Démarre le site seul."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own declaration

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=2)

    def handle(self, *args: Any, **options: Any) -> None:
        processes.refuse_busy_port(options["host"], options["port"])
        processes.run_together({"site": processes.web_command(options["host"], options["port"], options["workers"])})
