"""`emploi demo`: a whole fictitious service, loaded then served."""

import json
from argparse import ArgumentParser
from typing import Any, NoReturn

from django.core.management import call_command
from django.core.management.base import BaseCommand

from emploi.foundation import clock
from emploi.foundation.errors import DomainError
from emploi.foundation.ui.french import nombre
from emploi.simulator.demo.bars import Bars
from emploi.simulator.demo.running import Prepared, prepare

DEFAULT_SIZE, SMALLEST, FAILED = 10_690, 20, 2


class Command(BaseCommand):
    """Invented people only; a second run starts in seconds, another day moves the life forward."""

    help = "Charge un Département fictif (quatre ans d'histoire) et démarre le site pour l'essayer."
    requires_system_checks: list[str] = []  # noqa: RUF012 - the attribute's type in Django

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Arguments in plain words."""
        parser.add_argument("--size", type=int, default=DEFAULT_SIZE, metavar="N", help="nombre de foyers (10690)")
        parser.add_argument("--no-serve", action="store_true", help="charger, sans démarrer le site")
        parser.add_argument("--host", default="127.0.0.1", help="adresse d'écoute")
        parser.add_argument("--port", type=int, default=8000, help="port (8000)")
        parser.add_argument("--json", action="store_true", help="répondre par un seul objet JSON (avec --no-serve)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Loads, says how to sign in, then serves."""
        if options["size"] < SMALLEST:
            self._refuse(f"Il faut au moins {SMALLEST} foyers.", as_json=options["json"])
        try:
            prepared = prepare(options["size"], clock.now(), Bars())
        except DomainError as error:
            self._refuse(error.message, as_json=options["json"])
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(prepared), ensure_ascii=False))
        else:
            self._say(prepared, options["size"])
        if not options["no_serve"]:
            call_command("serve", host=options["host"], port=options["port"])

    def _say(self, prepared: Prepared, asked: int) -> None:
        if prepared.is_new:
            self.stdout.write(f"{nombre(prepared.size)} foyers fictifs chargés en {prepared.seconds:.0f} s.")
        else:
            self.stdout.write(
                f"La démonstration de {nombre(prepared.size)} foyers est déjà là ({prepared.seconds:.1f} s)."
            )
            if asked not in (prepared.size, DEFAULT_SIZE):
                self.stdout.write("Pour une autre taille, indiquez un dossier de données vide avec EMPLOI_DATA_DIR.")
        if prepared.days_lived:
            self.stdout.write(
                f"{prepared.days_lived} jours ont passé : la vie du service a continué jusqu'à aujourd'hui."
            )
        for path in prepared.waiting:
            self.stdout.write(f"Fichier en attente : {path}")
        self.stdout.write("\nComptes (données fictives) :")
        for account in prepared.accounts:
            self.stdout.write(f"  {account.role:<38} {account.email:<34} {account.password}")

    def _refuse(self, message: str, *, as_json: bool) -> NoReturn:
        if as_json:
            self.stdout.write(json.dumps({"status": "failed", "error": message}, ensure_ascii=False))
        self.stderr.write(message)
        raise SystemExit(FAILED)


def _as_json(prepared: Prepared) -> dict[str, Any]:
    return {
        "status": "done",
        "size": prepared.size,
        "new": prepared.is_new,
        "days_lived": prepared.days_lived,
        "rows": prepared.rows,
        "waiting": [path.name for path in prepared.waiting],
        "accounts": [{"role": a.role, "email": a.email} for a in prepared.accounts],
        "seconds": round(prepared.seconds, 1),
        "stages": prepared.stages,
    }
