"""People received together: the list to sign, and who came."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.ui.french import pluriel
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.enums import AppointmentStatus
from emploi.pathway.appointments.permissions import may_lead, visible_to
from emploi.pathway.appointments.queries.choosing.sessions import to_telephone
from emploi.pathway.appointments.web.views.common import agent_of
from emploi.pathway.appointments.web.views.gatherings import session_of
from emploi.pathway.beneficiaries.queries import search_persons
from emploi.territory.agents.roles import Permission

FOUND = 8


@requires(Permission.MARK_ATTENDANCE)
@require_http_methods(["GET", "HEAD", "POST"])
def session(request: HttpRequest, pk: int) -> HttpResponse:
    """The people of a session, with their presence; what was chosen is kept beside what was refused."""
    slot = session_of(request, pk)
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
    may_lead_it = may_lead(agent_of(request), slot) and slot.closed_at is None
    typed = request.GET.get("q", "").strip()
    context = {
        "slot": slot,
        "rows": rows,
        "may_mark": may_mark,
        "is_left": is_left,
        "may_lead": may_lead_it,
        "has_begun": slot.starts_at <= clock.now(),
        "q": typed,
        "found": search_persons(typed, agent_of(request), limit=FOUND) if typed and may_lead_it else [],
        "to_call": to_telephone(slot),
    }
    return render(request, "appointments/page_session.html", context, status=422 if refused else 200)
