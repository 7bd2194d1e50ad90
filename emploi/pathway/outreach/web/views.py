"""The register of information and access to rights: list with totals, form, one line, export, link to a person."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.audit.actions import record_consultation
from emploi.foundation.errors import DomainError
from emploi.foundation.ui.exports import Column, export_response
from emploi.foundation.ui.forms import ReasonForm, attempt
from emploi.foundation.ui.htmx import card_response, wants_fragment
from emploi.foundation.ui.lists import Sort, listing
from emploi.pathway.beneficiaries.permissions import visible_to
from emploi.pathway.beneficiaries.queries import search_persons
from emploi.pathway.outreach import actions, queries
from emploi.pathway.outreach.enums import ContactForm
from emploi.pathway.outreach.models import Information
from emploi.pathway.outreach.web.filters import RegisterFilter
from emploi.pathway.outreach.web.forms import InformationForm, values_of
from emploi.territory.agents.roles import Permission

SORTS = (
    Sort("date", "Date", ("held_on",)),
    Sort("commune", "Commune", ("commune__name_sort", "held_on")),
    Sort("people", "Personnes", ("people", "held_on")),
)
COLUMNS = (
    Column("Date", "held_on"),
    Column("Forme", lambda line: line.get_kind_display()),
    Column("Commune", lambda line: line.commune.name),
    Column("Code commune", "commune_id"),
    Column("Partenaire", lambda line: line.partner.name if line.partner else ""),
    Column("Lieu", "place"),
    Column("Personnes", "people"),
    Column("Sujets", "topics_in_words"),
    Column("Suite", lambda line: line.get_outcome_display()),
    Column("Demandes de RSA déposées", "claims_filed"),
    Column("Noté par", lambda line: line.recorded_by.full_name),
)


@requires(Permission.RECORD_INFORMATION)
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """The lines of the register with their totals by commune and by month."""
    filters = RegisterFilter(request.GET)
    lines = queries.register()
    shown = listing(request, lines, filters=filters, sorts=SORTS, default_sort="-date")
    kept = filters.apply(lines)
    count, people, claims = queries.sums(kept)
    context = {
        "listing": shown,
        "count": count,
        "people": people,
        "claims": claims,
        "communes": queries.totals_by_commune(kept),
        "months": queries.totals_by_month(kept),
        "may_export": request.user.can(Permission.EXPORT),
    }
    return render(request, "outreach/page_register.html", context)


@requires(Permission.EXPORT)
@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """The lines as filtered on screen; nobody is named in them."""
    rows = RegisterFilter(request.GET).apply(queries.register()).order_by("-held_on", "-id")
    return export_response("acces-aux-droits", COLUMNS, rows.iterator(), request.GET.get("format", "csv"))


@requires(Permission.RECORD_INFORMATION)
def record(request: HttpRequest) -> HttpResponse:
    """Note one moment of information."""
    form = InformationForm(request.POST or None, initial={"held_on": clock.today(), "kind": ContactForm.INDIVIDUAL})
    if request.method == "POST" and form.is_valid():
        line = attempt(
            form,
            lambda: actions.record_information(
                typed=form.typed(), agent_id=request.user.pk, by=request.user.as_actor(), at=clock.now()
            ),
        )
        if line:
            messages.success(request, "C’est noté au registre.")
            return redirect("outreach:register")
    return _form(request, form, "Noter une information donnée", None)


@requires(Permission.RECORD_INFORMATION)
@require_safe
def page(request: HttpRequest, information_id: int) -> HttpResponse:
    """One line, and who was informed when she has entered since."""
    line = _line(information_id)
    person = visible_to(request.user).filter(pk=line.person_id).first() if line.person_id else None
    if person is not None:
        _trace(request, person.pk)
    may_link = line.person_id is None and line.kind != ContactForm.COLLECTIVE
    text = request.GET.get("q", "")
    context = {
        "line": line,
        "person": person,
        "may_link": may_link and request.user.can(Permission.SEARCH_PERSONS),
        "q": text,
        "found": search_persons(text, request.user, limit=8) if may_link and text else [],
        "reason_form": ReasonForm(),
    }
    return render(request, "outreach/page_line.html", context)


@requires(Permission.RECORD_INFORMATION)
def correct(request: HttpRequest, information_id: int) -> HttpResponse:
    """Correct a line."""
    line = _line(information_id)
    form = InformationForm(request.POST or None, initial=values_of(line))
    if request.method == "POST" and form.is_valid():
        corrected = attempt(
            form,
            lambda: actions.correct_information(
                information_id=line.pk, typed=form.typed(), by=request.user.as_actor(), at=clock.now()
            ),
        )
        if corrected:
            messages.success(request, "La ligne est corrigée.")
            return redirect("outreach:page", information_id=line.pk)
    return _form(request, form, "Corriger cette ligne", line)


@requires(Permission.RECORD_INFORMATION)
def cancel(request: HttpRequest, information_id: int) -> HttpResponse:
    """Take a line out of the register, with a reason."""
    line = _line(information_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        cancelled = attempt(
            form,
            lambda: actions.cancel_information(
                information_id=line.pk, reason=reason, by=request.user.as_actor(), at=clock.now()
            ),
        )
        if cancelled:
            messages.success(request, "La ligne est retirée : elle ne compte plus.")
            return redirect("outreach:register")
    context = {"form": form, "line": line}
    return render(request, "outreach/page_cancel.html", context, status=422 if form.errors else 200)


@requires(Permission.RECORD_INFORMATION)
def link(request: HttpRequest, information_id: int) -> HttpResponse:
    """Say who was informed."""
    line = _line(information_id)
    asked = request.POST.get("person", "")
    if request.method != "POST" or not asked.isdecimal():
        return redirect("outreach:page", information_id=line.pk)
    person = get_object_or_404(visible_to(request.user), pk=int(asked))
    try:
        actions.link_person(information_id=line.pk, person_id=person.pk, by=request.user.as_actor(), at=clock.now())
        messages.success(request, f"Cette information est rattachée à {person.full_name}.")
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return redirect("outreach:page", information_id=line.pk)


@requires(Permission.RECORD_INFORMATION)
@require_safe
def card(request: HttpRequest, person_id: int) -> HttpResponse:
    """What a person was told before she entered."""
    person = get_object_or_404(visible_to(request.user), pk=person_id)
    if not wants_fragment(request):
        _trace(request, person.pk)
    context = {"person": person, "lines": queries.informations_of(person.pk)}
    title = f"Avant l’entrée : {person.full_name}"
    return card_response(request, "outreach/_card.html", context, title=title, back=f"/personnes/{person.pk}/")


def _line(information_id: int) -> Information:
    return get_object_or_404(queries.register(), pk=information_id)


def _form(request: HttpRequest, form: InformationForm, heading: str, line: Information | None) -> HttpResponse:
    context = {"form": form, "heading": heading, "line": line}
    return render(request, "outreach/page_form.html", context, status=422 if form.errors else 200)


def _trace(request: HttpRequest, person_id: int) -> None:
    record_consultation(
        agent_id=request.user.pk, agent_label=str(request.user), person_id=person_id, page="Accès aux droits",
        at=clock.now(),
    )  # fmt: skip
