"""Error pages: what happened, what was kept, what to do. They never touch the database."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page("ui/errors/400.html", 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page("ui/errors/403.html", 403, reason=str(exception or ""))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page("ui/errors/404.html", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    # Sessions and accounts are read before any view: the database may be away anywhere, and comes back by itself.
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return database_away(request)
    return _page("ui/errors/500.html", 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page("ui/errors/csrf.html", 403)


def database_away(request: HttpRequest) -> HttpResponse:
    response = _page("ui/errors/503.html", 503)
    response.headers["Retry-After"] = "10"
    return response


def _page(template: str, status: int, **context: str) -> HttpResponse:
    return HttpResponse(render_to_string(template, context), status=status)
