"""The columns of the exports."""

from __future__ import annotations

from emploi.foundation.ui.exports import Column
from emploi.foundation.ui.french import liste_fr
from emploi.portal.desk.queries.entrants import Entrant
from emploi.portal.desk.queries.persons import PersonLine
from emploi.portal.desk.web.standing import shown_standing
from emploi.territory.geography.models import Commune


def _means(line: Entrant) -> str:
    reach = line.reach
    known = (("SMS", reach.mobile), ("e-mail", reach.email), ("lettre", reach.address_lines))
    return liste_fr([name for name, value in known if value]) or "aucun"


# A file goes round: it never says, even by the commune, where somebody hides.
HIDDEN = "confidentiel"


def _commune(commune: Commune | None, line: Entrant | PersonLine) -> str:
    return HIDDEN if line.hides_home else commune.name if commune else ""


def _territory(line: Entrant | PersonLine) -> str:
    return HIDDEN if line.hides_home else line.territory.name if line.territory else ""


def _standing(status: str) -> str:
    shown = shown_standing(status)
    return shown.label if shown else ""


ENTRANT_COLUMNS = (
    Column("Nom", lambda line: line.deadline.person.last_name),
    Column("Prénom", lambda line: line.deadline.person.first_name),
    Column("Entrée le (J0)", lambda line: line.deadline.started_on),
    Column("À recevoir avant le", lambda line: line.deadline.due_on),
    Column("Jours écoulés", lambda line: line.countdown.elapsed),
    Column("Situation du délai", lambda line: line.countdown.words),
    Column("Entrée", lambda line: line.deadline.entry.get_kind_display()),
    Column("Commune", lambda line: _commune(line.deadline.entry.commune, line)),
    Column("Territoire", lambda line: _territory(line)),
    Column("Joignable par", _means),
    Column("Téléphone", lambda line: line.reach.mobile or line.reach.phone),
    Column("Courriel", lambda line: line.reach.email),
    Column("En couple avec", lambda line: liste_fr([person.full_name for person in line.spouses])),
    Column("Suivi par France Travail", lambda line: line.deadline.entry.france_travail_words),
    Column("Suivi", lambda line: _standing(line.standing)),
    Column("Invitation du", lambda line: line.invitation.sent_on if line.invitation else None),
    Column("Lien ouvert le", lambda line: line.invitation.first_opened_at if line.invitation else None),
    Column("Rendez-vous", lambda line: line.appointment.starts_at if line.appointment else None),
    Column("Lieu", lambda line: line.appointment.place.name if line.appointment else ""),
)

PERSON_COLUMNS = (
    Column("Nom", lambda line: line.line.person.last_name),
    Column("Prénom", lambda line: line.line.person.first_name),
    Column("Date de naissance", lambda line: line.line.person.birth_date),
    Column("Commune", lambda line: _commune(line.line.entry.commune, line.line)),
    Column("Territoire", lambda line: _territory(line.line)),
    Column("Entrée le (J0)", lambda line: line.line.entry.opened_on),
    Column("Organisme référent", lambda line: line.line.facts.body),
    Column("Référent", lambda line: line.line.facts.referent),
    Column("Suivi", lambda line: _standing(line.line.standing)),
    Column("Prochaine étape", lambda line: line.shown.text),
    Column("Qui la doit", lambda line: line.shown.who),
    Column("Avant le", lambda line: line.shown.due_on),
)
