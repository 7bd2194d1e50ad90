"""The page a one-time link opens: choose a password, then sign in."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from emploi.foundation import clock
from emploi.foundation.access import public
from emploi.foundation.ui.forms import attempt
from emploi.territory.agents.actions import choose_password
from emploi.territory.agents.queries import usable_link
from emploi.territory.agents.web.forms import PasswordForm


@public
@sensitive_post_parameters("password", "again")
@never_cache
def activate(request: HttpRequest, token: str) -> HttpResponse:
    """Reading the link changes nothing: mail scanners open links too."""
    link = usable_link(token, clock.now())
    if link is None:
        return render(request, "agents/page_link_over.html", status=410)
    form = PasswordForm(request.POST or None, agent=link.agent)
    if request.method == "POST" and form.is_valid():
        agent = attempt(
            form,
            lambda: choose_password(
                token=token, password=form.cleaned_data["password"], by=link.agent.as_actor(), at=clock.now()
            ),
        )
        if agent:
            messages.success(request, "Votre mot de passe est enregistré. Connectez-vous.")
            return redirect("account_login")
    context = {"form": form, "agent": link.agent}
    return render(request, "agents/page_activate.html", context, status=422 if form.errors else 200)
