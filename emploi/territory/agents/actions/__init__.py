"""Everything that writes professional accounts."""

from emploi.territory.agents.actions.access import (
    choose_password,
    close_account,
    give_link,
    reopen_account,
    reset_second_factor,
)
from emploi.territory.agents.actions.accounts import RoleWanted, change_account, invite_agent, open_account
from emploi.territory.agents.actions.roles import end_role, give_role

__all__ = [
    "RoleWanted",
    "change_account",
    "choose_password",
    "close_account",
    "end_role",
    "give_link",
    "give_role",
    "invite_agent",
    "open_account",
    "reopen_account",
    "reset_second_factor",
]
