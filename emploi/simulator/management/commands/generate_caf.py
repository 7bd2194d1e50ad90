"""Writes a fictitious file of a payer: `emploi generate_caf --households N --month 2026-10 --out FILE`.

`--daily 2026-11-12` in place of `--month` writes the file of that day (« infra-mensuel »): what moved, whole.
"""

import json
import resource
import time
from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand

from emploi.foundation.errors import DomainError
from emploi.simulator.caf_files.daily import daily_views, write_daily_file
from emploi.simulator.caf_files.monthly import Month
from emploi.simulator.caf_files.writing import Outcome, day_of, month_of, world_of, write_files
from emploi.simulator.life.dossier import World

FAILED = 2


class Command(BaseCommand):
    """Invented people only: no name, number, phone or address of a real person can come out."""

    help = "Écrit un fichier mensuel ou quotidien CAF/MSA fictif (VRSB0801), sans base de données."
    requires_system_checks: list[str] = []  # noqa: RUF012 - the attribute's type in Django

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Arguments in plain words."""
        parser.add_argument("--households", type=int, required=True, metavar="N", help="nombre de dossiers du fichier")
        asked = parser.add_mutually_exclusive_group(required=True)
        asked.add_argument("--month", metavar="AAAA-MM", help="mois de référence, par exemple 2026-10")
        asked.add_argument(
            "--daily", metavar="AAAA-MM-JJ", help="fichier quotidien de ce jour : les dossiers qui bougent"
        )
        parser.add_argument("--out", type=Path, required=True, metavar="FICHIER", help="fichier à écrire (XML)")
        parser.add_argument("--contacts", type=Path, metavar="FICHIER", help="écrire aussi les contacts (CSV)")
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="un autre nombre, un autre Département")
        parser.add_argument("--defects", action="store_true", help="ajouter des défauts vus dans de vrais fichiers")
        parser.add_argument("--json", action="store_true", help="répondre par un seul objet JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Writes, then says what was written."""
        started = time.perf_counter()
        try:
            if options["households"] < 1:
                raise DomainError("Le nombre de dossiers doit être d'au moins 1.")
            world = world_of(options["seed"])
            outcome = self._daily(options, world) if options["daily"] else self._monthly(options, world)
        except DomainError as error:
            self._refuse(error.message, as_json=options["json"])
        except OSError as error:
            self._refuse(f"Le fichier n'a pas pu être écrit : {error}", as_json=options["json"])
        self._say(outcome, options, time.perf_counter() - started)

    @staticmethod
    def _monthly(options: dict[str, Any], world: World) -> Outcome:
        month = Month(month_of(options["month"], world), options["households"])
        files = {"contacts": options["contacts"], "defects": options["defects"]}
        return write_files(options["out"], month, world, **files)

    @staticmethod
    def _daily(options: dict[str, Any], world: World) -> Outcome:
        if options["contacts"] or options["defects"]:
            raise DomainError("Les contacts et les défauts se demandent avec --month, pas avec --daily.")
        day = day_of(options["daily"], world)
        views = daily_views(options["households"], day - timedelta(days=1), day, world)[day]
        return Outcome(write_daily_file(options["out"], day, views, world), 0, {})

    def _say(self, outcome: Outcome, options: dict[str, Any], seconds: float) -> None:
        answer = {
            "status": "done",
            "file": str(options["out"]),
            "contacts": str(options["contacts"] or ""),
            "households": outcome.file.dossiers,
            "persons": outcome.file.persons,
            "contact_lines": outcome.contact_lines,
            "reference_on": str(outcome.file.reference_on),
            "created_on": str(outcome.file.created_on),
            "bytes": options["out"].stat().st_size,
            "defects": outcome.defects,
            "seconds": round(seconds, 2),
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        self.stdout.write(
            f"{options['out']} : {outcome.file.dossiers} dossiers, {outcome.file.persons} personnes fictives, "
            f"situation au {outcome.file.reference_on:%d/%m/%Y} ({seconds:.1f} s)."
        )
        if options["contacts"]:
            self.stdout.write(f"{options['contacts']} : {outcome.contact_lines} lignes de contact.")

    def _refuse(self, message: str, *, as_json: bool) -> NoReturn:
        if as_json:
            self.stdout.write(json.dumps({"status": "failed", "error": message}, ensure_ascii=False))
        self.stderr.write(message)
        raise SystemExit(FAILED)
