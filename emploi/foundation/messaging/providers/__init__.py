"""Who carries the messages. Each provider is one module; the setting MESSAGING_PROVIDERS chooses by channel."""

from emploi.foundation.messaging.providers.base import Outcome, Provider
from emploi.foundation.messaging.providers.http_sms import HttpSms
from emploi.foundation.messaging.providers.outbox import Outbox
from emploi.foundation.messaging.providers.smtp import Smtp

_PROVIDERS: dict[str, type[Provider]] = {provider.name: provider for provider in (Outbox, Smtp, HttpSms)}


def provider(name: str) -> Provider:
    """Return a provider ready to be opened. Raises LookupError for a name nobody carries."""
    if name not in _PROVIDERS:
        raise LookupError(f"Prestataire d'envoi inconnu : « {name} ». Connus : {', '.join(sorted(_PROVIDERS))}.")
    return _PROVIDERS[name]()


def repeatable_providers() -> list[str]:
    """Return the providers whose messages may be handed over again after a crash without being sent twice."""
    return [name for name, kind in _PROVIDERS.items() if kind.repeatable]


__all__ = ["Outcome", "Provider", "provider", "repeatable_providers"]
