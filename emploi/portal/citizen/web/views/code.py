"""The code of a letter and the year of birth, typed by hand."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from emploi.foundation import clock, department
from emploi.foundation.access import public
from emploi.foundation.actor import Actor
from emploi.foundation.ui.french import hour_fr
from emploi.pathway.appointments import actions
from emploi.portal.citizen.web.forms import CodeForm
from emploi.portal.citizen.web.throttle import is_throttled, note_failure

SOMEBODY = Actor.system("Page du code")
WRONG = "Ce code et cette année de naissance ne vont pas ensemble. Vérifiez-les sur votre lettre."


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Open an invitation by its code; the answer never tells whether a code exists."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "citizen/page_code.html", {"form": form})
    if is_throttled(request):
        form.add_error(None, _wait("Trop d’essais depuis cette connexion. Réessayez dans un quart d’heure"))
        return render(request, "citizen/page_code.html", {"form": form}, status=429)
    tried = actions.try_code(
        typed=form.cleaned_data["code"], birth_year=form.cleaned_data["birth_year"], by=SOMEBODY, at=clock.now()
    )
    if tried.invitation is not None:
        return redirect("citizen:link", token=tried.invitation.token)
    note_failure(request)
    if tried.locked_until is not None:
        until = hour_fr(tried.locked_until)
        form.add_error(None, _wait(f"Trop d’essais avec ce code. Il est bloqué jusqu’à {until}, pour vous protéger"))
        return render(request, "citizen/page_code.html", {"form": form}, status=429)
    form.add_error(None, WRONG)
    return render(request, "citizen/page_code.html", {"form": form})


def _wait(sentence: str) -> str:
    """The lock, and the human way round it."""
    return f"{sentence}. Vous pouvez aussi nous appeler au {department.identity().phone}."
