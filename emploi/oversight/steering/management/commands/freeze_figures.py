"""`emploi freeze_figures`: publish the months whose figures became final (the worker does it every night)."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from emploi.foundation import clock
from emploi.foundation.ui.french import pluriel
from emploi.oversight.steering.actions import freeze_due_months
from emploi.oversight.steering.tasks import FREEZING


class Command(BaseCommand):
    """Freeze, then say how many months were."""

    help = "Fige les taux des mois dont le délai de publication est passé ; déjà figés, ils ne changent plus."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--json", action="store_true", help="un seul objet JSON sur la sortie")

    def handle(self, *args: Any, **options: Any) -> None:
        """Freeze and report."""
        count = freeze_due_months(by=FREEZING, at=clock.now())
        if options["json"]:
            self.stdout.write(json.dumps({"status": "done", "frozen": count}))
        else:
            self.stdout.write(f"{pluriel(count, 'mois figé', 'mois figés')}.")
