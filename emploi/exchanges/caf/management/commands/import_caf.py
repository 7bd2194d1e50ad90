"""`emploi import_caf FILE`: one monthly or daily file of the CAF or the MSA; `--watch DIR` takes those of a folder."""

import signal
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from emploi.exchanges.caf.engine.ledger import COUNTERS, MORE_COUNTERS, NOT_DONE, Report
from emploi.exchanges.caf.engine.references import load_missing
from emploi.exchanges.caf.engine.watching import Folder, watch
from emploi.exchanges.caf.inbound import import_caf
from emploi.exchanges.caf.management.base import FileCommand
from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.errors import DomainError

EVERY_SECONDS = 10.0


class Command(FileCommand):
    help = (
        "Enregistre un fichier de dossiers RSA (VRSB0801) envoyé par la CAF ou la MSA. Avec --watch, surveille un "
        "dossier et prend les fichiers qui y arrivent : dossiers, contacts, créances, comptabilité."
    )
    author = "Import CAF"
    file_help = "fichier XML, éventuellement compressé (gzip, zip)"
    received_help = "jour de réception ; par défaut, le jour de création écrit dans le fichier"
    names = (*COUNTERS, *MORE_COUNTERS)

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        next(a for a in parser._actions if a.dest == "file").nargs = "?"
        parser.add_argument("--watch", metavar="DOSSIER", default="", help="surveiller ce dossier, jusqu'à l'arrêt")
        parser.add_argument(
            "--every", type=float, metavar="S", default=EVERY_SECONDS, help="secondes entre deux regards (10)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["watch"] and options["file"]:
            self._refuse("Donnez un fichier, ou un dossier à surveiller, pas les deux.", options)
        if options["watch"]:
            self._watch(options)
        elif options["file"]:
            super().handle(*args, **options)
        else:
            self._refuse("Donnez un fichier, ou un dossier à surveiller avec --watch.", options)

    def work(self, **arguments: Any) -> Report:
        return import_caf(**arguments)

    def summary(self, count: Callable[[str], int]) -> str:
        return (
            f"  {count('households_read')} dossiers lus : {count('households_created')} créés, "
            f"{count('households_updated')} modifiés, {count('households_unchanged')} inchangés, "
            f"{count('households_refused')} refusés.\n"
            f"  {count('persons_created')} personnes créées, {count('entries_opened')} entrées, "
            f"{count('entries_closed')} sorties."
        )

    def _watch(self, options: dict[str, Any]) -> None:
        """Watches until SIGTERM or Ctrl+C; the file being read is finished first."""
        stopping = False

        def stop(signum: int, frame: object) -> None:
            nonlocal stopping
            stopping = True

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        by = Actor.system("Dossier surveillé")
        load_missing(by=by, at=clock.now())
        folder = Folder(Path(options["watch"]), by, self.stdout.write)
        try:
            taken = watch(folder, every=options["every"], is_over=lambda: stopping)
        except DomainError as error:
            self._refuse(error.message, options)
        self.stdout.write(f"Surveillance arrêtée : {taken} fichiers pris.")

    def _refuse(self, message: str, options: dict[str, Any]) -> NoReturn:
        if options["json"]:
            report = Report(NOT_DONE, error=message, names=self.names)
            self.stdout.write(self.as_json(report))
        self.stderr.write(message)
        raise SystemExit(2)
