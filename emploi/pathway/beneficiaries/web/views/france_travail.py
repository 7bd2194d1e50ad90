"""What an agent knows of France Travail about a person, typed on one page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.ui.forms import attempt
from emploi.pathway.beneficiaries import actions, queries
from emploi.pathway.beneficiaries.web.france_travail_form import FranceTravailForm
from emploi.pathway.beneficiaries.web.views.common import page_of, person_of
from emploi.territory.agents.roles import Permission


@requires(Permission.EDIT_CONTACTS)
def france_travail(request: HttpRequest, person_id: int) -> HttpResponse:
    """Type the number, the present follow-up and the recommendation of France Travail."""
    person = person_of(request, person_id)
    entry = queries.person_header(person, clock.today()).entry
    form = FranceTravailForm(request.POST or None, initial=FranceTravailForm.values_of(person, entry))
    if request.method == "POST" and form.is_valid():
        told = attempt(
            form,
            lambda: actions.tell_france_travail(
                person_id=person.pk, told=form.told(), by=request.user.as_actor(), at=clock.now()
            ),
        )
        if told:
            messages.success(request, "Ce que vous savez de France Travail est enregistré.")
            return redirect(page_of(person.pk))
    context = {"form": form, "person": person, "entry": entry, "back": page_of(person.pk)}
    return render(request, "beneficiaries/page_france_travail.html", context, status=422 if form.errors else 200)
