"""The door of the product: each one to the first page of their job."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from emploi.foundation.access import public
from emploi.foundation.ui import navigation


@public
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Lead agents to the first page they may open, everybody else to the explanation of what this is."""
    if not request.user.is_authenticated:
        return redirect("public:home")
    links = [link for group in navigation.groups_for(request) for link in group.links]
    return redirect(links[0].href if links else "public:home")
