"""How people sign in: by invitation only, with a second factor whose secret is kept encrypted."""

import base64
import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest

from emploi.foundation import clock
from emploi.foundation.access.client import client_address
from emploi.foundation.actor import Actor
from emploi.territory.agents.actions import give_link
from emploi.territory.agents.enums import LinkPurpose
from emploi.territory.agents.queries import SECOND_FACTORS

FORGOTTEN = "account/email/password_reset_key"


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are created by an administrator (screen « Comptes »)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address tries are counted by: behind our proxies, that of the client and not the proxy's own."""
        return client_address(request) or str(super().get_client_ip(request))

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Does not ask again, within a few minutes, what somebody typed to sign in."""
        required: bool = super().is_reauthentication_required(app=app, **kwargs)
        records = get_authentication_records(self.request, self.request.user)
        recent = bool(records) and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT
        return required and not recent

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Sends our own one-time link for a forgotten password, and nothing to addresses nobody knows."""
        if template_prefix == FORGOTTEN:
            give_link(
                agent_id=context["user"].pk,
                purpose=LinkPurpose.NEW_PASSWORD,
                by=Actor.system("Mot de passe oublié"),
                at=clock.now(),
            )


class SecondFactorAdapter(DefaultMFAAdapter):
    """The secret of the one-time codes is encrypted; the last second factor cannot be taken away."""

    def encrypt(self, text: str) -> str:
        """What is kept in the database."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """What the codes are computed from."""
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether another second factor remains, where one is required."""
        if not settings.SECOND_FACTOR_REQUIRED or authenticator.type not in SECOND_FACTORS:
            return True
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=SECOND_FACTORS)
        return bool(others.exclude(pk=authenticator.pk).exists())


def _cipher() -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"emploi second factor")
    return Fernet(base64.urlsafe_b64encode(derived.derive(settings.FILES_ENCRYPTION_KEY.encode())))
