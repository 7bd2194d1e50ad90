"""SMS through an operator's HTTP gateway; the exchange is described in docs/envois.md.

POST {reference, to, sender, text, callback_url} with a bearer token; the answer 2xx holds {"id": "…"}. Receipts come
back later on our callback address, signed (receipts.py).
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from emploi.foundation import department
from emploi.foundation.messaging.models import Message
from emploi.foundation.messaging.providers.base import MISCONFIGURED, Outcome, Provider, Result
from emploi.foundation.messaging.rules import gsm

TIMEOUT = 15
BUSY = {408, 425, 429}
# Nothing of ours gets in (token, address of the gateway): what waits leaves by itself once the setting is mended.
SHUT = {401, 403, 404, 405, 407}
# The words of the answer's `code` that condemn the number itself; a status alone never does.
DEAD_NUMBER = {"unknown_number", "invalid_number"}
LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}
MAX_ANSWER = 65536


class HttpSms(Provider):
    """One kept-alive connection a batch; "no answer" after the request left means unknown, not failed."""

    name = "http_sms"

    def __init__(self) -> None:
        self._connection: http.client.HTTPConnection | None = None

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def send(self, messages: Sequence[Message]) -> list[Outcome]:
        """Hand SMS over one by one."""
        return [self._send_one(message) for message in messages]

    def _send_one(self, message: Message) -> Outcome:
        try:
            connection = self._connected()
        except OSError as error:
            self.close()
            return Outcome("put_back", error=f"L’opérateur ne répond pas ({type(error).__name__}).")
        try:
            connection.request("POST", _path(), json.dumps(_payload(message)).encode(), _headers())
            response = connection.getresponse()
            body = response.read(MAX_ANSWER)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            return Outcome("lose", error=f"L’opérateur n’a pas confirmé l’envoi ({type(error).__name__}).")
        return _read_answer(response.status, body)

    def _connected(self) -> http.client.HTTPConnection:
        """Open the connection apart from the request: before it is open, nothing was sent."""
        if self._connection is None:
            parts = urlsplit(settings.SMS_HTTP_URL)
            if parts.scheme != "https" and parts.hostname not in LOCAL_HOSTS:
                raise OSError("SMS_HTTP_URL must be https")
            kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
            connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT)
            connection.connect()
            self._connection = connection
        return self._connection


def _read_answer(status: int, body: bytes) -> Outcome:
    if 200 <= status < 300:
        return Outcome("accept", ref=_identifier(body))
    if status in BUSY or status >= 500:
        return Outcome("put_back", error=f"L’opérateur est indisponible (réponse {status}).")
    if str(_json(body).get("code", "")).lower() in DEAD_NUMBER:
        error = _reason(body) or "L’opérateur ne connaît pas ce numéro."
        return Outcome("fail", error=error, address_is_wrong=True)
    result: Result = "put_back" if status in SHUT else "fail"
    return Outcome(result, error=f"{MISCONFIGURED} l’opérateur répond {status}. {_reason(body)}".strip())


def _payload(message: Message) -> dict[str, Any]:
    return {
        "reference": str(message.uuid),
        "to": message.recipient,
        "sender": settings.SMS_REPLY_NUMBER or gsm.sender(department.identity().sms_sender),
        "text": message.body,
        "callback_url": _ours("messaging:receipts"),
        **({"reply_url": _ours("messaging:replies")} if settings.SMS_REPLY_NUMBER else {}),
    }


def _ours(name: str) -> str:
    return str(settings.PUBLIC_URL).rstrip("/") + reverse(name)


def _headers() -> dict[str, str]:
    return {
        "Content-Type": "application/json; charset=utf-8",
        "Accept": "application/json",
        "Authorization": f"Bearer {settings.SMS_HTTP_TOKEN}",
    }


def _path() -> str:
    parts = urlsplit(settings.SMS_HTTP_URL)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _identifier(body: bytes) -> str:
    answer = _json(body)
    return str(answer.get("id", ""))[:100]


def _reason(body: bytes) -> str:
    return str(_json(body).get("error", ""))[:200]


def _json(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
