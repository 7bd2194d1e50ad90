"""The accounts of a stock: what the people's lists count, and the names nobody has recognised."""

from dataclasses import replace
from typing import Any

from emploi.exchanges.spreadsheets.engine.ledger import Ledger
from emploi.exchanges.spreadsheets.enums import NameKind
from emploi.exchanges.spreadsheets.rules.people import Reading

NOT_IN_STOCK = "not_in_stock"
_WORDS = {
    NameKind.BODY: "Organismes inconnus, à reconnaître",
    NameKind.REFERENT: "Référents inconnus, à reconnaître",
    NameKind.PATHWAY: "Voies inconnues, à reconnaître",
}


class StockLedger(Ledger):
    """Adds the unknown names: (kind, plain) → the lines that write it."""

    def __init__(self, counters: dict[str, int] | None = None) -> None:
        super().__init__(counters)
        self.unknown: dict[tuple[str, str], set[int]] = {}
        self.written: dict[tuple[str, str], str] = {}

    def add_reading(self, reading: Reading) -> None:
        """Counts what was left out of a line; the unknown names have their own account."""
        named = [problem for problem in reading.warnings if problem.slug not in _WORDS]
        super().add_reading(replace(reading, warnings=named))

    def warnings(self) -> list[dict[str, Any]]:
        """Every warning, the unknown names first."""
        found = []
        for kind, message in _WORDS.items():
            names = {self.written[key]: len(lines) for key, lines in self.unknown.items() if key[0] == kind}
            if names:
                said = ", ".join(f"{name} ({lines})" for name, lines in sorted(names.items()))
                found.append({"code": f"unknown_{kind}", "message": f"{message} : {said}.", "count": len(names)})
        strangers = self.counters[f"warn_{NOT_IN_STOCK}"]
        if strangers:
            message = "Personnes du tableur inconnues des fichiers de la caisse."
            found.append({"code": NOT_IN_STOCK, "message": message, "count": strangers})
        return [*found, *super().warnings()]
