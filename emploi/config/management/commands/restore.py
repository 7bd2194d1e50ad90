"""`emploi restore FILE`: puts a backup back."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from emploi.config import archives


class Command(BaseCommand):
    help = "Remet en place une sauvegarde : base et fichiers."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own declaration

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--force", action="store_true", help="remplacer les données présentes")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        source = options["file"].absolute()
        if not source.is_file():
            raise RuntimeError(f"Le fichier {options['file']} n'existe pas.")
        manifest = archives.restore(source, force=options["force"])
        if options["json"]:
            self.stdout.write(json.dumps({"status": "done", **manifest}, ensure_ascii=False))
        else:
            self.stdout.write(f"Sauvegarde du {manifest['made_at'][:16].replace('T', ' à ')} remise en place.")
