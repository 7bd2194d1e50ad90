"""Deciding outside an interview of the day: on file, by default, or a reorientation (TR-13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.errors import DomainError
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.orientation import actions, permissions, queries
from emploi.pathway.orientation.enums import Basis, Decider
from emploi.pathway.orientation.models import Decision, Interview, Modality, Recommendation
from emploi.pathway.orientation.queries import DefaultTarget, InPublic
from emploi.pathway.orientation.rules.bases import Check, checks_by_default
from emploi.pathway.orientation.web import shell
from emploi.pathway.orientation.web.basis_forms import BasisForm
from emploi.pathway.orientation.web.forms import DecisionForm
from emploi.pathway.orientation.web.proposed import shown_proposal
from emploi.pathway.orientation.web.requests import AgentRequest
from emploi.pathway.orientation.web.views.orientation import draft_of
from emploi.territory.agents.roles import Permission

WHY_BY_DEFAULT = "Ce qui a empêché l’entretien, et le motif légitime que vous avez examiné"


@requires(Permission.DECIDE_ORIENTATION)
@require_http_methods(["GET", "HEAD", "POST"])
def decide_for(request: AgentRequest, entry_id: int) -> HttpResponse:
    """Choose a pathway for an entry, on its conditions; a current orientation is followed, never erased."""
    entry = get_object_or_404(Entry.objects.select_related("person", "household"), pk=entry_id)
    permissions.check_can_decide(request.user, entry.person_id)
    if request.method != "POST":
        shell.trace(request, entry.person_id, "Décider l’orientation")
    previous = queries.current_decision(entry.pk)
    interview = Interview.objects.real().filter(entry=entry).order_by("-started_at").first()
    bases = _bases(previous, interview)
    forced = _by_default(request, entry, bases)
    context = _context(request, entry, forced)
    context |= {"previous": previous, "previous_name": _name(previous, request), "by_default": forced}
    chosen = _chosen(request, forced)
    if chosen is None:
        return render(request, "orientation/page_decide_for.html", context)
    posted = request.POST if request.method == "POST" else None
    basis = BasisForm([Basis.BY_DEFAULT] if forced else bases, posted, initial={"basis": bases[0]})
    publics = queries.publics_of(entry)
    form = _form(chosen, entry, context, previous, posted, publics)
    if forced is not None:
        basis.fields["reason"].label = WHY_BY_DEFAULT
        form.decide_by_default(forced.target.kinds)
    if request.method == "POST" and all([form.is_theirs or basis.is_valid(), form.is_valid()]):
        decision = _decided(request, entry, chosen, basis, form, interview)
        if decision is not None:
            done = "Décision de France Travail enregistrée" if form.is_theirs else "Orientation décidée"
            left = "" if form.is_theirs else " Il reste à la notifier."
            messages.success(request, f"{done} pour {entry.person.full_name}.{left}")
            return redirect("orientation:decision", decision_id=decision.pk)
    context |= {
        "chosen": chosen,
        "legal_delay": queries.legal_delay(entry),
        "publics": publics,
        "form": form,
        "basis": basis,
        "reasons_chosen": [] if forced else context["proposal"].reasons_of(chosen.slug),
    }
    return render(request, "orientation/page_decide_for.html", context)


def _name(previous: Decision | None, request: AgentRequest) -> str:
    return permissions.modality_name(previous.modality, request.user) if previous else ""


def _bases(previous: Decision | None, interview: Interview | None) -> list[str]:
    """Return the bases that may apply: the interview held when there is one, else on file or by default.

    A reorientation rests on an interview begun since the orientation it replaces, never on the one before.
    """
    if previous is not None:
        is_since = interview is not None and interview.started_at > previous.recorded_at
        return [Basis.INTERVIEW, Basis.ON_FILE] if is_since else [Basis.ON_FILE]
    return [Basis.INTERVIEW] if interview is not None else [Basis.ON_FILE, Basis.BY_DEFAULT]


@dataclass(frozen=True, slots=True)
class ByDefault:
    """The decision "par défaut" chosen beforehand: its conditions, and where the law sends the person."""

    target: DefaultTarget
    checks: list[Check]


def _by_default(request: AgentRequest, entry: Entry, bases: list[str]) -> ByDefault | None:
    """Return the conditions of a decision by default when the address asks for one and it may apply."""
    if request.GET.get("fondement") != Basis.BY_DEFAULT or Basis.BY_DEFAULT not in bases:
        return None
    situation = actions.situation_of(entry, {}, clock.today())
    return ByDefault(queries.default_targets([entry])[entry.pk], checks_by_default(situation))


def _chosen(request: AgentRequest, forced: ByDefault | None) -> Modality | None:
    slug = request.POST.get("voie") or request.GET.get("voie") or ""
    chosen = queries.active_modalities().filter(slug=slug).first()
    return chosen if chosen is None or forced is None or forced.target.allows(chosen) else None


def _context(request: AgentRequest, entry: Entry, forced: ByDefault | None) -> dict[str, Any]:
    sees_health = permissions.sees_health(request.user)
    theirs = queries.theirs_for(entry)
    result = queries.preview_proposal(entry, clock.today())
    shown = shown_proposal(
        [item.as_dict() for item in result.ranked],
        [item.as_dict() for item in result.not_applied],
        list(result.missing),
        result.ruleset,
        sees_health=sees_health,
    )
    if forced is not None:
        shown = shown.only(forced.target.allows)
    return {
        "entry": entry,
        "person": entry.person,
        "proposal": shown,
        "sees_health": sees_health,
        "recommended": queries.recommendation_for(entry),
        "theirs": theirs,
        "theirs_pathways": queries.active_modalities().filter(legal_path=theirs.legal_path) if theirs else [],
    }


def _form(
    chosen: Modality,
    entry: Entry,
    context: dict[str, Any],
    previous: Decision | None,
    posted: Any,
    publics: Sequence[InPublic],
) -> DecisionForm:
    theirs: Recommendation | None = context["theirs"]
    is_late = previous is None and queries.six_weeks_overdue_on(entry.pk, clock.today()) is not None
    form = DecisionForm(
        chosen,
        entry,
        posted,
        is_first=chosen.slug == context["proposal"].first,
        is_late=is_late,
        today=clock.today(),
        publics=publics,
        is_theirs_to_record=theirs is not None,
        initial={"previous": previous.pk if previous else None, "opinion": "no_opinion", **_theirs(theirs)},
    )
    del form.fields["proposal"]
    return form


def _theirs(theirs: Recommendation | None) -> dict[str, Any]:
    """Return what is known of the decision of France Travail, to record it as it is."""
    return {"decider": Decider.FRANCE_TRAVAIL, "decided_on": theirs.recommended_on} if theirs else {}


def _decided(
    request: AgentRequest,
    entry: Entry,
    chosen: Modality,
    basis: BasisForm,
    form: DecisionForm,
    interview: Interview | None,
) -> Decision | None:
    ground = "" if form.is_theirs else basis.cleaned_data["basis"]
    draft = draft_of(
        form,
        chosen,
        basis=ground,
        interview_id=interview.pk if interview and ground == Basis.INTERVIEW else None,
        basis_details=basis.details() if ground else {},
    )
    try:
        return actions.decide_orientation(entry_id=entry.pk, draft=draft, by=request.user.as_actor(), at=clock.now())
    except DomainError as error:
        where: Form = basis if error.field in basis.fields else form
        where.add_error(error.field if error.field in where.fields else None, error.message)
        return None
