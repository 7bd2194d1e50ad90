"""One reading of the rulebook a request: begun and forgotten with it."""

from typing import Any

from django.core.signals import request_finished, request_started
from django.dispatch import receiver

from emploi.territory.rulebook import queries


@receiver(request_started)
def _begin(**kwargs: Any) -> None:
    queries.begin_reading()


@receiver(request_finished)
def _end(**kwargs: Any) -> None:
    queries.end_reading()
