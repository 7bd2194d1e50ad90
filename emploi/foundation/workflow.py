"""States as data: a table of transitions, and `move()`, the only way a state changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as field_with
from datetime import datetime
from typing import Any, TypeVar

from django.db import models

from emploi.foundation.actor import Actor
from emploi.foundation.errors import DomainError
from emploi.foundation.events import Event, publish

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True)
class Transition:
    """One allowed change of state, with its French label and what it asks for."""

    name: str
    sources: tuple[str, ...]
    target: str
    label: str
    permission: str = ""
    reason_required: bool = False
    style: str = "secondary"


@dataclass(frozen=True)
class Workflow:
    """The whole life of one field: labels, buttons, colours and the diagram in the documentation come from it."""

    title: str
    field: str
    states: dict[str, str]
    initial: str
    transitions: tuple[Transition, ...]
    tones: dict[str, str] = field_with(default_factory=dict)

    def __post_init__(self) -> None:
        for transition in self.transitions:
            unknown = {*transition.sources, transition.target} - set(self.states)
            if unknown:
                raise ValueError(f"{self.title}: {transition.name} names unknown states {sorted(unknown)}")

    def named(self, name: str) -> Transition:
        """The transition of that name."""
        for transition in self.transitions:
            if transition.name == name:
                return transition
        raise LookupError(f"{self.title}: no transition « {name} »")

    def allowed_from(self, state: str) -> tuple[Transition, ...]:
        """What may be done from a state, in the order of the table."""
        return tuple(t for t in self.transitions if state in t.sources)

    def unreachable(self) -> set[str]:
        """States that no chain of transitions reaches from the initial one."""
        reached, waiting = {self.initial}, [self.initial]
        while waiting:
            for transition in self.allowed_from(waiting.pop()):
                if transition.target not in reached:
                    reached.add(transition.target)
                    waiting.append(transition.target)
        return set(self.states) - reached

    def as_mermaid(self) -> str:
        """The diagram shown in docs/generated/."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        lines += [f"    {code} : {label}" for code, label in self.states.items()]
        lines += [f"    {s} --> {t.target} : {t.label}" for t in self.transitions for s in t.sources]
        return "\n".join(lines)


def move(
    obj: M,
    workflow: Workflow,
    name: str,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
    changes: dict[str, Any] | None = None,
    events: Event | Sequence[Event] = (),
) -> M:
    """Locks the row, checks the transition, sets the state and `changes`, then publishes `events`.

    The caller is inside an `@action`. Raises DomainError when another has already moved it or a reason is missing.
    """
    transition = workflow.named(name)
    fresh = type(obj)._default_manager.select_for_update(of=("self",)).get(pk=obj.pk)
    current = getattr(fresh, workflow.field)
    if current not in transition.sources:
        state = workflow.states.get(current, current)
        raise DomainError(f"« {transition.label} » n'est plus possible : l'état est maintenant « {state} ».")
    if transition.reason_required and not reason.strip():
        raise DomainError("Indiquez la raison.", field="reason")
    values = {workflow.field: transition.target, **(changes or {})}
    for name_, value in values.items():
        setattr(fresh, name_, value)
        setattr(obj, name_, value)
    fresh.save(update_fields=list(values))
    publish(events, by=by, at=at, reason=reason)
    return fresh
