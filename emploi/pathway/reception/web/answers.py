"""A reply: who wrote, what was done of it, SMS that leave again."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.errors import DomainError
from emploi.foundation.ui.forms import attempt
from emploi.pathway.beneficiaries.permissions import visible_to
from emploi.pathway.reception import actions, queries
from emploi.pathway.reception.enums import Means
from emploi.pathway.reception.web.forms import SettleForm
from emploi.pathway.reception.web.shown import call_or_404, call_page
from emploi.territory.agents.roles import Permission


@requires(Permission.RECEIVE_CALLS)
@require_POST
def attribute(request: HttpRequest, call_id: int) -> HttpResponse:
    """Say who wrote, among the people this agent may see."""
    found, asked = call_or_404(request, call_id), request.POST.get("person", "")
    person = get_object_or_404(visible_to(request.user), pk=int(asked) if asked.isdecimal() else 0)
    try:
        actions.attribute(call_id=found.pk, person_id=person.pk, by=request.user.as_actor(), at=clock.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"La réponse est dans la fiche de {person.full_name}.")
    return redirect("reception:call", call_id=found.pk)


@requires(Permission.RECEIVE_CALLS)
@require_POST
def take_back(request: HttpRequest, call_id: int) -> HttpResponse:
    """Say that this person did not write."""
    found = call_or_404(request, call_id)
    try:
        actions.take_back(call_id=found.pk, by=request.user.as_actor(), at=clock.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "La réponse a quitté la fiche : dites qui l’a écrite, si vous le savez.")
    still = queries.readable(request.user).filter(pk=found.pk).exists()
    return redirect("reception:call", call_id=found.pk) if still else redirect("reception:calls")


@requires(Permission.RECEIVE_CALLS)
@require_POST
def settle(request: HttpRequest, call_id: int) -> HttpResponse:
    """Say what was done of a reply."""
    found, form = call_or_404(request, call_id), SettleForm(request.POST)
    if form.is_valid():
        agent = request.user
        done = attempt(
            form,
            lambda: actions.settle(
                call_id=found.pk, **form.cleaned_data, agent_id=agent.pk, by=agent.as_actor(), at=clock.now()
            ),
        )
        if done:
            messages.success(request, "C’est noté : cette réponse n’attend plus.")
            return redirect("reception:calls")
    return call_page(request, found, settle=form)


@requires(Permission.RECEIVE_CALLS)
@require_POST
def resume_sms(request: HttpRequest, call_id: int) -> HttpResponse:
    """Send SMS again to a number, because its holder asked for it."""
    found = call_or_404(request, call_id)
    if found.reply is None or found.means != Means.SMS:
        raise Http404
    try:
        actions.resume_sms(number=found.reply.sender, by=request.user.as_actor(), at=clock.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "Les SMS partent de nouveau vers ce numéro.")
    return redirect("reception:call", call_id=found.pk)
