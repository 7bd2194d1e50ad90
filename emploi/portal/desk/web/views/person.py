"""One page a person: the head of the file, then the cards of each app."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.audit.actions import record_consultation
from emploi.foundation.audit.presenters import sentence_of
from emploi.foundation.audit.queries import history_of
from emploi.foundation.ui import cards
from emploi.foundation.ui.htmx import card_response
from emploi.foundation.ui.lists import listing
from emploi.pathway.beneficiaries.models import Person
from emploi.pathway.beneficiaries.queries import merged_ids
from emploi.portal.desk.queries.header import file_head
from emploi.portal.desk.queries.people import visible
from emploi.portal.desk.web.requests import AgentRequest
from emploi.portal.desk.web.shown import shown_step
from emploi.territory.agents.roles import Permission

# The first cards load at once, the others when they come into view.
AT_ONCE = 4


@requires(Permission.SEE_PERSONS)
@require_safe
def person_page(request: AgentRequest, person_id: int) -> HttpResponse:
    """Show the head of the file and the places of its cards; the consultation is recorded."""
    person = visible(request.user).filter(pk=person_id).first()
    if person is None:
        merged = get_object_or_404(Person, pk=person_id, merged_into__isnull=False)
        return redirect("desk:person", person_id=merged.merged_into_id)
    at = clock.now()
    record_consultation(
        agent_id=request.user.pk, agent_label=request.user.full_name, person_id=person.pk, page="Fiche", at=at
    )
    head = file_head(person, at=at)
    shown = [
        {"card": card, "href": card.href(person.pk), "trigger": "load" if n < AT_ONCE else "revealed"}
        for n, card in enumerate(cards.cards_for(request.user))
    ]
    context = {
        "person": person,
        "head": head,
        "step": shown_step(person.pk, head.step, head.facts, at.date(), request.user),
        "cards": shown,
        "today": at.date(),
    }
    return render(request, "desk/page_person.html", context)


@requires(Permission.SEE_HISTORY)
@require_safe
def history(request: AgentRequest, person_id: int) -> HttpResponse:
    """Show what happened to a person, by whom, the latest first."""
    person = get_object_or_404(visible(request.user), pk=person_id)
    found = listing(request, history_of(person.pk, *merged_ids(person.pk)), sizes=(10, 25, 100))
    context = {
        "listing": found,
        "events": [(line, sentence_of(line)) for line in found.rows],
        "person": person,
    }
    return card_response(
        request,
        "desk/_history.html",
        context,
        title=f"Historique : {person.full_name}",
        back=f"/personnes/{person.pk}/",
    )
