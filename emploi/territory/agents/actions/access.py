"""Opening and closing the door: one-time links, passwords, second factor."""

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.messaging.actions import queue_message
from emploi.foundation.messaging.enums import Channel
from emploi.territory.agents import links
from emploi.territory.agents.enums import LinkPurpose
from emploi.territory.agents.events import (
    AccountClosed,
    AccountLinkGiven,
    AccountReopened,
    PasswordChosen,
    SecondFactorReset,
)
from emploi.territory.agents.models import AccountLink, Agent
from emploi.territory.agents.permissions import check_can_lock_out, check_somebody_still_manages


@action
def give_link(*, agent_id: int, purpose: str, by: Actor, at: datetime) -> str:
    """Sends a one-time link by e-mail and returns it, to be printed; the former ones stop working."""
    agent = Agent.objects.select_for_update(of=("self",)).get(pk=agent_id)
    if not agent.is_active:
        raise DomainError("Ce compte est désactivé : réactivez-le d'abord.")
    AccountLink.objects.filter(agent=agent, used_at=None, revoked_at=None).update(revoked_at=at)
    token = links.new_token()
    link = AccountLink.objects.create(
        agent=agent,
        purpose=LinkPurpose(purpose),
        token_hash=links.hash_of(token),
        created_at=at,
        expires_at=at + timedelta(days=links.LINK_LIFE_DAYS),
    )
    address = links.address_of(token)
    queue_message(
        channel=Channel.EMAIL,
        to=agent.email,
        template=f"agents/account_{link.purpose}",
        context={"first_name": agent.first_name, "address": address, "expires_at": link.expires_at},
        dedup_key=f"account-link:{link.pk}",
        about=f"Compte de {agent.full_name}"[:120],
        immediate=True,
        by=by,
        at=at,
    )
    publish(AccountLinkGiven(agent_id=agent.pk, name=agent.full_name, purpose=link.purpose), by=by, at=at)
    return address


@action
def choose_password(*, token: str, password: str, by: Actor, at: datetime) -> Agent:
    """Sets the password chosen through a one-time link, which then works no more."""
    link = (
        AccountLink.objects.select_for_update(of=("self",))
        .select_related("agent")
        .filter(token_hash=links.hash_of(token))
        .first()
    )
    if link is None or not is_usable(link, at):
        raise DomainError("Ce lien n'est plus valable. Demandez-en un autre à l'administrateur.")
    agent = link.agent
    agent.set_password(password)
    agent.save(update_fields=["password"])
    link.used_at = at
    link.save(update_fields=["used_at"])
    publish(PasswordChosen(agent_id=agent.pk, name=agent.full_name), by=agent.as_actor(), at=at)
    return agent


@action
def close_account(*, agent_id: int, reason: str, by: Actor, at: datetime) -> Agent:
    """Cuts access at once, open sessions included; the account and its traces stay."""
    agent = Agent.objects.select_for_update(of=("self",)).get(pk=agent_id)
    if not reason.strip():
        raise DomainError("Indiquez pourquoi ce compte est désactivé.", field="reason")
    if not agent.is_active:
        raise DomainError("Ce compte est déjà désactivé.")
    check_can_lock_out(by, agent)
    check_somebody_still_manages(agent)
    agent.is_active, agent.deactivated_reason = False, reason.strip()
    agent.save(update_fields=["is_active", "deactivated_reason"])
    AccountLink.objects.filter(agent=agent, used_at=None, revoked_at=None).update(revoked_at=at)
    publish(AccountClosed(agent_id=agent.pk, name=agent.full_name), by=by, at=at, reason=reason.strip())
    return agent


@action
def reopen_account(*, agent_id: int, by: Actor, at: datetime) -> Agent:
    """Gives access back."""
    agent = Agent.objects.select_for_update(of=("self",)).get(pk=agent_id)
    if agent.is_active:
        raise DomainError("Ce compte est déjà actif.")
    agent.is_active, agent.deactivated_reason = True, ""
    agent.save(update_fields=["is_active", "deactivated_reason"])
    publish(AccountReopened(agent_id=agent.pk, name=agent.full_name), by=by, at=at)
    return agent


@action
def reset_second_factor(*, agent_id: int, reason: str, by: Actor, at: datetime) -> int:
    """Erases a lost second factor (application, keys, recovery codes); returns how many things were erased."""
    agent = Agent.objects.select_for_update(of=("self",)).get(pk=agent_id)
    if not reason.strip():
        raise DomainError("Indiquez comment vous avez vérifié l'identité de l'agent.", field="reason")
    check_can_lock_out(by, agent)
    erased, _ = Authenticator.objects.filter(user=agent).delete()
    if not erased:
        raise DomainError("Ce compte n'a pas de second facteur.")
    publish(SecondFactorReset(agent_id=agent.pk, name=agent.full_name), by=by, at=at, reason=reason.strip())
    return int(erased)


def is_usable(link: AccountLink, at: datetime) -> bool:
    """Whether a one-time link still works."""
    return link.used_at is None and link.revoked_at is None and at < link.expires_at and link.agent.is_active
