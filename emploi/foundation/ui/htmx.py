"""One view answers both a whole page and the fragment HTMX asks for."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme


def wants_fragment(request: HttpRequest) -> bool:
    """Tell whether HTMX asks for a part of the page (never when it restores a page of the history)."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-History-Restore-Request") != "true"


def page_or_fragment(
    request: HttpRequest, page: str, fragment: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Render `fragment` for HTMX, `page` otherwise, and tell caches that they differ."""
    response = render(request, fragment if wants_fragment(request) else page, context, status=status)
    response["Vary"] = "HX-Request"
    return response


def card_response(
    request: HttpRequest, fragment: str, context: dict[str, Any], *, title: str, back: str = "", status: int = 200
) -> HttpResponse:
    """Render a card or a block of the day alone for HTMX, inside a plain page with its title otherwise."""
    if not wants_fragment(request):
        context = {**context, "page_title": title, "page_fragment": fragment, "page_back": back}
    return page_or_fragment(request, "ui/page_fragment.html", fragment, context, status)


def go(request: HttpRequest, to: str) -> HttpResponse:
    """Redirect after a POST, whether the form was sent by the browser or by HTMX."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": to})
    return redirect(to)


def safe_next(request: HttpRequest, default: str) -> str:
    """Return the page to come back to (?next= or a field), refused when it leaves this site."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(target)
        return parts.path + (f"?{parts.query}" if parts.query else "")
    return default
