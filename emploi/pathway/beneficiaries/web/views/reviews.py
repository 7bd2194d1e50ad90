"""« À vérifier »: what the machine doubts and a person settles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.errors import DomainError
from emploi.foundation.ui.again import ask_again
from emploi.foundation.ui.htmx import card_response, safe_next
from emploi.foundation.ui.lists import listing
from emploi.pathway.beneficiaries import actions, queries
from emploi.pathway.beneficiaries.enums import ReviewKind
from emploi.pathway.beneficiaries.web.filters import ReviewFilter
from emploi.pathway.beneficiaries.web.forms import OutcomeForm
from emploi.pathway.beneficiaries.web.shown import shown_review
from emploi.territory.agents.roles import Permission


@requires(Permission.CREATE_PERSON)
@require_safe
def review_list(request: HttpRequest) -> HttpResponse:
    """The points to check, the oldest first, each with what settles it."""
    lines = listing(request, queries.open_reviews(request.user), filters=ReviewFilter(request.GET))
    context = {"listing": lines, "reviews": [shown_review(review) for review in lines.rows]}
    return render(request, "beneficiaries/page_reviews.html", context)


@requires(Permission.CREATE_PERSON)
@require_safe
def day_block(request: HttpRequest) -> HttpResponse:
    """How many points wait, by kind, for « Ma journée »."""
    waiting = queries.review_counts(request.user)
    counts = [(ReviewKind(kind).label, kind, count) for kind, count in waiting]
    context = {"counts": counts, "total": sum(count for _, _, count in counts)}
    return card_response(request, "beneficiaries/_day_reviews.html", context, title="À vérifier")


@requires(Permission.CREATE_PERSON)
@require_POST
def settle_duties(request: HttpRequest, review_id: int) -> HttpResponse:
    """Answer yes or no to « droits et devoirs »."""
    subject = request.POST.get("subject")
    if subject not in ("yes", "no"):
        messages.error(request, "Choisissez oui ou non.")
        return redirect(_list(request))
    return _settle(
        request, review_id, lambda pk, **who: actions.settle_duties(review_id=pk, subject=subject == "yes", **who)
    )


@requires(Permission.CREATE_PERSON)
@require_POST
def settle_identity(request: HttpRequest, review_id: int) -> HttpResponse:
    """Choose between what an agent corrected and what the payer says."""
    keep = request.POST.get("keep")
    if keep not in ("yes", "no"):
        messages.error(request, "Choisissez la valeur à garder.")
        return redirect(_list(request))
    return _settle(
        request, review_id, lambda pk, **who: actions.settle_identity(review_id=pk, keep=keep == "yes", **who)
    )


@requires(Permission.CREATE_PERSON)
@require_POST
def settle(request: HttpRequest, review_id: int) -> HttpResponse:
    """Settle a point with what was found."""
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        return ask_again(request, form, title="Régler un point à vérifier", back=_list(request))
    outcome = form.cleaned_data["outcome"]
    return _settle(request, review_id, lambda pk, **who: actions.settle_review(review_id=pk, outcome=outcome, **who))


def _list(request: HttpRequest) -> str:
    """The list as it was filtered."""
    return safe_next(request, reverse("beneficiaries:reviews"))


def _settle(request: HttpRequest, review_id: int, call: Callable[..., Any]) -> HttpResponse:
    review = get_object_or_404(queries.open_reviews(request.user), pk=review_id)
    try:
        call(review.pk, by=request.user.as_actor(), at=clock.now())
        messages.success(request, f"C’est réglé pour {review.person.full_name}.")
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return redirect(_list(request))
