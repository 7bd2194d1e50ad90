"""What happens to professional accounts."""

from dataclasses import dataclass

from emploi.foundation.events import Event


@dataclass(frozen=True, kw_only=True)
class AccountEvent(Event):
    """Something that happened to an account."""

    agent_id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class AccountOpened(AccountEvent):
    """An account was created."""


@dataclass(frozen=True, kw_only=True)
class AccountChanged(AccountEvent):
    """The name, the telephone or the address of an account was corrected."""

    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AccountLinkGiven(AccountEvent):
    """A one-time link was given, to choose a password."""

    purpose: str


@dataclass(frozen=True, kw_only=True)
class PasswordChosen(AccountEvent):
    """The agent used the link and chose a password."""


@dataclass(frozen=True, kw_only=True)
class RoleGiven(AccountEvent):
    """A role was given in an organisation."""

    role: str
    organization: str


@dataclass(frozen=True, kw_only=True)
class RoleEnded(AccountEvent):
    """A role ends, that day included."""

    role: str
    organization: str
    ended_on: str


@dataclass(frozen=True, kw_only=True)
class AccountClosed(AccountEvent):
    """The agent cannot sign in any more."""


@dataclass(frozen=True, kw_only=True)
class AccountReopened(AccountEvent):
    """The agent may sign in again."""


@dataclass(frozen=True, kw_only=True)
class SecondFactorReset(AccountEvent):
    """A lost second factor was erased; the agent sets up another at the next sign-in."""


@dataclass(frozen=True, kw_only=True)
class SignedIn(AccountEvent):
    """The agent signed in."""
