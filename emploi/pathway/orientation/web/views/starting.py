"""Beginning an interview, from its appointment or on the spot, and undoing one begun by mistake."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.errors import DomainError
from emploi.foundation.ui.forms import ReasonForm, attempt
from emploi.foundation.ui.french import moment_fr
from emploi.foundation.ui.htmx import safe_next
from emploi.pathway.appointments.actions.walk_ins import usual_place
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.beneficiaries.permissions import check_can_see_person
from emploi.pathway.orientation import actions, queries
from emploi.pathway.orientation.models import Interview
from emploi.pathway.orientation.web import shell
from emploi.pathway.orientation.web.forms import WalkInForm
from emploi.pathway.orientation.web.requests import AgentRequest
from emploi.territory.agents.roles import Permission


@requires(Permission.HOLD_INTERVIEW)
@require_POST
def start(request: AgentRequest) -> HttpResponse:
    """Begin the interview from an appointment, or come back to the one in progress; else ask where it is held."""
    entry = _entry(request, request.POST.get("entry"))
    appointment = request.POST.get("appointment")
    if not appointment and entry.closed_on is None and queries.walks_in(entry.pk, clock.now()):
        return redirect("orientation:walk_in", entry_id=entry.pk)
    try:
        interview = actions.start_interview(
            entry_id=entry.pk,
            appointment_id=_number(appointment) if appointment else None,
            by=request.user.as_actor(),
            at=clock.now(),
        )
    except DomainError as error:
        messages.error(request, error.message)
        return redirect(safe_next(request, f"/personnes/{entry.person_id}/"))
    return redirect(shell.current_page(interview))


@requires(Permission.HOLD_INTERVIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def walk_in(request: AgentRequest, entry_id: int) -> HttpResponse:
    """Ask where and how a person without appointment is received, then begin."""
    entry = _entry(request, str(entry_id))
    form = WalkInForm(request.POST if request.method == "POST" else None, initial={"place": _place(request)})

    def begin() -> Interview:
        data = form.cleaned_data
        return actions.start_interview(
            entry_id=entry.pk,
            place_id=data["place"].pk,
            modality=data["modality"],
            modality_reason=data["modality_reason"],
            by=request.user.as_actor(),
            at=clock.now(),
        )

    if request.method == "POST" and form.is_valid():
        interview = attempt(form, begin)
        if interview is not None:
            return redirect(shell.current_page(interview))
    if request.method != "POST":
        shell.trace(request, entry.person_id, "Commencer un entretien")
    context = {"form": form, "entry": entry, "person": entry.person}
    return render(request, "orientation/page_walk_in.html", context)


@requires(Permission.HOLD_INTERVIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: AgentRequest, interview_id: int) -> HttpResponse:
    """Cancel an interview begun by mistake, nothing being recorded in it."""
    interview = shell.found(request, interview_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)

    def cancel() -> actions.Undone:
        return actions.undo_interview(
            interview_id=interview.pk,
            reason=form.cleaned_data["reason"],
            by=request.user.as_actor(),
            at=clock.now(),
        )

    if request.method == "POST" and form.is_valid():
        undone = attempt(form, cancel)
        if undone is not None:
            _say(request, undone)
            return redirect("desk:person", person_id=interview.person_id)
    context = {"form": form, "interview": interview, "person": interview.person}
    context["is_recorded"] = queries.is_something_recorded(interview)
    return render(request, "orientation/page_undo.html", context)


def _say(request: AgentRequest, undone: actions.Undone) -> None:
    if undone.slot_lost:
        words = "L’entretien est annulé. Le créneau du rendez-vous a été pris depuis : donnez-en un autre."
        messages.warning(request, words)
        return
    kept = undone.appointment
    end = f" Le rendez-vous de {moment_fr(kept.starts_at)} est comme avant." if kept else ""
    messages.success(request, f"L’entretien est annulé.{end}")


def _entry(request: AgentRequest, number: str | None) -> Entry:
    entry = get_object_or_404(Entry.objects.select_related("person"), pk=_number(number))
    check_can_see_person(request.user, entry.person_id)
    return entry


def _place(request: AgentRequest) -> int | None:
    try:
        return usual_place(request.user.pk, at=clock.now()).pk
    except DomainError:
        return None  # no place is open: the form says so itself


def _number(text: str | None) -> int:
    if text is None or not text.isdecimal():
        raise Http404("Adresse incomplète")
    return int(text)
