"""The columns of the files of the work lists; a file goes round, so it never says where somebody hides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from emploi.foundation.audit.actions import record_export
from emploi.foundation.ui.exports import Column
from emploi.pathway.appointments import queries
from emploi.pathway.appointments.queries.reach import Reach
from emploi.pathway.beneficiaries.queries import hidden_homes
from emploi.territory.agents.models import Agent

BATCH = 500
HIDDEN = "confidentiel"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a list with the ways to reach its person."""

    row: Any
    reach: Reach
    commune: str


def lines(rows: QuerySet[Any], *, agent: Agent, page: str, at: datetime) -> Iterator[Line]:
    """Yield the lines of a file, their people noted just before, five hundred at a time."""
    found = rows.iterator(chunk_size=BATCH)
    while chunk := list(islice(found, BATCH)):
        ids = [row.person_id for row in chunk]
        record_export(agent_id=agent.pk, agent_label=agent.full_name, person_ids=ids, page=page, at=at)
        targets = {target.person.pk: target for target in queries.targets_of([], ids)}
        reach = queries.reach_of_homes({pk: target.household_id for pk, target in targets.items()})
        hidden = hidden_homes([target.household_id for target in targets.values() if target.household_id])
        for row in chunk:
            target = targets[row.person_id]
            where = target.entry.commune.name if target.entry and target.entry.commune else ""
            yield Line(row, reach[row.person_id], HIDDEN if target.household_id in hidden else where)


def of_row(heading: str, read: Callable[[Any], Any]) -> Column:
    """A column read from the row itself."""
    return Column(heading, lambda line: read(line.row))


WHO = (
    of_row("Nom", lambda row: row.person.last_name),
    of_row("Prénom", lambda row: row.person.first_name),
    Column("Commune", lambda line: line.commune),
    Column("Téléphone", lambda line: line.reach.mobile or line.reach.phone),
    Column("Courriel", lambda line: line.reach.email),
)
DUE = (
    *WHO,
    of_row("Dû depuis le", lambda row: row.due_on),
    of_row("À recevoir avant le", lambda row: row.meet_before),
    of_row("Dernière invitation", lambda row: row.last_sent_at),
    of_row("Relancée automatiquement", lambda row: "oui" if row.last_is_alone else ""),
    of_row("Lien ouvert le", lambda row: row.last_opened_at),
    of_row("Dernier appel", lambda row: row.last_call_at),
)
UNANSWERED = (
    *WHO,
    of_row("Rendez-vous", lambda row: row.kind.name),
    of_row("Invitée le", lambda row: row.first_on),
    of_row("Relances déjà faites", lambda row: row.sent_again),
    of_row("Lien ouvert le", lambda row: row.first_opened_at),
)
ABSENT = (
    *WHO,
    of_row("Rendez-vous manqué", lambda row: row.starts_at),
    of_row("État", lambda row: row.get_status_display()),
    of_row("Lieu", lambda row: row.place.name),
)
STOPPED = (
    *WHO,
    of_row("Suspendue depuis le", lambda row: row.started_at),
    of_row("Jusqu’au", lambda row: row.last_day),
    of_row("Par", lambda row: row.started_by.full_name if row.started_by else ""),
)
REQUESTED = (
    *WHO,
    of_row("Demande reçue", lambda row: row.created_at),
    of_row("Numéro à rappeler", lambda row: row.phone),
)
LOST = (
    *WHO,
    of_row("Moyen", lambda row: row.get_channel_display()),
    of_row("Depuis le", lambda row: row.found_at),
    of_row("Raison", lambda row: row.reason),
)
