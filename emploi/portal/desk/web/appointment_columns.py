"""The columns of the export of appointments."""

from __future__ import annotations

from emploi.foundation.ui.exports import Column
from emploi.portal.desk.queries.appointments import AppointmentLine
from emploi.portal.desk.web.columns import HIDDEN


def _commune(line: AppointmentLine) -> str:
    if line.hides_home:
        return HIDDEN
    entry = line.appointment.entry
    return entry.commune.name if entry and entry.commune else ""


def _act(line: AppointmentLine) -> str:
    invitation = line.appointment.invitation
    return str(invitation.get_act_display()) if invitation else ""


APPOINTMENT_COLUMNS = (
    Column("Nom", lambda line: line.appointment.person.last_name),
    Column("Prénom", lambda line: line.appointment.person.first_name),
    Column("Commune", _commune),
    Column("Début", lambda line: line.appointment.starts_at),
    Column("Fin", lambda line: line.appointment.ends_at),
    Column("Type de rendez-vous", lambda line: line.appointment.kind.name),
    Column("Premier rendez-vous", lambda line: line.appointment.is_first_interview),
    Column("Avec", lambda line: line.appointment.agent.full_name),
    Column("Lieu", lambda line: line.appointment.place.name),
    Column("Modalité", lambda line: line.appointment.get_modality_display()),
    Column("État", lambda line: line.appointment.get_status_display()),
    Column("Invitation ou convocation", _act),
    Column("Pris", lambda line: line.appointment.get_booked_via_display()),
    Column("Pris le", lambda line: line.appointment.booked_at),
    Column("Présence notée le", lambda line: line.appointment.marked_at),
    Column("Annulé le", lambda line: line.appointment.cancelled_at),
)
