"""Error pages: what happened, what was kept, what to do. An agent keeps the menu, the public its own frame."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Never

from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from emploi.foundation.ui import navigation

AGENT, CITIZEN, ALONE = (f"ui/errors/layout_{frame}.html" for frame in ("agent", "citizen", "alone"))


class _Queried(DatabaseError):
    """The frame asked for something that is not in memory: the page is shown without it."""


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, "ui/errors/400.html", 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, "ui/errors/403.html", 403, reason=str(exception or ""))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, "ui/errors/404.html", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    # Sessions and accounts are read before any view: the database may be away anywhere, and comes back by itself.
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return database_away(request)
    with _no_query(), navigation.without_counts():
        return _page(request, "ui/errors/500.html", 500, is_agent=_is_known_agent(request), messages=())


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(request, "ui/errors/csrf.html", 403)


def database_away(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(render_to_string("ui/errors/503.html", {"layout": ALONE}), status=503)
    response.headers["Retry-After"] = "10"
    return response


def _page(
    request: HttpRequest, template: str, status: int, *, is_agent: bool | None = None, **context: Any
) -> HttpResponse:
    try:
        signed_in = _is_agent(request) if is_agent is None else is_agent
        text = render_to_string(template, {**context, "layout": AGENT if signed_in else CITIZEN}, request)
    except DatabaseError:
        text = render_to_string(template, {**context, "layout": ALONE})
    return HttpResponse(text, status=status)


def _is_agent(request: HttpRequest) -> bool:
    # A request refused before the session was read has nobody yet.
    return bool(getattr(request, "user", None) and request.user.is_authenticated)


def _is_known_agent(request: HttpRequest) -> bool:
    """Tell whether the agent and their roles were read before the fault, so that the menu costs no query."""
    user = getattr(request, "_cached_user", None)
    return bool(user and user.is_authenticated and "active_memberships" in vars(user))


@contextmanager
def _no_query() -> Iterator[None]:
    def refuse(*_: Any) -> Never:
        raise _Queried

    with connection.execute_wrapper(refuse):
        yield
