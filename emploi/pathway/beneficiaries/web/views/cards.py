"""The cards of a person's page: identity and rights, ways to reach."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.ui.htmx import card_response
from emploi.pathway.beneficiaries import nir, queries
from emploi.pathway.beneficiaries.web.views.common import page_of, person_of, trace
from emploi.territory.agents.roles import Permission


@requires(Permission.SEE_PERSONS)
@require_safe
def identity(request: HttpRequest, person_id: int) -> HttpResponse:
    """Identity, right, droits et devoirs, household; `?partage=1` is the version a person may see beside the agent."""
    person = person_of(request, person_id)
    trace(request, person.pk, "Identité et droits")
    today = clock.today()
    is_shared = request.GET.get("partage") == "1"
    shows_nir = request.user.can(Permission.SEE_NIR) and not is_shared
    context = {
        "person": person,
        "header": queries.person_header(person, today),
        "household": queries.household_of(person.pk, today, shared=is_shared),
        "history": [] if is_shared else queries.rights_history(person.pk),
        "nir": nir.display(nir.decrypt(person.nir_encrypted)) if shows_nir else "",
        "stated": queries.stated_dates(person.pk),
        "is_shared": is_shared,
        "may_merge": request.user.can(Permission.CREATE_PERSON) and not is_shared,
        "merged": [] if is_shared else queries.merged_ids(person.pk),
        "may_correct": request.user.can(Permission.EDIT_CONTACTS) and not is_shared,
    }
    title = f"Identité et droits : {person.full_name}"
    return card_response(request, "beneficiaries/_identity.html", context, title=title, back=page_of(person.pk))


@requires(Permission.SEE_PERSONS)
@require_safe
def contacts_card(request: HttpRequest, person_id: int) -> HttpResponse:
    """Phones, e-mail and postal address in use."""
    person = person_of(request, person_id)
    trace(request, person.pk, "Coordonnées")
    household = queries.household_of(person.pk, clock.today(), shared=True)
    contacts = queries.contacts_of(person.pk)
    context = {
        "person": person,
        "contacts": [contact for contact in contacts if not contact.is_dead],
        "differing": queries.payer_differs(contacts),
        "address": household.address if household and not person.confidential_address else None,
        "may_edit": request.user.can(Permission.EDIT_CONTACTS),
        "wish": queries.wishes_of([person.pk]).get(person.pk),
    }
    title = f"Coordonnées : {person.full_name}"
    return card_response(request, "beneficiaries/_contacts.html", context, title=title, back=page_of(person.pk))
