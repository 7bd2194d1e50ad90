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
