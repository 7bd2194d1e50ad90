"""What a person needs to come, changed from her file."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.ui.forms import attempt
from emploi.pathway.beneficiaries.actions import tell_needs
from emploi.pathway.beneficiaries.needs_form import NeedsForm, needs_known
from emploi.portal.desk.queries.people import visible
from emploi.portal.desk.web.requests import AgentRequest
from emploi.territory.agents.roles import Permission


@requires(Permission.EDIT_CONTACTS)
@require_http_methods(["GET", "HEAD", "POST"])
def needs(request: AgentRequest, person_id: int) -> HttpResponse:
    """Write down what a person says she needs; it serves every later appointment."""
    person = get_object_or_404(visible(request.user), pk=person_id)
    form = NeedsForm(request.POST if request.method == "POST" else None, initial=needs_known(person))
    if form.is_valid():
        by = request.user.as_actor()
        told = attempt(form, lambda: tell_needs(person_id=person.pk, by=by, at=clock.now(), **form.said))
        if told:
            messages.success(request, "C’est gardé : ces besoins se voient à chaque rendez-vous.")
            return redirect("desk:person", person_id=person.pk)
    former = sorted(person.visit_needs.all(), key=lambda told: (told.told_at, told.pk), reverse=True)
    context = {"form": form, "person": person, "last": former[0] if former else None, "former": former[1:6]}
    return render(request, "desk/page_needs.html", context, status=422 if form.errors else 200)
