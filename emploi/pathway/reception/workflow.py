"""The life of a call."""

from emploi.foundation.workflow import Transition, Workflow
from emploi.pathway.reception.enums import CallState

CALL = Workflow(
    title="Appel reçu",
    field="state",
    states={str(code): str(label) for code, label in CallState.choices},
    initial=CallState.TO_CALL_BACK,
    transitions=(
        Transition("answer", (CallState.TO_CALL_BACK,), CallState.ANSWERED, "Répondre tout de suite"),
        Transition("call_back", (CallState.TO_CALL_BACK,), CallState.CALLED_BACK, "Rappeler", style="primary"),
        Transition(
            "give_up", (CallState.TO_CALL_BACK,), CallState.GIVEN_UP, "Abandonner le rappel", reason_required=True
        ),
    ),
    tones={
        CallState.ANSWERED: "success",
        CallState.TO_CALL_BACK: "warning",
        CallState.CALLED_BACK: "success",
        CallState.GIVEN_UP: "neutral",
    },
)
