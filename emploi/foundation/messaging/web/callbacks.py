"""The addresses operators call: what became of an SMS, and what a person answered."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from emploi.foundation import clock
from emploi.foundation.access import public
from emploi.foundation.messaging.inbound.receiving import POST, ReceivedSms, receive_sms
from emploi.foundation.messaging.receipts import OPERATOR, Announced, apply_receipt, is_genuine
from emploi.foundation.messaging.web import throttle

log = logging.getLogger(__name__)
MAX_BODY = 512 * 1024
MAX_ITEMS = 1000

Answer = Callable[[bytes, datetime], JsonResponse]


def signed(view: Answer) -> Callable[[HttpRequest], JsonResponse]:
    """A webhook: neither too often, nor too large, nor unsigned; the view receives the body and the moment."""

    @wraps(view)
    def answer(request: HttpRequest) -> JsonResponse:
        if throttle.is_throttled(request):
            return JsonResponse({"error": "too many calls"}, status=429, headers={"Retry-After": "60"})
        announced = request.headers.get("Content-Length", "")
        if (announced.isdecimal() and int(announced) > MAX_BODY) or len(request.body) > MAX_BODY:
            return JsonResponse({"error": "too large"}, status=413)
        at = clock.now()
        genuine = is_genuine(
            secret=settings.SMS_CALLBACK_SECRET,
            timestamp=request.headers.get("X-Emploi-Timestamp", ""),
            body=request.body,
            given=request.headers.get("X-Emploi-Signature", ""),
            at=at,
        )
        throttle.count(request, is_forged=not genuine)
        if not genuine:
            log.warning("a call of an operator was refused: wrong signature or too old")
            return JsonResponse({"error": "signature"}, status=403)
        return view(request.body, at)

    return answer


@public
@csrf_exempt
@require_POST
@signed
def receipts(body: bytes, at: datetime) -> JsonResponse:
    """Receive one receipt or a list of them; the same one twice is counted as known."""
    items = _items(body, "receipts")
    announced = [_announced(item) for item in items]
    if not announced or None in announced:
        return JsonResponse({"error": "unreadable"}, status=400)
    new = sum(apply_receipt(receipt=receipt, by=OPERATOR, at=at) for receipt in announced if receipt)
    return JsonResponse({"received": len(announced), "new": new})


@public
@csrf_exempt
@require_POST
@signed
def replies(body: bytes, at: datetime) -> JsonResponse:
    """Receive one SMS or a list of them; one that cannot be read does not lose the others."""
    items = _items(body, "replies")
    read = [sms for item in items if (sms := _sms(item))]
    if not read:
        return JsonResponse({"error": "unreadable"}, status=400)
    new = sum(receive_sms(sms=sms, by=POST, at=at) is not None for sms in read)
    if refused := len(items) - len(read):
        log.error("%s of the %s SMS told by the operator could not be read", refused, len(items))
    return JsonResponse({"received": len(read), "new": new, "refused": refused})


def _items(body: bytes, name: str) -> list[Any]:
    """The object received alone, or those of the list of that name; none when the body says nothing we read."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return []
    items = content.get(name, [content]) if isinstance(content, dict) else []
    return items if isinstance(items, list) and len(items) <= MAX_ITEMS else []


def _announced(item: Any) -> Announced | None:
    if not isinstance(item, dict) or not item.get("reference") or not item.get("status"):
        return None
    detail = str(item.get("detail", ""))
    return Announced(str(item["reference"]), str(item["status"]), _moment(item.get("at")), detail)


def _sms(item: Any) -> ReceivedSms | None:
    """An SMS told by the operator; without its number for it, a second delivery could not be told from a second SMS."""
    if not isinstance(item, dict) or not all(isinstance(item.get(name), str) for name in ("id", "from", "text")):
        return None
    if not item["id"].strip() or not item["from"].strip():
        return None
    identifier, sender, text = (_clean(item[name]) for name in ("id", "from", "text"))
    return ReceivedSms(identifier, sender, text, _moment(item.get("at")), str(item.get("reference") or ""))


def _clean(text: str) -> str:
    """The text without what a database refuses."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8").strip()


def _moment(text: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.ZONE)
