"""« Comptes »: invite, give roles, close, help somebody who lost a second factor."""

from django.contrib import messages
from django.db.models import F
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.audit.presenters import sentence_of
from emploi.foundation.errors import DomainError
from emploi.foundation.messaging.conf import provider_name
from emploi.foundation.messaging.enums import Channel
from emploi.foundation.ui.forms import ReasonForm, attempt
from emploi.foundation.ui.lists import Sort, listing
from emploi.territory.agents import actions, queries
from emploi.territory.agents.actions import RoleWanted
from emploi.territory.agents.enums import LinkPurpose
from emploi.territory.agents.hooks import left_behind
from emploi.territory.agents.links import LINK_LIFE_DAYS
from emploi.territory.agents.models import Agent, Membership
from emploi.territory.agents.roles import PERMISSION_LABELS, ROLE_PERMISSIONS, Permission, Role
from emploi.territory.agents.web.forms import AccountFilter, AccountForm, EndRoleForm, RoleForm

# The link just made, shown once to be printed or handed over.
LINK_SHOWN = "account_link_shown"
NO_MAIL_PROVIDERS = ("outbox",)


def _sorts() -> tuple[Sort, ...]:
    # Accents and capitals do not count; built each time because sorting backwards changes the expressions.
    names = (Lower(F("last_name__unaccent")).asc(), Lower(F("first_name__unaccent")).asc())
    return Sort("name", "Nom", names), Sort("last_login", "Dernière connexion", ("last_login",))


@requires(Permission.MANAGE_AGENTS)
def accounts(request: HttpRequest) -> HttpResponse:
    """The accounts with their roles."""
    lines = listing(
        request,
        queries.accounts(clock.today()),
        filters=AccountFilter(request.GET),
        sorts=_sorts(),
        default_sort="name",
    )
    return render(request, "agents/page_list.html", {"listing": lines})


@requires(Permission.MANAGE_AGENTS)
def account_new(request: HttpRequest) -> HttpResponse:
    """Invites an agent: who, and the first role."""
    form = AccountForm(request.POST or None)
    role_form = RoleForm(request.POST or None, today=clock.today())
    if request.method == "POST" and form.is_valid() and role_form.is_valid():
        invited = attempt(
            form,
            lambda: actions.invite_agent(
                **form.cleaned_data,
                role=RoleWanted(**role_form.cleaned_data),
                by=request.user.as_actor(),
                at=clock.now(),
            ),
        )
        if invited:
            agent, link = invited
            _tell_link(request, agent, link)
            return redirect("agents:account", agent_id=agent.pk)
    context = {"form": form, "role_form": role_form}
    status = 422 if form.errors or role_form.errors else 200
    return render(request, "agents/page_new.html", context, status=status)


@requires(Permission.MANAGE_AGENTS)
def account(request: HttpRequest, agent_id: int) -> HttpResponse:
    """One account: who, which roles, how they sign in, what happened."""
    agent = get_object_or_404(queries.accounts(clock.today()), pk=agent_id)
    shown = request.session.pop(LINK_SHOWN, None)
    context = {
        "agent": agent,
        "memberships": queries.memberships_of(agent.pk),
        "today": clock.today(),
        "open_link": queries.open_link(agent.pk, clock.now()),
        "link": shown["address"] if shown and shown["agent_id"] == agent.pk else "",
        "lines": [(line, sentence_of(line)) for line in queries.journal_of(agent.pk)[:30]],
        "is_self": agent.pk == request.user.pk,
    }
    return render(request, "agents/page_account.html", context)


@requires(Permission.MANAGE_AGENTS)
def account_edit(request: HttpRequest, agent_id: int) -> HttpResponse:
    """Corrects a name, a telephone, the address."""
    agent = get_object_or_404(Agent, pk=agent_id)
    form = AccountForm(request.POST or None, initial=AccountForm.values_of(agent))
    if request.method == "POST" and form.is_valid():
        changed = attempt(
            form,
            lambda: actions.change_account(
                agent_id=agent.pk, values=form.cleaned_data, by=request.user.as_actor(), at=clock.now()
            ),
        )
        if changed:
            messages.success(request, f"Le compte de {changed.full_name} est enregistré.")
            return redirect("agents:account", agent_id=agent.pk)
    context = {"form": form, "agent": agent}
    return render(request, "agents/page_edit.html", context, status=422 if form.errors else 200)


