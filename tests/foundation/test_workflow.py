"""A state only changes by its table."""

import pytest

from emploi.foundation.workflow import Transition, Workflow

DOOR = Workflow(
    title="Porte",
    field="state",
    states={"open": "Ouverte", "closed": "Fermée", "walled": "Murée"},
    initial="open",
    transitions=(
        Transition("close", ("open",), "closed", "Fermer"),
        Transition("reopen", ("closed",), "open", "Rouvrir"),
    ),
)


def test_a_transition_to_nowhere_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="lost"):
        Workflow("Porte", "state", {"open": "Ouverte"}, "open", (Transition("lose", ("open",), "lost", "Perdre"),))


def test_the_table_says_what_may_be_done() -> None:
    assert [t.label for t in DOOR.allowed_from("closed")] == ["Rouvrir"]
    assert DOOR.allowed_from("walled") == ()


def test_unreachable_states_are_known() -> None:
    assert DOOR.unreachable() == {"walled"}


def test_the_diagram_names_states_in_french() -> None:
    diagram = DOOR.as_mermaid()
    assert "open : Ouverte" in diagram
    assert "open --> closed : Fermer" in diagram
