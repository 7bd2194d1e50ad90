"""`@requires` and `@public`: every view says who may see it, and says nothing else."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url

View = Callable[..., HttpResponseBase]


def requires(*permissions: str) -> Callable[[View], View]:
    """Opens a view to signed-in agents who hold at least one of the permissions."""
    if not permissions:
        raise TypeError("@requires needs at least one permission")

    def protect(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            if not any(request.user.can(permission) for permission in permissions):
                raise PermissionDenied("Votre rôle ne donne pas accès à cette page.")
            return view(request, *args, **kwargs)

        checked.required_permissions = tuple(str(p) for p in permissions)  # type: ignore[attr-defined]
        return checked

    return protect


def public(view: View) -> View:
    """Opens a view to everybody; the architecture test lists these views by name."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    query = urlencode({"next": request.get_full_path()})
    return HttpResponseRedirect(f"{resolve_url(settings.LOGIN_URL)}?{query}")
