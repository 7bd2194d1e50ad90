"""Deny by default, read-only GETs, and the second factor of agents."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

Next = Callable[[HttpRequest], HttpResponse]

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
WRITES = re.compile(r'^\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|TRUNCATE|COPY)\s+"?(\w+)"?', re.IGNORECASE)


class WriteOnGet(RuntimeError):
    """A page tried to write while being read: a defect of ours, never of the reader."""


class ReadOnlyGet:
    """Refuses any write while answering a GET, the listed traces excepted."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in SAFE_METHODS or request.path.startswith(settings.ACCESS_WRITING_GET_PREFIXES):
            return self.get_response(request)
        with refuse_writes():
            return self.get_response(request)


@contextmanager
def refuse_writes() -> Iterator[None]:
    """Within it, the database only reads (sessions, caches and traces of consultation excepted)."""

    def check(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        found = WRITES.match(str(sql))
        if found and found.group(1) not in settings.ACCESS_TABLES_WRITTEN_ON_GET:
            raise WriteOnGet(f"GET wrote in {found.group(1)}")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(check):
        yield


class DenyByDefault:
    """A view that says neither `@requires` nor `@public` is not served."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if request.path.startswith(settings.ACCESS_PUBLIC_PREFIXES):
            return None
        if hasattr(view, "required_permissions") or getattr(view, "is_public", False):
            return None
        raise ImproperlyConfigured(f"{view.__module__}.{view.__qualname__} says neither @requires nor @public")


class SecondFactor:
    """Leads an agent without a second factor to the page where it is set up, before anything else."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self._must_set_up(request):
            return HttpResponseRedirect(reverse("mfa_index"))
        return self.get_response(request)

    def _must_set_up(self, request: HttpRequest) -> bool:
        if not settings.SECOND_FACTOR_REQUIRED or not request.user.is_authenticated:
            return False
        if request.path.startswith(settings.ACCESS_PUBLIC_PREFIXES):
            return False
        from allauth.mfa.utils import is_mfa_enabled  # allauth needs the app registry

        return not is_mfa_enabled(request.user)
