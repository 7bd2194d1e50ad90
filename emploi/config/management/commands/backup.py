"""`emploi backup FILE`: database and files in one archive, keys apart."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from emploi.config import archives
from emploi.foundation import clock


class Command(BaseCommand):
    help = "Sauvegarde la base et les fichiers dans une archive ; les clés, à part, avec --keys."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="l'archive à écrire, par exemple sauvegarde.tar")
        parser.add_argument("--keys", type=Path, help="écrire aussi les clés dans ce fichier, à garder ailleurs")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        made = archives.backup(options["file"].absolute(), at=clock.now(), keys=options["keys"])
        if options["json"]:
            self.stdout.write(json.dumps({"status": "done", **made}, ensure_ascii=False))
        else:
            self.stdout.write(f"Sauvegarde écrite : {options['file']} ({made['bytes'] / 1e6:.1f} Mo).")
