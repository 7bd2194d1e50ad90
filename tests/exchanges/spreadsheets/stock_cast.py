"""A Département whose stock is loaded, and the spreadsheet of its former tool: ten lines, with what real ones hide."""

from collections.abc import Callable
from typing import Any

from emploi.exchanges.spreadsheets.engine.ledger import Report
from emploi.foundation import clock
from emploi.foundation.audit.writing import acting
from emploi.pathway.beneficiaries.models import Entry, Person
from emploi.pathway.clocks.models import Deadline
from emploi.pathway.orientation.actions import load_modalities
from emploi.pathway.orientation.models import Decision, Modality
from emploi.territory.agents.models import Agent, Membership
from emploi.territory.organizations.models import Organization
from tests.exchanges.spreadsheets.conftest import BY

PEOPLE = ("Nom", "Prénom", "Date de naissance", "N° CAF", "Rôle", "Droits et devoirs")
TITLES = ("Nom", "Prénom", "N° CAF", "Rôle", "DECISION ORIENTATION", "Date orientation", "Organisme référent",
          "Référent",
          "Type de contrat", "Contrat signé le", "Fin du contrat", "Prochain RDV", "Heure du RDV", "Lieu du RDV",
          "id iodas")  # fmt: skip
FIRST = ("Claire", "Paul", "Inès", "Hugo", "Zoé", "Omar", "Léa", "Jean", "Nina", "Tom", "Ana")
VAL, OLD, BUREAU = "Pôle insertion du Val", "PLIE Val", "Bureau 12"


def load_stock(load: Callable[..., Report], count: int = len(FIRST)) -> None:
    """Eleven people of the first file of the payer: no clock, nobody oriented."""
    load(
        [PEOPLE, *(("Martin", FIRST[n % 11], "02/08/1978", f"{1000000 + n}", "Demandeur", "oui") for n in range(count))]
    )
    with acting(BY):
        Deadline.objects.all().delete()
        Entry.objects.update(is_stock=True, kind="stock")


def cast() -> tuple[Agent, Agent]:
    """The body, its referent, and the RSA office that takes over."""
    load_modalities(by=BY, at=clock.now())
    with acting(BY):
        body = Organization.objects.create(
            slug="pole-val", name=VAL, kind="pole_insertion", can_be_responsible=True, agenda_is_ours=True
        )
        Organization.objects.create(slug="ateliers", name="Ateliers du Val", kind="provider", can_be_responsible=True)
        found = []
        for first_name, last_name, role in (("Inès", "Leroy", "social_worker"), ("Sophie", "Bernard", "rsa_office")):
            agent = Agent.objects.create(
                email=f"{last_name}@essai.fr".lower(), first_name=first_name, last_name=last_name
            )
            Membership.objects.create(agent=agent, organization=body, role=role, started_on=clock.today())
            found.append(agent)
    return found[0], found[1]


def already_oriented(first_name: str, agent: Agent) -> Decision:
    """Somebody whose orientation an agent has already recorded here."""
    entry = Entry.objects.get(person__first_name=first_name)
    with acting(BY):
        return Decision.objects.create(
            entry=entry, person=entry.person, modality=Modality.objects.get(slug="emploi_direct"),
            legal_path="professionnel", responsible_organization=Organization.objects.get(slug="pole-val"),
            basis="on_file", decided_on=clock.today(), decided_by=agent, recorded_at=clock.now(),
            delegation="Pour la présidente", regime_code="R2", to_transmit=False, agreed_with_person=False,
        )  # fmt: skip


def line(rank: int, **cells: str) -> list[str]:
    """A line about the person of a rank, complete unless told otherwise."""
    full = {
        "Nom": "MARTIN", "Prénom": FIRST[rank % 11], "N° CAF": f"{1000000 + rank}", "Rôle": "Demandeur",
        "DECISION ORIENTATION": "Appui social", "Date orientation": "15/03/2023", "Organisme référent": VAL,
        "Référent": "LEROY Inès", "Type de contrat": "CER", "Contrat signé le": "15/04/2023",
        "Fin du contrat": "14/04/2027", "Prochain RDV": "", "Heure du RDV": "", "Lieu du RDV": "",
        "id iodas": f"IOD-{rank}",
    } | cells  # fmt: skip
    return [full[title] for title in TITLES]


def ten_lines() -> list[Any]:
    """Two unknown bodies, an unknown person, one already oriented; Ana, of the payer's stock, is on no line."""
    return [
        TITLES,
        line(0, **{"Prochain RDV": "10/12/2026", "Heure du RDV": "14h30", "Lieu du RDV": "Maison du Val"}),
        line(1, **{"Organisme référent": OLD}),
        line(2, **{"Organisme référent": OLD, "Référent": "Mme Durand"}),
        line(3, **{"Organisme référent": BUREAU}),
        line(4, **{"Type de contrat": "Contrat d'engagement", "Contrat signé le": "02/06/2025", "Fin du contrat": ""}),
        line(5, **{"Nom": "INCONNU", "Prénom": "Zorro", "N° CAF": "9999999"}),
        line(6),
        line(7, **{"DECISION ORIENTATION": "", "Date orientation": "", "Organisme référent": "", "Référent": ""}),
        line(8, Référent="Mme Durand"),
        line(9, **{"Date orientation": "31/02/2023"}),
    ]


def of(first_name: str) -> Person:
    return Person.objects.get(first_name=first_name)
