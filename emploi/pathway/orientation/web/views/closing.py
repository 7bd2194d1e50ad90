"""Fourth step: the contrat d'engagement d'orientation, and the two agreements."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import BaseFormSet, formset_factory
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.errors import DomainError
from emploi.pathway.orientation import actions, queries
from emploi.pathway.orientation.enums import StepKind
from emploi.pathway.orientation.models import Decision, EngagementContract, Interview
from emploi.pathway.orientation.web import shell
from emploi.pathway.orientation.web.forms import KeepsHealthWords, ObjectiveForm
from emploi.pathway.orientation.web.requests import AgentRequest
from emploi.pathway.orientation.web.words import is_kept_back, lines_of, pathway_shown
from emploi.territory.agents.roles import Permission

LINES = 4
MAX_LINES = 6
KEPT_BACK = "Ce contrat contient un texte réservé. Un professionnel qui peut voir la santé le modifie et le termine."
ObjectiveFormSet = formset_factory(ObjectiveForm, extra=0, max_num=MAX_LINES, validate_max=True)


@requires(Permission.HOLD_INTERVIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def engagement(request: AgentRequest, interview_id: int) -> HttpResponse:
    """Write what each one will do."""
    interview = shell.found(request, interview_id)
    context = shell.context(request, interview, StepKind.ENGAGEMENT)
    decision = queries.current_decision(interview.entry_id)
    contract = queries.engagement_of(decision.pk) if decision else None
    kept_back = is_kept_back(lines_of(contract, sees_health=context["sees_health"]))
    initial = [] if kept_back else _initial(interview, contract)
    lines = ObjectiveFormSet(request.POST or None, initial=initial, prefix="ligne")
    keeps = KeepsHealthWords(request.POST or None)
    error = KEPT_BACK if kept_back and request.method == "POST" else ""
    if request.method == "POST" and decision is not None and not error and lines.is_valid():
        error = _written(request, interview, decision, lines, keeps)
        if not error:
            return redirect(f"{shell.page_of(interview, StepKind.ENGAGEMENT)}#accord")
        contract = queries.engagement_of(decision.pk)
    edits = contract is None or "modifier" in request.GET or bool(error) or not lines_are_fine(lines)
    context |= {
        "decision": decision,
        "contract": contract,
        "lines": lines,
        "error": error,
        "keeps": keeps,
        "read": lines_of(contract, sees_health=context["sees_health"]),
        "kept_back": KEPT_BACK if kept_back else "",
        "seen": actions.fingerprint(contract),
        "version": actions.version_of(contract) if contract else "",
        "edits": edits and not kept_back,
        **pathway_shown(decision, request.user),
    }
    return render(request, "orientation/page_engagement.html", context)


def _written(
    request: AgentRequest, interview: Interview, decision: Decision, lines: BaseFormSet[Any], keeps: KeepsHealthWords
) -> str:
    """Write the contract; return the sentence of a refusal, nothing typed being lost."""
    try:
        actions.write_objectives(
            decision_id=decision.pk,
            interview_id=interview.pk,
            objectives=[form.cleaned_data for form in lines],
            seen=request.POST.get("seen"),
            keeps_health_words=keeps.is_valid() and keeps.cleaned_data["keeps_health_words"],
            by=request.user.as_actor(),
            at=clock.now(),
        )
    except DomainError as error:
        if error.field == "keeps_health_words":
            keeps.add_error("keeps_health_words", error.message)
        return error.message
    return ""


def lines_are_fine(lines: BaseFormSet[Any]) -> bool:
    """Tell whether what was typed is valid (nothing typed is)."""
    return not lines.is_bound or lines.is_valid()


def _initial(interview: Interview, contract: EngagementContract | None) -> list[dict[str, str]]:
    """Return the lines already written, else one for each difficulty the person wants help with (RG-55)."""
    if contract is not None and contract.objectives:
        return [*contract.objectives, {"who": "person"}, {"who": "officer"}][:MAX_LINES]
    nomenclature = queries.nomenclature()
    # A contract is shown to others: health is never suggested in it.
    helped = [
        nomenclature.label(brake.kind, brake.subtype)
        for brake in queries.active_brakes(interview.person_id)
        if brake.wants_help and not nomenclature.is_sensitive(brake.kind)
    ]
    ours = [{"who": "officer", "text": f"Chercher une solution avec vous : {label.lower()}"} for label in helped[:2]]
    return [*[{"who": "person"}] * (LINES - 1), *(ours or [{"who": "officer"}])]


@requires(Permission.HOLD_INTERVIEW)
@require_POST
def agree(request: AgentRequest, interview_id: int) -> HttpResponse:
    """Record the agreement of one of the two, at the minute it is given."""
    interview = shell.found(request, interview_id)
    contract = get_object_or_404(EngagementContract, decision__entry_id=interview.entry_id, decision__is_current=True)
    try:
        whole = actions.agree_engagement(
            contract_id=contract.pk,
            party=request.POST.get("party", ""),
            read=request.POST.get("read", ""),
            by=request.user.as_actor(),
            at=clock.now(),
        )
    except DomainError as error:
        messages.error(request, error.message)
    else:
        if whole.is_complete:
            messages.success(request, "Le contrat est accepté par les deux. Vous pouvez l’imprimer.")
    return redirect(f"{shell.page_of(interview, StepKind.ENGAGEMENT)}#accord")
