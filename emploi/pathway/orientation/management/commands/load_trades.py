"""emploi load_trades: the names of trades of the official files of the ROME, for the search of the interview."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.errors import DomainError
from emploi.pathway.orientation.actions import load_trades
from emploi.pathway.orientation.rules.trades import TradeFileError, read_names


class Command(BaseCommand):
    help = "Charge les noms de métiers du ROME (fichiers officiels métiers et appellations). Peut être relancée."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, help="fichiers CSV : métiers, appellations, ou les deux")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            names = [name for path in options["files"] for name in read_names(_lines(path))]
            count = load_trades(names=names, by=Actor.system("Chargement des métiers"), at=clock.now())
        except (TradeFileError, DomainError) as error:
            raise CommandError(str(error), returncode=2) from error
        print(f"{count} noms de métiers en place.")


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError as error:
        raise TradeFileError(f"Fichier introuvable : {path}.") from error
    except UnicodeDecodeError as error:
        raise TradeFileError(f"{path.name} n’est pas écrit en UTF-8 : enregistrez-le dans ce format.") from error
