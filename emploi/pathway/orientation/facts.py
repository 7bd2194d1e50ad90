"""What is known of somebody accompanied before this tool: plain dataclasses, no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerFacts:
    """One person of a stock as a former tool describes her; a blank says nothing and erases nothing.

    The orientation comes whole (pathway, body, day) or not at all.
    """

    number: int
    name: str
    person_id: int
    entry_id: int
    modality_id: int | None = None
    organization_id: int | None = None
    decided_on: date | None = None
    referent_id: int | None = None
    referent_name: str = ""
    contract_kind: str = ""
    signed_on: date | None = None
    ends_on: date | None = None
    appointment_at: datetime | None = None
    appointment_with: str = ""
    appointment_place: str = ""
    local_number: str = ""


@dataclass(frozen=True, slots=True)
class FormerFile:
    """Where they come from, and the agent who answers for taking them over."""

    run_id: int
    name: str
    agent_id: int
    agent_name: str