@requires(Permission.MANAGE_AGENTS)
@require_POST
def link_new(request: HttpRequest, agent_id: int) -> HttpResponse:
    """Sends a new one-time link; the former stops working."""
    agent = get_object_or_404(Agent, pk=agent_id)
    purpose = LinkPurpose.NEW_PASSWORD if agent.last_login else LinkPurpose.INVITATION
    try:
        link = actions.give_link(agent_id=agent.pk, purpose=purpose, by=request.user.as_actor(), at=clock.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        _tell_link(request, agent, link)
    return redirect("agents:account", agent_id=agent.pk)


@requires(Permission.MANAGE_AGENTS)
def second_factor(request: HttpRequest, agent_id: int) -> HttpResponse:
    """Erases a lost second factor, saying how the agent's identity was checked."""
    agent = get_object_or_404(Agent, pk=agent_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: actions.reset_second_factor(
                agent_id=agent.pk, reason=form.cleaned_data["reason"], by=request.user.as_actor(), at=clock.now()
            ),
        )
        if done:
            messages.success(request, f"{agent.full_name} en choisira un autre à sa prochaine connexion.")
            return redirect("agents:account", agent_id=agent.pk)
    context = {"form": form, "agent": agent}
    return render(request, "agents/page_second_factor.html", context, status=422 if form.errors else 200)


@requires(Permission.MANAGE_AGENTS)
def account_close(request: HttpRequest, agent_id: int) -> HttpResponse:
    """Cuts access, with the reason."""
    agent = get_object_or_404(Agent, pk=agent_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        closed = attempt(
            form,
            lambda: actions.close_account(
                agent_id=agent.pk, reason=form.cleaned_data["reason"], by=request.user.as_actor(), at=clock.now()
            ),
        )
        if closed:
            messages.success(request, f"{closed.full_name} ne peut plus se connecter.")
            return redirect("agents:account", agent_id=agent.pk)
    context = {"form": form, "agent": agent, "left_behind": left_behind(agent.pk)}
    return render(request, "agents/page_close.html", context, status=422 if form.errors else 200)


@requires(Permission.MANAGE_AGENTS)
@require_POST
def account_reopen(request: HttpRequest, agent_id: int) -> HttpResponse:
    """Gives access back."""
    agent = get_object_or_404(Agent, pk=agent_id)
    try:
        actions.reopen_account(agent_id=agent.pk, by=request.user.as_actor(), at=clock.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"{agent.full_name} peut de nouveau se connecter.")
    return redirect("agents:account", agent_id=agent.pk)


@requires(Permission.MANAGE_AGENTS)
def role_new(request: HttpRequest, agent_id: int) -> HttpResponse:
    """Gives one more role."""
    agent = get_object_or_404(Agent, pk=agent_id)
    form = RoleForm(request.POST or None, today=clock.today())
    if request.method == "POST" and form.is_valid():
        given = attempt(
            form,
            lambda: actions.give_role(
                agent_id=agent.pk, **form.cleaned_data, by=request.user.as_actor(), at=clock.now()
            ),
        )
        if given:
            messages.success(request, f"{agent.full_name} : {given.get_role_display()}.")
            return redirect("agents:account", agent_id=agent.pk)
    context = {"form": form, "agent": agent}
    return render(request, "agents/page_role_new.html", context, status=422 if form.errors else 200)


@requires(Permission.MANAGE_AGENTS)
def role_end(request: HttpRequest, agent_id: int, membership_id: int) -> HttpResponse:
    """Ends a role on a day."""
    membership = get_object_or_404(
        Membership.objects.select_related("agent", "organization"), pk=membership_id, agent_id=agent_id
    )
    form = EndRoleForm(request.POST or None, initial={"ended_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        ended = attempt(
            form,
            lambda: actions.end_role(
                membership_id=membership.pk,
                ended_on=form.cleaned_data["ended_on"],
                by=request.user.as_actor(),
                at=clock.now(),
            ),
        )
        if ended:
            messages.success(request, "La fin du rôle est enregistrée.")
            return redirect("agents:account", agent_id=agent_id)
    context = {"form": form, "membership": membership, "agent": membership.agent}
    return render(request, "agents/page_role_end.html", context, status=422 if form.errors else 200)


@requires(Permission.MANAGE_AGENTS)
def roles(request: HttpRequest) -> HttpResponse:
    """What each role may do."""
    shown = [
        (role.label, [PERMISSION_LABELS[right] for right in Permission if right in ROLE_PERMISSIONS[role]])
        for role in Role
    ]
    return render(request, "agents/page_roles.html", {"roles": shown})


def _tell_link(request: HttpRequest, agent: Agent, link: str) -> None:
    """Says that the link left by e-mail, or keeps it for the next page when no mail leaves from here."""
    if provider_name(Channel.EMAIL) in NO_MAIL_PROVIDERS:
        request.session[LINK_SHOWN] = {"agent_id": agent.pk, "address": link}
    else:
        messages.success(request, f"Un lien valable {LINK_LIFE_DAYS} jours part à l'adresse {agent.email}.")
