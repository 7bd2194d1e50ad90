"""The life of an appointment."""

from emploi.foundation.workflow import Transition, Workflow
from emploi.pathway.appointments.enums import AppointmentStatus as S
from emploi.territory.agents.roles import Permission

HOLD, MISS, EXCUSE, UNDO, UNEXCUSE = "hold", "miss", "excuse", "undo", "unexcuse"
CANCEL_BY_PERSON, CANCEL_BY_US = "cancel_by_person", "cancel_by_us"

APPOINTMENT = Workflow(
    title="Rendez-vous",
    field="status",
    initial=S.PLANNED,
    states={value: str(label) for value, label in S.choices},
    transitions=(
        Transition(HOLD, (S.PLANNED,), S.HELD, "Présent", Permission.MARK_ATTENDANCE, style="success"),
        Transition(MISS, (S.PLANNED,), S.ABSENT, "Absent", Permission.MARK_ATTENDANCE, style="danger"),
        Transition(
            EXCUSE, (S.PLANNED, S.ABSENT), S.EXCUSED, "Excusé", Permission.MARK_ATTENDANCE, reason_required=True,
            style="warning",
        ),
        Transition(UNDO, (S.HELD, S.ABSENT, S.EXCUSED), S.PLANNED, "Corriger", Permission.MARK_ATTENDANCE),
        Transition(UNEXCUSE, (S.EXCUSED,), S.ABSENT, "Retirer l'excuse", Permission.MARK_ATTENDANCE),
        Transition(CANCEL_BY_PERSON, (S.PLANNED,), S.CANCELLED_BY_PERSON, "Annuler à sa demande"),
        Transition(
            CANCEL_BY_US, (S.PLANNED,), S.CANCELLED_BY_US, "Annuler de notre fait", Permission.BOOK_FOR_CALLER,
            reason_required=True, style="danger",
        ),
    ),
    tones={
        S.PLANNED: "info", S.HELD: "success", S.ABSENT: "danger", S.EXCUSED: "warning",
        S.CANCELLED_BY_PERSON: "neutral", S.CANCELLED_BY_US: "neutral",
    },
)  # fmt: skip
