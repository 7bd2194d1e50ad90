"""What files bring about somebody: a former tool, France Travail. Plain dataclasses, no database."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpSaid:
    """Whether France Travail follows the person, as of one day; unknown (None) is only said by an agent."""

    stated_on: date
    followed: bool | None
    since: date | None = None
    ended_on: date | None = None
    agency_code: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecommendationSaid:
    """The pathway France Travail recommends, or decided itself, one day."""

    recommended_on: date
    legal_path: str
    body_name: str = ""
    agency_code: str = ""
    adviser: str = ""
    is_decision: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FranceTravailSaid:
    """All a line says of one person; a blank says nothing and erases nothing."""

    line: int
    person_id: int
    name: str
    number: str = ""
    follow_up: FollowUpSaid | None = None
    recommendations: tuple[RecommendationSaid, ...] = ()


@dataclass(frozen=True, slots=True)
class FranceTravailSource:
    """Where facts come from: a file with its day of reception, or an agent who was told."""

    label: str
    received_on: date
    run_id: int | None = None
    is_file: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptSaid:
    """What France Travail answers to one decision it was sent."""

    line: int
    decision_id: int
    answered_on: date
    is_accepted: bool
    code: str = ""
    words: str = ""
    transmission_id: int | None = None
    # Without a day of its own, `answered_on` is the day its file was received.
    is_dated: bool = True
    # As the line writes them, last name and first name in any order; none when it names nobody.
    names: tuple[str, ...] = ()
    # Among them, those that hold the last name: one of the person's must be there.
    last_names: tuple[str, ...] = ()
