"""`emploi generate_docs`: writes docs/generated, or says that it is out of date."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from emploi.config import generated


class Command(BaseCommand):
    help = "Écrit docs/generated (états, rôles, données) ; --check le compare sans écrire."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        stale = []
        for name, content in generated.documents().items():
            path = generated.FOLDER / name
            if path.is_file() and path.read_text(encoding="utf-8") == content:
                continue
            stale.append(name)
            if not options["check"]:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(content, encoding="utf-8")
        if stale and options["check"]:
            raise RuntimeError(f"docs/generated n'est plus à jour ({', '.join(stale)}) : lancez « make docs ».")
