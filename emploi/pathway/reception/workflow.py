"""The life of a call, and of a reply."""

from emploi.foundation.workflow import Transition, Workflow
from emploi.pathway.reception.enums import CallState

CALL = Workflow(
    title="Appel ou réponse reçus",
    field="state",
    states={str(code): str(label) for code, label in CallState.choices},
    initial=CallState.TO_CALL_BACK,
    transitions=(
        Transition("answer", (CallState.TO_CALL_BACK,), CallState.ANSWERED, "Répondre tout de suite"),
        Transition(
            "call_back",
            (CallState.TO_CALL_BACK, CallState.TO_SETTLE),
            CallState.CALLED_BACK,
            "Rappeler",
            style="primary",
        ),
        Transition("settle", (CallState.TO_SETTLE,), CallState.SETTLED, "Noter la suite donnée"),
        Transition(
            "give_up", (CallState.TO_CALL_BACK,), CallState.GIVEN_UP, "Abandonner le rappel", reason_required=True
        ),
    ),
    tones={
        CallState.ANSWERED: "success",
        CallState.TO_CALL_BACK: "warning",
        CallState.CALLED_BACK: "success",
        CallState.GIVEN_UP: "neutral",
        CallState.TO_SETTLE: "warning",
        CallState.SETTLED: "success",
    },
)
