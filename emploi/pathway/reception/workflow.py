"""The life of a call, and of a reply."""

from emploi.foundation.workflow import Transition, Workflow
from emploi.pathway.reception.enums import CallState

CALL = Workflow(
    title="Appel reçu",
    field="state",
    states={
        str(code): str(code.label)
        for code in (CallState.ANSWERED, CallState.TO_CALL_BACK, CallState.CALLED_BACK, CallState.GIVEN_UP)
    },
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

REPLY = Workflow(
    title="Réponse reçue",
    field="state",
    states={str(code): str(code.label) for code in (CallState.TO_SETTLE, CallState.SETTLED, CallState.CALLED_BACK)},
    initial=CallState.TO_SETTLE,
    transitions=(
        Transition("settle", (CallState.TO_SETTLE,), CallState.SETTLED, "Noter la suite donnée", style="primary"),
        Transition("call_back", (CallState.TO_SETTLE,), CallState.CALLED_BACK, "Rappeler"),
    ),
    tones={CallState.TO_SETTLE: "warning", CallState.SETTLED: "success", CallState.CALLED_BACK: "success"},
)
