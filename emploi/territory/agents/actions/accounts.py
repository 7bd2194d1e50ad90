"""Creating and correcting accounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.territory.agents.actions.access import give_link
from emploi.territory.agents.actions.roles import give_role
from emploi.territory.agents.enums import LinkPurpose
from emploi.territory.agents.events import AccountChanged, AccountOpened
from emploi.territory.agents.models import Agent

EDITABLE = ("email", "first_name", "last_name", "phone")


@dataclass(frozen=True, slots=True)
class RoleWanted:
    """A role to give with a new account."""

    organization_id: int
    role: str
    territory_id: int | None = None
    started_on: date | None = None
    ended_on: date | None = None


@action
def open_account(
    *,
    email: str,
    first_name: str,
    last_name: str,
    by: Actor,
    at: datetime,
    phone: str = "",
    password: str | None = None,
    roles: Sequence[RoleWanted] = (),
) -> Agent:
    """Creates an account with its roles; without a password, only a one-time link opens it."""
    _check_email(email)
    agent = Agent.objects.create_user(
        email=email, password=password, first_name=first_name.strip(), last_name=last_name.strip(), phone=phone
    )
    publish(AccountOpened(agent_id=agent.pk, name=agent.full_name), by=by, at=at)
    for wanted in roles:
        give_role(
            agent_id=agent.pk,
            organization_id=wanted.organization_id,
            role=wanted.role,
            territory_id=wanted.territory_id,
            started_on=wanted.started_on or at.date(),
            ended_on=wanted.ended_on,
            by=by,
            at=at,
        )
    return agent


@action
def invite_agent(
    *, email: str, first_name: str, last_name: str, role: RoleWanted, by: Actor, at: datetime, phone: str = ""
) -> tuple[Agent, str]:
    """Creates an account and sends its one-time link by e-mail; returns the agent and the link, to be printed."""
    agent = open_account(
        email=email, first_name=first_name, last_name=last_name, phone=phone, roles=[role], by=by, at=at
    )
    return agent, give_link(agent_id=agent.pk, purpose=LinkPurpose.INVITATION, by=by, at=at)


@action
def change_account(*, agent_id: int, values: dict[str, Any], by: Actor, at: datetime) -> Agent:
    """Corrects a name, a telephone or the e-mail address that signs in; `values` holds fields of EDITABLE."""
    agent = Agent.objects.select_for_update(of=("self",)).get(pk=agent_id)
    wanted = {name: values[name] for name in EDITABLE if name in values}
    if "email" in wanted:
        wanted["email"] = wanted["email"].strip().lower()
    changed = {name: value for name, value in wanted.items() if getattr(agent, name) != value}
    if "email" in changed:
        _check_email(changed["email"], except_id=agent.pk)
    if not changed:
        return agent
    for name, value in changed.items():
        setattr(agent, name, value)
    agent.save(update_fields=list(changed))
    publish(AccountChanged(agent_id=agent.pk, name=agent.full_name, fields=tuple(changed)), by=by, at=at)
    return agent


def _check_email(email: str, except_id: int = 0) -> None:
    if Agent.objects.filter(email__iexact=email.strip()).exclude(pk=except_id).exists():
        raise DomainError("Un compte existe déjà avec cette adresse.", field="email")
