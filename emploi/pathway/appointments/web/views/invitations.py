"""Batches of invitations: who was invited, by what, what was opened, the letters and their date."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.messaging import printing
from emploi.foundation.messaging.paper.origins import origin_key
from emploi.foundation.messaging.paper.shown import runs_shown
from emploi.foundation.messaging.queries import posted_days
from emploi.foundation.ui.forms import ReasonForm, attempt
from emploi.foundation.ui.htmx import go
from emploi.foundation.ui.lists import listing
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.models import Invitation, InvitationBatch
from emploi.pathway.appointments.tasks import invite_batch
from emploi.pathway.appointments.web.views.common import agent_of, try_then_go
from emploi.pathway.beneficiaries.permissions import visible_to as visible_people
from emploi.territory.agents.roles import Permission


@requires(Permission.INVITE)
@require_safe
def batches(request: HttpRequest) -> HttpResponse:
    """The batches, the last first."""
    page = listing(request, queries.batches())
    posted = posted_days("appointments", [batch.pk for batch in page.rows])
    return render(request, "appointments/page_batches.html", {"listing": page, "posted": posted})


@requires(Permission.INVITE)
@require_safe
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """One batch: the people invited, those left out, the letters."""
    found = get_object_or_404(queries.batches(), pk=pk)
    people = visible_people(agent_of(request))
    invited = queries.batch_invitations(found).filter(person__in=people)
    shown = listing(request, invited)
    letters = queries.letters_of(found)
    context = {
        "batch": found,
        "listing": shown,
        "messages_sent": queries.messages_of([invitation.pk for invitation in shown.rows]),
        "skipped": queries.skipped_of(found, people),
        "letters": letters,
        "binding": printing.binding(letters),
        "left": printing.letters_left(letters, confidential=found.confidential_letters),
        "failure": printing.last_failure(letters),
        "runs": runs_shown(request.user, letters, origin=origin_key("appointments", found.pk)),
        "today": clock.today(),
    }
    return render(request, "appointments/page_batch.html", context)


@requires(Permission.INVITE)
@require_POST
def resume_batch(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a worker to go on with a batch that stopped; one that works already is only waited for."""
    found = get_object_or_404(InvitationBatch, pk=pk)
    if found.is_running:
        invite_batch.defer(batch_id=found.pk)
        messages.success(request, "L’envoi reprend où il s’était arrêté. Cette page se met à jour toute seule.")
    return redirect("appointments:batch", pk=pk)


@requires(Permission.INVITE)
@require_POST
def letters_print(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the one PDF of the letters of a batch; the date of printing is kept as proof."""
    get_object_or_404(InvitationBatch, pk=pk)
    call = partial(actions.print_letters, batch_id=pk, by=agent_of(request).as_actor(), at=clock.now())
    said = "Le PDF se prépare. Cette page montre où il en est."
    return try_then_go(request, call, said=said, to=reverse("appointments:batch", args=[pk]))


@requires(Permission.INVITE)
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a link, with a reason."""
    people = visible_people(agent_of(request))
    invitation = get_object_or_404(Invitation.links.filter(person__in=people).select_related("person"), pk=pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    card = reverse("appointments:card", args=[invitation.person_id])
    if form.is_valid():
        call = partial(
            actions.revoke_invitation,
            invitation_id=pk,
            reason=form.cleaned_data["reason"],
            by=agent_of(request).as_actor(),
            at=clock.now(),
        )
        if attempt(form, call):
            return go(request, card)
    context = {"form": form, "invitation": invitation, "back": card}
    return render(request, "appointments/page_revoke.html", context)
