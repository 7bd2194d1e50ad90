"""`emploi indicators`: every indicator of the plans with its figure on a day."""

from __future__ import annotations

import json
import re
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand

from emploi.foundation import clock
from emploi.foundation.clock import add_days, add_months
from emploi.foundation.ui.french import date_long_fr, nombre
from emploi.oversight.steering.queries import attendance
from emploi.oversight.steering.queries.figures import Value, nature_of, sums_on, values

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


class Command(BaseCommand):
    """Print the indicators, in French or as one JSON object."""

    help = "Donne les indicateurs à une date : taux de premiers rendez-vous et d'orientations dans le délai, objectifs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--as-of", metavar="AAAA-MM-JJ", default="", help="situation à cette date (aujourd'hui)")
        parser.add_argument("--since", metavar="AAAA-MM", default="", help="premier mois d'entrée (tous par défaut)")
        parser.add_argument("--until", metavar="AAAA-MM", default="", help="dernier mois d'entrée, compris")
        parser.add_argument("--json", action="store_true", help="un seul objet JSON sur la sortie")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read the arguments, compute, print."""
        try:
            as_of = date.fromisoformat(options["as_of"]) if options["as_of"] else clock.today()
            since, until = _month(options["since"]), _month(options["until"])
        except ValueError as error:
            self._refuse(str(error) if "attendu" in str(error) else "Date attendue : AAAA-MM-JJ.", options["json"])
        last = add_months(until, 1) if until else None
        # The hours of today that have not come yet are not known.
        moment = min(clock.start_of(add_days(as_of, 1)), clock.now())
        sums = sums_on(as_of, since=since, until=last)
        found = values(as_of, sums, attendance.on(moment, since=since, until=last))
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(as_of, found), ensure_ascii=False))
            return
        self.stdout.write(f"Indicateurs au {date_long_fr(as_of)}")
        for value in found:
            if value.indicator:
                self.stdout.write(f"  {value.listed.label} : {_in_words(value)}")
        others = sum(1 for value in found if not value.indicator and value.value is None)
        self.stdout.write(f"  {others} autres indicateurs du plan sont à saisir ou prévus dans une prochaine version.")

    def _refuse(self, message: str, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"status": "failed", "error": message}, ensure_ascii=False))
        self.stderr.write(message)
        raise SystemExit(2)


def _month(text: str) -> date | None:
    if not text:
        return None
    if not MONTH.fullmatch(text):
        raise ValueError("Mois attendu : AAAA-MM.")
    return date.fromisoformat(f"{text}-01")


def _as_json(as_of: date, found: list[Value]) -> dict[str, Any]:
    rows = [
        {
            "id": value.listed.id,
            "value": None if value.value is None else round(value.value, 2),
            "numerator": value.numerator,
            "denominator": value.denominator,
            "target": value.target,
            "label": value.listed.label,
            "unit": value.listed.unit,
            "kind": nature_of(value).value,
        }
        for value in found
    ]
    return {"as_of": as_of.isoformat(), "indicators": rows}


def _in_words(value: Value) -> str:
    if value.value is None:
        return "aucun délai écoulé"
    if value.indicator and value.indicator.is_rate:
        target = f", objectif {nombre(value.target)} %" if value.target is not None else ""
        return f"{nombre(value.value, 1)} % ({nombre(value.numerator)} sur {nombre(value.denominator)}{target})"
    return f"{nombre(value.value)} {value.listed.unit}"
