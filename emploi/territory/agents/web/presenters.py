"""The sentences of the journal about professional accounts."""

from datetime import date

from emploi.foundation.audit.presenters import presents
from emploi.foundation.ui.french import date_num_fr
from emploi.territory.agents import events
from emploi.territory.agents.enums import LinkPurpose
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Role

FIELD_LABELS = {f.name: str(f.verbose_name) for f in Agent._meta.concrete_fields}


@presents(events.AccountEvent)
def account_event(event: events.AccountEvent) -> str:
    """What is common to all."""
    return f"Compte de {event.name}."


@presents(events.AccountOpened)
def account_opened(event: events.AccountOpened) -> str:
    """An account."""
    return f"Compte créé : {event.name}."


@presents(events.AccountChanged)
def account_changed(event: events.AccountChanged) -> str:
    """A corrected account."""
    return f"Compte modifié : {event.name} ({', '.join(FIELD_LABELS.get(f, f) for f in event.fields)})."


@presents(events.AccountLinkGiven)
def account_link_given(event: events.AccountLinkGiven) -> str:
    """A one-time link."""
    return f"Lien donné à {event.name} : {LinkPurpose(event.purpose).label.lower()}."


@presents(events.PasswordChosen)
def password_chosen(event: events.PasswordChosen) -> str:
    """A password, chosen by its owner."""
    return f"{event.name} a choisi son mot de passe."


@presents(events.RoleGiven)
def role_given(event: events.RoleGiven) -> str:
    """A role."""
    return f"Rôle donné à {event.name} : {Role(event.role).label}, {event.organization}."


@presents(events.RoleEnded)
def role_ended(event: events.RoleEnded) -> str:
    """The end of a role."""
    last = date_num_fr(date.fromisoformat(event.ended_on))
    return f"Rôle de {event.name} terminé le {last} : {Role(event.role).label}, {event.organization}."


@presents(events.AccountClosed)
def account_closed(event: events.AccountClosed) -> str:
    """The end of access."""
    return f"Compte désactivé : {event.name}."


@presents(events.AccountReopened)
def account_reopened(event: events.AccountReopened) -> str:
    """Access again."""
    return f"Compte réactivé : {event.name}."


@presents(events.SecondFactorReset)
def second_factor_reset(event: events.SecondFactorReset) -> str:
    """A lost second factor."""
    return f"Second facteur effacé pour {event.name} : à configurer à la prochaine connexion."


@presents(events.SignedIn)
def signed_in(event: events.SignedIn) -> str:
    """A sign-in."""
    return f"{event.name} s'est connecté."
