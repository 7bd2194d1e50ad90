"""Third step: the proposal with its reasons, the choice made with the person, the decision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.errors import DomainError
from emploi.pathway.orientation import actions, permissions, queries
from emploi.pathway.orientation.enums import Basis, Decider, OpinionChoice, StepKind, StepState
from emploi.pathway.orientation.models import Decision, Interview, Modality, Proposal, Step
from emploi.pathway.orientation.queries import InPublic
from emploi.pathway.orientation.web import shell
from emploi.pathway.orientation.web.forms import DecisionForm
from emploi.pathway.orientation.web.proposed import ProposalShown, reasons_shown, shown_proposal
from emploi.pathway.orientation.web.requests import AgentRequest
from emploi.pathway.orientation.web.words import pathway_shown, words_of
from emploi.territory.agents.roles import Permission


@requires(Permission.HOLD_INTERVIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: AgentRequest, interview_id: int) -> HttpResponse:
    """Show what the rules propose and why; decide with the person once a pathway is chosen (?voie=)."""
    interview = shell.found(request, interview_id)
    context = shell.context(request, interview, StepKind.ORIENTATION)
    decision = queries.current_decision(interview.entry_id)
    can_change = decision is not None and _may_change(request, context["step"])
    if decision is not None and not (can_change and _wants_another(request)):
        context |= {
            "decision": decision,
            "can_change": can_change,
            "reasons": reasons_shown(decision.reasons, sees_health=context["sees_health"]),
            "words": words_of(decision, sees_health=context["sees_health"]),
            **pathway_shown(decision, request.user),
        }
        return render(request, "orientation/page_decided.html", context)
    proposal = queries.latest_proposal(interview.entry_id)
    context |= _proposed(interview, proposal, context["sees_health"])
    context |= {"decision": decision, **pathway_shown(decision, request.user)}
    context["recommended"] = queries.recommendation_for(interview.entry)
    chosen = _chosen(request)
    if chosen is None or proposal is None:
        return render(request, "orientation/page_proposal.html", context)
    publics = queries.publics_of(interview.entry)
    form = _form(request, interview, chosen, context["proposal"], proposal, publics, decision)
    if request.method == "POST" and form.is_valid() and _decided(request, interview, chosen, form):
        said = "Nouvelle orientation décidée" if decision else "Orientation décidée"
        messages.success(request, f"{said} : {chosen.name}.")
        return redirect(shell.page_of(interview, StepKind.ORIENTATION))
    context |= {
        "chosen": chosen,
        "form": form,
        "legal_delay": queries.legal_delay(interview.entry),
        "publics": publics,
        "reasons_chosen": context["proposal"].reasons_of(chosen.slug),
    }
    return render(request, "orientation/page_proposal.html", context)


def _may_change(request: AgentRequest, step: Step) -> bool:
    """An orientation in force is replaced here by who may decide, until this step is done."""
    return step.state != StepState.DONE and request.user.can(Permission.DECIDE_ORIENTATION)


def _wants_another(request: AgentRequest) -> bool:
    return "changer" in request.GET or "voie" in request.GET or "voie" in request.POST


def _proposed(interview: Interview, proposal: Proposal | None, sees_health: bool) -> dict[str, Any]:
    if proposal is None:
        return {"proposal": None}
    facts = queries.facts_of(interview.entry)
    shown = shown_proposal(
        proposal.ranked, proposal.not_applied, proposal.missing, proposal.ruleset, sees_health=sees_health
    )
    return {"proposal": shown, "is_stale": queries.fingerprint_of(facts) != proposal.fingerprint}


def _chosen(request: AgentRequest) -> Modality | None:
    slug = request.POST.get("voie") or request.GET.get("voie") or ""
    return queries.active_modalities().filter(slug=slug).first() if slug else None


def _form(
    request: AgentRequest,
    interview: Interview,
    chosen: Modality,
    shown: ProposalShown,
    proposal: Proposal,
    publics: Sequence[InPublic],
    previous: Decision | None,
) -> DecisionForm:
    is_late = previous is None and queries.six_weeks_overdue_on(interview.entry_id, clock.today()) is not None
    return DecisionForm(
        chosen,
        interview.entry,
        request.POST if request.method == "POST" else None,
        is_first=chosen.slug == shown.first,
        is_late=is_late,
        today=clock.today(),
        publics=publics,
        initial={"proposal": proposal.pk, "previous": previous.pk if previous else None},
    )


def _decided(request: AgentRequest, interview: Interview, chosen: Modality, form: DecisionForm) -> bool:
    """Decide; a refusal of the domain becomes an error of the form and nothing typed is lost."""
    draft = draft_of(form, chosen, basis=Basis.INTERVIEW, interview_id=interview.pk)
    try:
        permissions.check_can_decide(request.user, interview.person_id)
        actions.decide_orientation(entry_id=interview.entry_id, draft=draft, by=request.user.as_actor(), at=clock.now())
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return False
    return True


def draft_of(
    form: DecisionForm,
    chosen: Modality,
    *,
    basis: str,
    interview_id: int | None,
    basis_details: dict[str, str] | None = None,
) -> actions.Draft:
    """Turn the form into what the action expects."""
    data = form.cleaned_data
    referent = data.get("referent")
    decider = data.get("decider") or Decider.DEPARTEMENT
    return actions.Draft(
        modality_id=chosen.pk,
        responsible_organization_id=data["responsible_organization"].pk,
        basis=basis,
        interview_id=interview_id,
        referent_id=referent.pk if referent else None,
        proposal_id=data.get("proposal"),
        previous_id=data.get("previous"),
        decider=decider,
        decided_on=data.get("decided_on") if decider == Decider.FRANCE_TRAVAIL else None,
        opinion=data.get("opinion") or OpinionChoice.NO_OPINION,
        person_opinion=data.get("person_opinion", ""),
        agreed_with_person=data.get("opinion") == OpinionChoice.AGREES,
        override_reason=data.get("override_reason", ""),
        keeps_health_words=bool(data.get("keeps_health_words")),
        knows_it_is_late=bool(data.get("knows_it_is_late")),
        knows_it_is_full=bool(data.get("knows_it_is_full")),
        is_joint=bool(data.get("is_joint")),
        basis_details=basis_details or {},
    )


@requires(Permission.HOLD_INTERVIEW)
@require_POST
def recompute(request: AgentRequest, interview_id: int) -> HttpResponse:
    """Ask the rules again, the answers having changed."""
    interview = shell.found(request, interview_id)
    try:
        actions.compute_proposal(
            entry_id=interview.entry_id, interview_id=interview.pk, by=request.user.as_actor(), at=clock.now()
        )
    except DomainError as error:
        messages.error(request, error.message)
    changes = "?changer=1" if queries.current_decision(interview.entry_id) else ""
    return redirect(f"{shell.page_of(interview, StepKind.ORIENTATION)}{changes}")
