"""A free slot of an agenda is a door: search the person, her booking page opens with the slot chosen."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.pathway.appointments import queries
from emploi.pathway.appointments.models import Slot
from emploi.pathway.appointments.permissions import sees_other_agendas
from emploi.pathway.appointments.web.views.common import agent_of
from emploi.pathway.beneficiaries.queries import search_persons
from emploi.territory.agents.roles import Permission

SHOWN = 20
GONE = "Ce créneau n’est plus libre. Choisissez-en un autre."


@requires(Permission.BOOK_FOR_CALLER, Permission.PLAN_MEETINGS)
@require_safe
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Find whom a free slot is for."""
    agent = agent_of(request)
    slots = Slot.objects.select_related("agent", "place__commune", "kind")
    slot = get_object_or_404(slots if sees_other_agendas(agent) else slots.filter(agent=agent), pk=pk)
    day = slot.starts_at.astimezone(clock.ZONE).date()
    back = f"{reverse('appointments:agenda')}?agent={slot.agent_id}&jour={day}"
    if not Slot.objects.free().filter(pk=pk, starts_at__gt=clock.now()).exists():
        messages.warning(request, GONE)
        return redirect(back)
    text = request.GET.get("q", "").strip()
    found = search_persons(text, agent, limit=SHOWN) if text else []
    targets = queries.targets_of([], [one.person_id for one in found])
    takes = {target.person.pk for target in targets if target.entry or target.waits}
    context = {"slot": slot, "q": text, "found": found, "takes": takes, "back": back}
    return render(request, "appointments/page_take.html", context)
