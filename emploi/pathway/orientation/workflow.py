"""The life of a step: to do, done, or left open with a reason and an owner (RG-07)."""

from emploi.foundation.workflow import Transition, Workflow

STEP = Workflow(
    title="Étape du premier entretien",
    field="state",
    states={"open": "À faire", "done": "Fait", "left_open": "Laissé ouvert"},
    initial="open",
    transitions=(
        Transition(
            name="complete",
            sources=("open", "left_open"),
            target="done",
            label="Terminer cette étape",
            permission="hold_interview",
            style="primary",
        ),
        Transition(
            name="leave_open",
            sources=("open", "left_open"),
            target="left_open",
            label="Laisser cette étape ouverte",
            permission="hold_interview",
            reason_required=True,
        ),
    ),
    tones={"open": "neutral", "done": "success", "left_open": "warning"},
)

REORIENTATION = Workflow(
    title="Demande de réorientation",
    field="state",
    states={
        "requested": "Demandée",
        "examining": "En examen",
        "decided": "Réorientée",
        "refused": "Refusée",
        "withdrawn": "Abandonnée",
    },
    initial="requested",
    transitions=(
        Transition(
            name="examine",
            sources=("requested",),
            target="examining",
            label="Examiner la demande",
            permission="decide_orientation",
            style="primary",
        ),
        Transition(
            name="decide",
            sources=("requested", "examining"),
            target="decided",
            label="Réorienter",
            permission="decide_orientation",
        ),
        Transition(
            name="refuse",
            sources=("requested", "examining"),
            target="refused",
            label="Refuser la demande",
            permission="decide_orientation",
            reason_required=True,
        ),
        Transition(
            name="withdraw",
            sources=("requested", "examining"),
            target="withdrawn",
            label="Noter que la demande est abandonnée",
            permission="ask_reorientation",
            reason_required=True,
        ),
    ),
    tones={
        "requested": "warning",
        "examining": "info",
        "decided": "success",
        "refused": "neutral",
        "withdrawn": "neutral",
    },
)
