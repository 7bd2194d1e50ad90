"""How people sign in: by invitation only, never by signing up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are created by an administrator (screen « Comptes »)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
