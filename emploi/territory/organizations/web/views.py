"""Settings screens: services and partners."""

from django.contrib import messages
from django.db.models import F
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.errors import DomainError
from emploi.foundation.ui.forms import ReasonForm, attempt
from emploi.foundation.ui.lists import Sort, listing
from emploi.territory.organizations import actions, queries
from emploi.territory.organizations.models import Organization
from emploi.territory.organizations.permissions import MANAGE_REFERENCE
from emploi.territory.organizations.web.forms import OrganizationFilter, OrganizationForm


def _sorts() -> tuple[Sort, ...]:
    # Accents and capitals do not count; built each time because sorting backwards changes the expressions.
    name = Lower(F("name__unaccent")).asc()
    return Sort("name", "Organisme", (name,)), Sort("kind", "Nature", ("kind", "name"))


@requires(MANAGE_REFERENCE)
def organizations(request: HttpRequest) -> HttpResponse:
    """The organisations, active and closed."""
    lines = listing(
        request, queries.organizations(), filters=OrganizationFilter(request.GET), sorts=_sorts(), default_sort="name"
    )
    return render(request, "organizations/page_list.html", {"listing": lines})


@requires(MANAGE_REFERENCE)
def organization_new(request: HttpRequest) -> HttpResponse:
    """Adds an organisation."""
    form = OrganizationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        added = attempt(
            form,
            lambda: actions.add_organization(values=form.cleaned_data, by=request.user.as_actor(), at=clock.now()),
        )
        if added:
            messages.success(request, f"« {added.name} » est ajouté.")
            return redirect("organizations:list")
    context = {"form": form, "organization": None}
    return render(request, "organizations/page_form.html", context, status=422 if form.errors else 200)


@requires(MANAGE_REFERENCE)
def organization_edit(request: HttpRequest, organization_id: int) -> HttpResponse:
    """Corrects an organisation."""
    organization = get_object_or_404(Organization, pk=organization_id)
    form = OrganizationForm(
        request.POST or None, initial=OrganizationForm.values_of(organization), except_id=organization.pk
    )
    if request.method == "POST" and form.is_valid():
        changed = attempt(
            form,
            lambda: actions.change_organization(
                organization_id=organization.pk, values=form.cleaned_data, by=request.user.as_actor(), at=clock.now()
            ),
        )
        if changed:
            messages.success(request, f"« {changed.name} » est enregistré.")
            return redirect("organizations:list")
    context = {"form": form, "organization": organization}
    return render(request, "organizations/page_form.html", context, status=422 if form.errors else 200)


@requires(MANAGE_REFERENCE)
def organization_close(request: HttpRequest, organization_id: int) -> HttpResponse:
    """Closes an organisation, with the reason."""
    organization = get_object_or_404(Organization, pk=organization_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        closed = attempt(
            form,
            lambda: actions.close_organization(
                organization_id=organization.pk,
                reason=form.cleaned_data["reason"],
                by=request.user.as_actor(),
                at=clock.now(),
            ),
        )
        if closed:
            messages.success(request, f"« {closed.name} » est fermé. On ne peut plus orienter vers lui.")
            return redirect("organizations:list")
    context = {"form": form, "organization": organization}
    return render(request, "organizations/page_close.html", context, status=422 if form.errors else 200)


@requires(MANAGE_REFERENCE)
@require_POST
def organization_reopen(request: HttpRequest, organization_id: int) -> HttpResponse:
    """Works with a closed organisation again."""
    organization = get_object_or_404(Organization, pk=organization_id)
    try:
        actions.reopen_organization(organization_id=organization.pk, by=request.user.as_actor(), at=clock.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"« {organization.name} » est de nouveau actif.")
    return redirect("organizations:edit", organization_id=organization.pk)
