"""The contact file of the payer (caf-flows.md §2.6): phones and e-mails, which the monthly file never holds."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import IO, Final

from emploi.simulator.caf_files.monthly import ENCODING
from emploi.simulator.life.contacts import reach_of
from emploi.simulator.life.dossier import Snapshot, World
from emploi.simulator.life.people import CLAIMANT

COLUMNS: Final = (
    "MATRICULE",
    "ROLE PERSONNE",
    "TYPE PERSONNE",
    "NIR",
    "NUMERO DEMANDE RSA",
    "DATE DEMANDE RSA",
    "DATE DEBUT DROITS - DEVOIRS",
    "NOM RESPONSABLE DOSSIER",
    "PRENOM RESPONSABLE DOSSIER",
    "NUMERO TELEPHONE DOSSIER",
    "NUMERO TELEPHONE 2 DOSSIER",
    "ADRESSE ELECTRONIQUE DOSSIER",
)


class ContactFile:
    """Writes one line an adult of each dossier it is shown."""

    def __init__(self, stream: IO[str], world: World) -> None:
        self.world, self.lines = world, 0
        self.writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
        self.writer.writerow(COLUMNS)

    def add(self, view: Snapshot) -> None:
        """The adults of a dossier."""
        dossier, head = view.dossier, view.dossier.household.people[0]
        for person, _ in view.people:
            if not person.is_adult:
                continue
            reach = reach_of(person, dossier.household, self.world.seed, self.world.figures)
            phones = [phone for phone in (reach.mobile, reach.landline) if phone] + ["", ""]
            since = next((duty.on for duty in dossier.duties[person.serial] if duty.subject), None)
            self.writer.writerow([
                dossier.household.payer_number,
                "DEMANDEUR" if person.role == CLAIMANT else "CONJOINT",
                "MONSIEUR" if person.sex == "1" else "MADAME",
                person.nir_on(view.day),
                dossier.claim_number,
                _french(dossier.right.claimed_on),
                _french(since),
                head.name_on(view.day),
                head.first_name,
                *phones[:2],
                reach.email,
            ])  # fmt: skip
            self.lines += 1


def open_contact_file(path: Path) -> IO[str]:
    """The text stream of a contact file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("w", encoding=ENCODING, newline="")


def _french(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""
