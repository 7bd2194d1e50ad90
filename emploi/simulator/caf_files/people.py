"""The `Personne` blocks of a dossier (caf-flows.md §2.3)."""

from __future__ import annotations

from datetime import date
from typing import Final

from emploi.simulator.life import numbers
from emploi.simulator.life.dossier import Snapshot, quarter
from emploi.simulator.life.incomes import Work
from emploi.simulator.life.months import first_day, last_day, month_number
from emploi.simulator.life.people import CHILD, CLAIMANT, Person

TITLES: Final = {"1": "MR", "2": "MME"}
FRANCE_TRAVAIL: Final = frozenset({"ANP", "CHR", "CHO"})


def person_block(view: Snapshot, person: Person, subject: bool | None) -> str:
    """One person: identity, role, and for adults resources, duties and activity."""
    parts = [
        "<Personne>",
        _identification(person, view.day),
        _file(view, person),
        _roles(person),
        _attachment(view, person),
    ]
    if person.is_adult:
        work = view.dossier.works[person.serial]
        parts += [
            _france_travail(person, work),
            _resources(view, work),
            _duties(view, person, subject, work),
            _activity(work),
        ]
    parts.append("</Personne>")
    return "".join(parts)


def _identification(person: Person, day: date) -> str:
    nir = person.nir_on(day)
    return (
        f"<Identification><QUAL>{TITLES[person.sex]}</QUAL><NOM>{person.name_on(day)}</NOM>"
        f"<NOMNAI>{person.birth_name}</NOMNAI><PRENOM>{person.first_name}</PRENOM>"
        + (f"<PRENOM2>{person.second_name}</PRENOM2>" if person.second_name else "")
        + f"<NOMCOMNAI>{person.birth_place}</NOMCOMNAI><DTNAI>{person.birth_date}</DTNAI>"
        f"<RGNAI>{person.birth_rank}</RGNAI><TYPEDTNAI>{person.precision}</TYPEDTNAI>"
        + (f"<NIR>{nir}</NIR><TOPVALIEC>1</TOPVALIEC>" if nir else "")
        + f"<SEXE>{person.sex}</SEXE></Identification>"
    )


def _file(view: Snapshot, person: Person) -> str:
    """DossierCAF: who answers for the payer's file, since when."""
    since = max(person.joined_on, person.birth_date, view.dossier.household.since)
    previous = view.dossier.previous_claim_number if person.role == CLAIMANT else ""
    return (
        f"<DossierCAF><TOPRESPDOS>{int(person.role == CLAIMANT)}</TOPRESPDOS><DDRATDOS>{since}</DDRATDOS>"
        + (f"<NUMDEMRSAPRECE>{previous}</NUMDEMRSAPRECE>" if previous else "")
        + "</DossierCAF>"
    )


def _roles(person: Person) -> str:
    """Prestations: exactly two, family benefits then RSA; the role in the RSA is the one to use."""
    family = "RDO" if person.role == CLAIMANT else person.role
    return (
        f"<Prestations><NATPREST>PFA</NATPREST><ROLEPERS>{family}</ROLEPERS><TOPCHAPERS>1</TOPCHAPERS></Prestations>"
        f"<Prestations><NATPREST>RSA</NATPREST><ROLEPERS>{person.role}</ROLEPERS><TOPCHAPERS>1</TOPCHAPERS></Prestations>"
    )


def _attachment(view: Snapshot, person: Person) -> str:
    """Rattachement: only for children and other members, to the claimant."""
    if person.is_adult:
        return ""
    parent = view.dossier.household.people[0]
    nir = parent.nir_on(view.day)
    return (
        f"<Rattachement><NOMNAI>{parent.birth_name}</NOMNAI><PRENOM>{parent.first_name}</PRENOM>"
        f"<DTNAI>{parent.birth_date}</DTNAI>"
        + (f"<NIR>{nir}</NIR>" if nir else "")
        + f"<TYPEPAR>{'LEG' if person.role == CHILD else 'ASC'}</TYPEPAR></Rattachement>"
    )


def _france_travail(person: Person, work: Work) -> str:
    if work.code not in FRANCE_TRAVAIL:
        return ""
    number = numbers.france_travail_number(person.serial)
    return f"<DossierPoleEmploi><IDASSEDIC>{number}</IDASSEDIC></DossierPoleEmploi>"


def _resources(view: Snapshot, work: Work) -> str:
    """The declared quarter; nothing at all when the declaration is missing (suspension 06)."""
    if view.amounts is None or view.phase.motive == "06":
        return ""
    month = month_number(quarter(view.dossier, view.day))
    head = (
        f"<Ressources><GeneraliteRessourcesTrimestre><TOPRESSNUL>{int(not work.wage)}</TOPRESSNUL>"
        f"<DDRESS>{first_day(month - 3)}</DDRESS><DFRESS>{last_day(month - 1)}</DFRESS></GeneraliteRessourcesTrimestre>"
    )
    if not work.wage:
        return head + "</Ressources>"
    hours = "<NBHEUMENTRA>035</NBHEUMENTRA>" if work.resource == "001" else ""
    months = "".join(
        "<RessourcesMensuelles><GeneraliteRessourcesMensuelles>"
        f"<MOISRESS>{first_day(month - back)}</MOISRESS>{hours}</GeneraliteRessourcesMensuelles>"
        f"<DetailRessourcesMensuelles><NATRESS>{work.resource}</NATRESS><MTNATRESSMEN>{work.wage:010.2f}</MTNATRESSMEN>"
        "</DetailRessourcesMensuelles></RessourcesMensuelles>"
        for back in (3, 2, 1)
    )
    return f"{head}{months}</Ressources>"


def _duties(view: Snapshot, person: Person, subject: bool | None, work: Work) -> str:
    """MontantCalculDroitRSAPersonne: absent, the duties are unknown, not « no » (caf-flows.md §2.4)."""
    if subject is None:
        return ""
    entered = ""
    if subject and any(duty.on > first_day(month_number(view.day)) and duty.on <= view.day
                       for duty in view.dossier.duties[person.serial]):  # fmt: skip
        entered = "<TOPPERSENTDRODEVORSA>1</TOPPERSENTDRODEVORSA>"
    return (
        f"<MontantCalculDroitRSAPersonne><TOPPERSDRODEVORSA>{int(subject)}</TOPPERSDRODEVORSA>{entered}"
        f"<MTPERSRESSMENRSA>{work.wage:010.2f}</MTPERSRESSMENRSA></MontantCalculDroitRSAPersonne>"
    )


def _activity(work: Work) -> str:
    contract = f"<NATCONTRTRA>{work.contract}</NATCONTRTRA>" if work.contract else ""
    return f"<Activite><REG>{work.regime}</REG><ACT>{work.code}</ACT><DDACT>{work.since}</DDACT>{contract}</Activite>"
