"""A person by hand: created after the duplicates suspected were shown, corrected."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.ui.forms import attempt
from emploi.pathway.beneficiaries import actions, queries
from emploi.pathway.beneficiaries.queries import Lookalike
from emploi.pathway.beneficiaries.web.forms import CorrectionForm, PersonForm
from emploi.pathway.beneficiaries.web.views.common import page_of, person_of
from emploi.territory.agents.roles import Permission


@requires(Permission.CREATE_PERSON)
def create(request: HttpRequest) -> HttpResponse:
    """Create a person; whoever may already be the same is shown first, and each must be set aside by the agent."""
    form = PersonForm(request.POST or None)
    suspects: list[Lookalike] = []
    if request.method == "POST" and form.is_valid():
        typed = form.typed()
        suspects = queries.lookalikes(typed)
        if _all_set_aside(suspects, request.POST.getlist("not_same")):
            person = attempt(
                form,
                lambda: actions.create_person(
                    typed=typed,
                    not_the_same_as=[suspect.person_id for suspect in suspects],
                    by=request.user.as_actor(),
                    at=clock.now(),
                ),
            )
            if person:
                messages.success(request, f"{person.full_name} est enregistré dans l’outil.")
                return redirect(page_of(person.pk))
    status = 422 if form.errors or suspects else 200
    context = {"form": form, "suspects": suspects, "set_aside": request.POST.getlist("not_same")}
    return render(request, "beneficiaries/page_create.html", context, status=status)


@requires(Permission.EDIT_CONTACTS)
def correct(request: HttpRequest, person_id: int) -> HttpResponse:
    """Correct names, numbers and the alerts of a person."""
    person = person_of(request, person_id)
    initial = {name: getattr(person, name) for name in CorrectionForm.base_fields}
    form = CorrectionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        corrected = attempt(
            form,
            lambda: actions.correct_person(
                person_id=person.pk, values=form.cleaned_data, by=request.user.as_actor(), at=clock.now()
            ),
        )
        if corrected:
            messages.success(request, "La fiche est corrigée.")
            return redirect(page_of(person.pk))
    context = {"form": form, "person": person, "back": page_of(person.pk)}
    return render(request, "beneficiaries/page_correct.html", context, status=422 if form.errors else 200)


def _all_set_aside(suspects: list[Lookalike], set_aside: list[str]) -> bool:
    """Whether the agent said of each suspect that it is somebody else; the same NIR cannot be set aside."""
    return all(not suspect.same_nir and str(suspect.person_id) in set_aside for suspect in suspects)
