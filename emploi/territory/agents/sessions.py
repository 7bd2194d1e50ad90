"""Sessions end by themselves on shared desks."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url

SEEN = "seen_at"
# Written at most once a minute, so that reading pages does not rewrite the session each time.
STEP_SECONDS = 60


class SignOutWhenIdle:
    """Signs out an agent who did nothing for `SESSION_IDLE_SECONDS`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and self._is_idle(request):
            logout(request)
            messages.info(request, "Vous avez été déconnecté : personne n'utilisait plus cette page.")
            return HttpResponseRedirect(resolve_url(settings.LOGIN_URL))
        return self.get_response(request)

    def _is_idle(self, request: HttpRequest) -> bool:
        # The machine's own time: a demonstration's frozen or moved clock must not sign anybody out.
        moment = time.time()
        seen = request.session.get(SEEN)
        if seen is not None and moment - seen > settings.SESSION_IDLE_SECONDS:
            return True
        if seen is None or moment - seen > STEP_SECONDS:
            request.session[SEEN] = moment
        return False
