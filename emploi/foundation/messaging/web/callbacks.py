"""The address operators call to say what became of an SMS."""

from __future__ import annotations

import json
import logging
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from emploi.foundation import clock
from emploi.foundation.access import public
from emploi.foundation.messaging.receipts import OPERATOR, Announced, apply_receipt, is_genuine

log = logging.getLogger(__name__)
MAX_BODY = 512 * 1024
MAX_RECEIPTS = 1000


@public
@csrf_exempt
@require_POST
def receipts(request: HttpRequest) -> JsonResponse:
    """Receive one receipt or a list of them, signed; the same one twice is counted as known."""
    body = request.body
    at = clock.now()
    if len(body) > MAX_BODY:
        return JsonResponse({"error": "too large"}, status=413)
    genuine = is_genuine(
        secret=settings.SMS_CALLBACK_SECRET,
        timestamp=request.headers.get("X-Emploi-Timestamp", ""),
        body=body,
        given=request.headers.get("X-Emploi-Signature", ""),
        at=at,
    )
    if not genuine:
        log.warning("a receipt was refused: wrong signature or too old")
        return JsonResponse({"error": "signature"}, status=403)
    announced = _read(body)
    if announced is None:
        return JsonResponse({"error": "unreadable"}, status=400)
    new = sum(apply_receipt(receipt=receipt, by=OPERATOR, at=at) for receipt in announced)
    return JsonResponse({"received": len(announced), "new": new})


def _read(body: bytes) -> list[Announced] | None:
    try:
        content = json.loads(body)
    except ValueError:
        return None
    items = content.get("receipts", [content]) if isinstance(content, dict) else None
    if not isinstance(items, list) or not items or len(items) > MAX_RECEIPTS:
        return None
    read = [_announced(item) for item in items]
    return None if None in read else [item for item in read if item is not None]


def _announced(item: Any) -> Announced | None:
    if not isinstance(item, dict) or not item.get("reference") or not item.get("status"):
        return None
    detail = str(item.get("detail", ""))
    return Announced(str(item["reference"]), str(item["status"]), _moment(item.get("at")), detail)


def _moment(text: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.ZONE)
