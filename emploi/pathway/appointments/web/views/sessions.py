"""People received together: the list to sign, and who came."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.ui.french import pluriel
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.enums import AppointmentStatus
from emploi.pathway.appointments.models import Slot
from emploi.pathway.appointments.permissions import sees_other_agendas, visible_to
from emploi.pathway.appointments.web.views.common import agent_of
from emploi.territory.agents.roles import Permission


@requires(Permission.MARK_ATTENDANCE)
@require_http_methods(["GET", "HEAD", "POST"])
def session(request: HttpRequest, pk: int) -> HttpResponse:
    """The people of a session, with their presence; what was chosen is kept beside what was refused."""
    slots = Slot.objects.sessions()
    if not sees_other_agendas(agent_of(request)):
        slots = slots.filter(agent=agent_of(request))
    slot = get_object_or_404(slots.select_related("agent", "place__commune", "kind"), pk=pk)
    people = queries.people_of(slot).filter(pk__in=visible_to(agent_of(request)).values("pk"))
    refused: dict[int, str] = {}
    if request.method == "POST":
        marks = {one.pk: request.POST.get(f"presence-{one.pk}", "") for one in people}
        done = actions.mark_session(
            slot_id=slot.pk,
            marks={appointment_id: mark for appointment_id, mark in marks.items() if mark},
            reasons={one.pk: request.POST.get(f"raison-{one.pk}", "") for one in people},
            by=agent_of(request).as_actor(),
            at=clock.now(),
        )
        if done.done:
            messages.success(request, f"{pluriel(done.done, 'présence notée', 'présences notées')}.")
        if not done.refused:
            return redirect("appointments:session", pk=pk)
        refused = done.refused
    rows = [(one, request.POST.get(f"presence-{one.pk}", ""), refused.get(one.pk, "")) for one in people.all()]
    may_mark = slot.starts_at.date() <= clock.today()
    is_left = any(one.status == AppointmentStatus.PLANNED for one, _chosen, _refusal in rows)
    context = {"slot": slot, "rows": rows, "may_mark": may_mark, "is_left": is_left}
    return render(request, "appointments/page_session.html", context, status=422 if refused else 200)
