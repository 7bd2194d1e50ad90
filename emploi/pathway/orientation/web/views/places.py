"""Places of the bodies, loads, shares against targets: the head of service's page, never the shared screen's."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.errors import DomainError
from emploi.pathway.orientation import actions, queries
from emploi.pathway.orientation.models import SpecificPublic
from emploi.pathway.orientation.web.place_forms import LotForm, PublicForm
from emploi.pathway.orientation.web.requests import AgentRequest
from emploi.territory.agents.roles import Permission


@requires(Permission.SEE_CAPACITY)
@require_safe
def places(request: AgentRequest) -> HttpResponse:
    """Show what is taken and left, who follows how many, how the pathways are spread."""
    today = clock.today()
    lots = queries.all_lots()
    since = queries.year_before(today)
    context = {
        "running": queries.places(list(lots.running(today))),
        "others": queries.places(list(lots.exclude(pk__in=lots.running(today).values("pk")))),
        "loads": queries.loads(),
        "entrant_shares": queries.entrant_shares(since, today),
        "followed_shares": queries.followed_shares(),
        "joint_rows": [queries.joint_share()],
        "since": since,
        "publics": queries.specific_publics().prefetch_related("bodies"),
        "may_change": request.user.can(Permission.MANAGE_PLACES),
    }
    return render(request, "orientation/page_places.html", context)


@requires(Permission.MANAGE_PLACES)
@require_http_methods(["GET", "HEAD", "POST"])
def lot(request: AgentRequest, lot_id: int | None = None) -> HttpResponse:
    """Add or change the places of a body."""
    row = get_object_or_404(queries.all_lots(), pk=lot_id) if lot_id else None
    form = LotForm(request.POST or None, lot=row)
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_lot(lot_id=lot_id, draft=form.draft(), by=request.user.as_actor(), at=clock.now())
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, "Les places sont enregistrées.")
            return redirect("orientation:places")
    context = {"form": form, "lot": row, "places": queries.places([row])[0] if row else None}
    return render(request, "orientation/page_lot.html", context)


@requires(Permission.MANAGE_PLACES)
@require_http_methods(["GET", "HEAD", "POST"])
def public(request: AgentRequest, public_id: int) -> HttpResponse:
    """Choose the bodies that know a situation."""
    row = get_object_or_404(SpecificPublic, pk=public_id)
    form = PublicForm(request.POST or None, initial={"bodies": list(row.bodies.values_list("pk", flat=True))})
    if request.method == "POST" and form.is_valid():
        chosen = [body.pk for body in form.cleaned_data["bodies"]]
        try:
            actions.set_public_bodies(
                public_id=row.pk, organization_ids=chosen, by=request.user.as_actor(), at=clock.now()
            )
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, "Les organismes spécialisés sont enregistrés.")
            return redirect("orientation:places")
    return render(request, "orientation/page_public.html", {"form": form, "public": row})
