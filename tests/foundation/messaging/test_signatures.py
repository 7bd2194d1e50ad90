"""Whoever calls the addresses of receipts may write anything in their headers: it is refused, never a breakdown."""

from datetime import datetime

import pytest

from emploi.foundation import clock
from emploi.foundation.messaging.receipts import is_genuine, signature

AT = datetime(2026, 11, 23, 9, tzinfo=clock.ZONE)
NOW = str(int(AT.timestamp()))
SECRET, BODY = "secret-partagé", b"{}"


def genuine(timestamp: str, given: str) -> bool:
    return is_genuine(secret=SECRET, timestamp=timestamp, body=BODY, given=given, at=AT)


def test_ours_is_accepted_and_another_secret_refused() -> None:
    assert genuine(NOW, signature(SECRET, NOW, BODY))
    assert not genuine(NOW, signature("autre", NOW, BODY))


@pytest.mark.parametrize("given", ["", "é" * 64, "\udcff", "٣" * 64])
def test_a_signature_in_any_letters_is_refused(given: str) -> None:
    assert not genuine(NOW, given)


@pytest.mark.parametrize("timestamp", ["", "hier", "²", "-1", "9" * 400, "9" * 5000])
def test_a_moment_that_is_none_is_refused(timestamp: str) -> None:
    assert not genuine(timestamp, signature(SECRET, timestamp, BODY))
