"""Phones, e-mail and postal address of a person: what an agent types is never overwritten by a file."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.errors import DomainError
from emploi.foundation.ui.forms import ReasonForm, attempt
from emploi.pathway.beneficiaries import actions, queries
from emploi.pathway.beneficiaries.models import Contact, Person
from emploi.pathway.beneficiaries.web.forms import AddressForm, ContactForm, WishForm
from emploi.pathway.beneficiaries.web.views.common import page_of, person_of, trace
from emploi.territory.agents.roles import Permission


@requires(Permission.EDIT_CONTACTS)
def edit(request: HttpRequest, person_id: int) -> HttpResponse:
    """Every way to reach a person, with its source; add one."""
    person = person_of(request, person_id)
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        added = attempt(
            form,
            lambda: actions.add_contact(
                person_id=person.pk,
                kind=data["kind"],
                value=data["value"],
                source=data["given_by"],
                by=request.user.as_actor(),
                at=clock.now(),
            ),
        )
        if added:
            messages.success(request, "La coordonnée est ajoutée. Elle sera utilisée en premier.")
            return redirect("beneficiaries:contacts_edit", person_id=person.pk)
    if request.method == "GET":
        trace(request, person.pk, "Coordonnées")
    return _page(request, person, form)


@requires(Permission.EDIT_CONTACTS)
@require_POST
def wish(request: HttpRequest, person_id: int) -> HttpResponse:
    """Note how the person asks to be written to."""
    person = person_of(request, person_id)
    form = WishForm(request.POST)
    if form.is_valid():
        means, reads = form.cleaned_data["means"], not form.cleaned_data["unread_sms"]
        by, at = request.user.as_actor(), clock.now()
        if attempt(form, lambda: actions.tell_wish(person_id=person.pk, means=means, reads_sms=reads, by=by, at=at)):
            messages.success(request, "C’est noté : les prochains messages en tiennent compte.")
            return redirect("beneficiaries:contacts_edit", person_id=person.pk)
    return _page(request, person, ContactForm(), form)


@requires(Permission.EDIT_CONTACTS)
@require_POST
def prefer(request: HttpRequest, person_id: int, contact_id: int) -> HttpResponse:
    """Use this phone or address first."""
    contact = _contact(request, person_id, contact_id)
    try:
        actions.prefer_contact(contact_id=contact.pk, by=request.user.as_actor(), at=clock.now())
        messages.success(request, "Cette coordonnée sera utilisée en premier.")
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return redirect("beneficiaries:contacts_edit", person_id=person_id)


@requires(Permission.EDIT_CONTACTS)
def mark_dead(request: HttpRequest, person_id: int, contact_id: int) -> HttpResponse:
    """Note that a phone or an address no longer works, and why."""
    contact = _contact(request, person_id, contact_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        dead = attempt(
            form,
            lambda: actions.mark_contact_dead(
                contact_id=contact.pk,
                reason=form.cleaned_data["reason"],
                by=request.user.as_actor(),
                at=clock.now(),
            ),
        )
        if dead:
            messages.success(request, "C’est noté : cette coordonnée ne sera plus utilisée.")
            return redirect("beneficiaries:contacts_edit", person_id=person_id)
    context = {"form": form, "contact": contact, "person": contact.person}
    return render(request, "beneficiaries/page_contact_dead.html", context, status=422 if form.errors else 200)


@requires(Permission.EDIT_CONTACTS)
def address(request: HttpRequest, person_id: int) -> HttpResponse:
    """Type the address of the person's household."""
    person = person_of(request, person_id)
    household = queries.household_of(person.pk, clock.today(), shared=True)
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and household:
        typed = attempt(
            form,
            lambda: actions.type_address(
                household_id=household.role.household_id,
                address=form.address(),
                by=request.user.as_actor(),
                at=clock.now(),
            ),
        )
        if typed:
            messages.success(request, "L’adresse est enregistrée. Celle de la caisse est gardée à côté.")
            return redirect(page_of(person.pk))
    context = {"form": form, "person": person, "household": household, "back": page_of(person.pk)}
    return render(request, "beneficiaries/page_address.html", context, status=422 if form.errors else 200)


def _contact(request: HttpRequest, person_id: int, contact_id: int) -> Contact:
    person = person_of(request, person_id)
    return get_object_or_404(Contact.objects.select_related("person"), pk=contact_id, person=person)


def _page(request: HttpRequest, person: Person, form: ContactForm, wish_form: WishForm | None = None) -> HttpResponse:
    told = queries.wishes_of([person.pk]).get(person.pk)
    known = {"means": told.means, "unread_sms": not told.reads_sms} if told else {"means": ""}
    context = {
        "form": form,
        "wish_form": wish_form or WishForm(initial=known),
        "wish": told,
        "person": person,
        "contacts": queries.contacts_of(person.pk),
        "back": page_of(person.pk),
    }
    refused = form.errors or (wish_form is not None and wish_form.errors)
    return render(request, "beneficiaries/page_contacts.html", context, status=422 if refused else 200)
