"""Duplicates: two records side by side, put together with a reason, parted again; another record looked for."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.audit.actions import record_consultation
from emploi.foundation.ui.forms import attempt
from emploi.pathway.beneficiaries import actions, queries
from emploi.pathway.beneficiaries.models import MergeRecord, Person, ReviewItem
from emploi.pathway.beneficiaries.permissions import visible_to
from emploi.pathway.beneficiaries.rules.merging import Against
from emploi.pathway.beneficiaries.web.merging_forms import MergeForm, UndoForm
from emploi.pathway.beneficiaries.web.views.common import page_of, person_of
from emploi.territory.agents.roles import Permission

WARNINGS = {
    Against.TWO_NIR: "Les deux fiches ont chacune un numéro de sécurité sociale certifié, et ce n’est pas le même.",
    Against.COUPLE: "Les deux sont adultes dans le même dossier de la caisse, en ce moment.",
    Against.TWINS: "Même date de naissance, mais un autre prénom ou un autre rang : peut-être des jumeaux.",
    Against.SEX: "Le sexe n’est pas le même.",
    Against.BIRTH: "Les dates de naissance sont très différentes.",
    Against.FIRST_NAME: "Les prénoms ne se ressemblent pas.",
}
FOUND_AT_ONCE = 12


@requires(Permission.CREATE_PERSON)
def compare(request: HttpRequest, kept_id: int, absorbed_id: int) -> HttpResponse:
    """Two records side by side; the first stays. Posting puts them together."""
    if kept_id == absorbed_id:
        return redirect("beneficiaries:find_double", person_id=kept_id)
    kept, absorbed = person_of(request, kept_id), person_of(request, absorbed_id)
    comparison = queries.compare(kept, absorbed, shows_nir=request.user.can(Permission.SEE_NIR))
    form = MergeForm(request.POST or None, comparison=comparison)
    if request.method == "POST" and form.is_valid():
        merged = attempt(
            form,
            lambda: actions.merge_persons(
                kept_id=kept.pk,
                absorbed_id=absorbed.pk,
                adopted=form.adopted(),
                reason=form.cleaned_data["reason"],
                is_confirmed=form.cleaned_data["confirmed"],
                by=request.user.as_actor(),
                at=clock.now(),
            ),
        )
        if merged:
            messages.success(request, "Les deux fiches n’en font plus qu’une.")
            return redirect(page_of(kept.pk))
    if request.method == "GET":
        _trace(request, kept, absorbed)
    context = {
        "form": form,
        "comparison": comparison,
        "warnings": [WARNINGS[code] for code in comparison.against],
        "swap": reverse("beneficiaries:compare", args=[absorbed.pk, kept.pk]),
        "review": _doubt(kept, absorbed),
    }
    return render(request, "beneficiaries/page_compare.html", context, status=422 if form.errors else 200)


@requires(Permission.CREATE_PERSON)
@require_safe
def find_double(request: HttpRequest, person_id: int) -> HttpResponse:
    """Look for another record of the same person."""
    person = person_of(request, person_id)
    text = request.GET.get("q", "")
    asked = text or person.full_name
    found = queries.search_persons(asked, request.user, limit=FOUND_AT_ONCE)
    context = {"person": person, "q": asked, "found": [other for other in found if other.person_id != person.pk]}
    return render(request, "beneficiaries/page_find_double.html", context)


@requires(Permission.CREATE_PERSON)
@require_safe
def merges(request: HttpRequest, person_id: int) -> HttpResponse:
    """The records that joined this one, and those parted again."""
    person = person_of(request, person_id)
    context = {"person": person, "merges": queries.merges_of(person.pk), "back": page_of(person.pk)}
    return render(request, "beneficiaries/page_merges.html", context)


@requires(Permission.CREATE_PERSON)
def undo(request: HttpRequest, record_id: int) -> HttpResponse:
    """Part two records; when it is no longer possible, the page says why before anything is asked."""
    record = get_object_or_404(
        MergeRecord.objects.select_related("kept", "absorbed"), pk=record_id, kept__in=visible_to(request.user)
    )
    form = UndoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        parted = attempt(
            form,
            lambda: actions.undo_merge(
                record_id=record.pk,
                reason=form.cleaned_data["reason"],
                by=request.user.as_actor(),
                at=clock.now(),
            ),
        )
        if parted:
            messages.success(request, "Les deux fiches sont de nouveau séparées.")
            return redirect("beneficiaries:compare", kept_id=record.kept_id, absorbed_id=record.absorbed_id)
    context = {"form": form, "record": record, "person": record.kept}
    return render(request, "beneficiaries/page_undo_merge.html", context, status=422 if form.errors else 200)


def _doubt(kept: Person, absorbed: Person) -> ReviewItem | None:
    both = [kept.pk, absorbed.pk]
    return ReviewItem.objects.filter(person__in=both, other__in=both, settled_at=None).order_by("pk").first()


def _trace(request: HttpRequest, *people: Person) -> None:
    for person in people:
        record_consultation(
            agent_id=request.user.pk, agent_label=str(request.user), person_id=person.pk, page="Comparaison",
            at=clock.now(),
        )  # fmt: skip
