"""A Département with three people, and the files France Travail sends about them."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from emploi.exchanges.france_travail.inbound import RECEIPT, STATEMENT
from emploi.exchanges.spreadsheets.lists import Report
from emploi.foundation import clock
from emploi.foundation.audit.writing import acting
from emploi.pathway.beneficiaries.models import Entry, Person
from tests.exchanges.spreadsheets.conftest import BY, folder, load, office, sign_in

__all__ = ["folder", "load", "office", "sign_in"]

PEOPLE = ("Nom", "Prénom", "Date de naissance", "N° CAF", "Droits et devoirs")
TITLES = ("Numéro France Travail", "Nom", "Prénom", "Date de naissance", "Situation au", "Suivi par France Travail",
          "Suivi depuis le", "Suivi jusqu’au", "Agence (code SAFIR)", "Catégorie", "Parcours recommandé",
          "Recommandé le", "Décidé par France Travail le", "Organisme proposé", "Conseiller")  # fmt: skip
CLAIRE = ("4567890A", "Martin", "Claire", "02/08/1978")
PAUL = ("1234567B", "Duval", "Paul", "05/11/1975")
INES = ("", "Benali", "Inès", "03/04/1990")


def said(
    who: Sequence[str],
    *,
    on: str = "20/11/2026",
    followed: str = "",
    since: str = "",
    until: str = "",
    path: str = "",
    recommended: str = "",
    decided: str = "",
    body: str = "",
) -> tuple[str, ...]:
    """One line of France Travail."""
    return (*who, on, followed, since, until, "99001", "", path, recommended, decided, body, "Inès Leroy")


@pytest.fixture
def people(load: Callable[..., Report]) -> dict[str, Person]:
    """Three people who entered, whom nobody said anything of."""
    rows = [
        (last, first, born, f"{1000000 + n}", "oui") for n, (_, last, first, born) in enumerate((CLAIRE, PAUL, INES))
    ]
    load([PEOPLE, *rows])
    return {person.first_name: person for person in Person.objects.all()}


@pytest.fixture
def send(load: Callable[..., Report], people: dict[str, Person]) -> Callable[..., Report]:
    """A file of France Travail is received."""

    def received(*rows: Sequence[Any], titles: Sequence[str] = TITLES, **options: Any) -> Report:
        options.setdefault("received_on", clock.today())
        return load([titles, *rows], name=options.pop("name", "france-travail.csv"), about=STATEMENT, **options)

    return received


@pytest.fixture
def answer(load: Callable[..., Report]) -> Callable[..., Report]:
    """France Travail answers."""

    def received(*rows: Sequence[Any], **options: Any) -> Report:
        titles = ("Numéro de la décision", "Résultat", "Répondu le", "Code", "Raison")
        return load([titles, *rows], name="accuses.csv", about=RECEIPT, **options)

    return received


def entry_of(person: Person) -> Entry:
    """The entry that runs."""
    return Entry.objects.open().get(person=person)


def touch(**values: Any) -> None:
    """Change every entry, as somebody."""
    with acting(BY):
        Entry.objects.update(**values)
