"""`emploi bench NAME`: measures our time and the bound beside it, on this machine, in one run."""

import json
from argparse import ArgumentParser, Namespace
from importlib import import_module
from typing import Any

from django.core.management.base import BaseCommand

MODULES = {
    "import": "bench.import_",
    "pages": "bench.pages",
    "slots": "bench.slots",
    "indicators": "bench.indicators",
    "messages": "bench.messages",
    "demo": "bench.demo",
    "spreadsheets": "bench.spreadsheets",
}


class Command(BaseCommand):
    help = "Mesure le produit sur cette machine, et la borne à laquelle on le compare."

    def add_arguments(self, parser: ArgumentParser) -> None:
        names = parser.add_subparsers(dest="name", required=True, metavar="NOM")
        for name, module in MODULES.items():
            sub = names.add_parser(name, help=(import_module(module).__doc__ or "").strip().splitlines()[0])
            sub.add_argument("--json", action="store_true", help="un seul objet JSON sur la sortie")
            import_module(module).add_arguments(sub)

    def handle(self, *args: Any, **options: Any) -> None:
        result = import_module(MODULES[options["name"]]).run(Namespace(**options))
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        else:
            self.stdout.write(json.dumps(result, ensure_ascii=False, indent=2))
