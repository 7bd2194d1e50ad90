"""The life of a message."""

from emploi.foundation.messaging.enums import Status
from emploi.foundation.workflow import Transition, Workflow

Q, S, T = Status.QUEUED.value, Status.SENDING.value, Status.SENT.value
D, F, U, C = Status.DELIVERED.value, Status.FAILED.value, Status.UNKNOWN.value, Status.CANCELLED.value

MESSAGE = Workflow(
    title="Message",
    field="status",
    states={value: str(label) for value, label in Status.choices},
    initial=Q,
    transitions=(
        Transition("begin", (Q,), S, "Confier au prestataire"),
        Transition("accept", (S, U), T, "Accepté par le prestataire"),
        Transition("deliver", (S, T, U), D, "Reçu par la personne"),
        Transition("put_back", (S,), Q, "Réessayer plus tard"),
        Transition("lose", (S,), U, "Sans nouvelle du prestataire"),
        Transition("fail", (Q, S, T, U), F, "Échec"),
        Transition("print", (Q,), T, "Imprimé"),
        Transition("cancel", (Q,), C, "Annuler l’envoi", permission="see_outbox", reason_required=True, style="danger"),
        Transition("settle_sent", (U,), T, "Noter comme envoyé", permission="see_outbox", reason_required=True),
        Transition(
            "settle_failed", (U, T, D), F, "Noter comme non reçu", permission="see_outbox", reason_required=True
        ),
        Transition(
            "resend", (F, U, T, C), Q, "Renvoyer", permission="see_outbox", reason_required=True, style="primary"
        ),
    ),
    tones={Q: "info", S: "info", T: "success", D: "success", F: "danger", U: "warning", C: "neutral"},
)
ICONS = {Q: "clock", S: "clock", T: "check", D: "check", F: "alert", U: "question", C: "minus"}
