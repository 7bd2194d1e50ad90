"""Trades: search with or without script, keep in the person's order, change, take out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.errors import DomainError
from emploi.foundation.ui.htmx import wants_fragment
from emploi.pathway.orientation import actions
from emploi.pathway.orientation.models import Interview
from emploi.pathway.orientation.web import shell
from emploi.pathway.orientation.web.heard_forms import TradeForm, WishForm
from emploi.pathway.orientation.web.requests import AgentRequest
from emploi.pathway.orientation.web.tabs import section_page
from emploi.pathway.orientation.web.trades import trades_context
from emploi.territory.agents.roles import Permission

WISHES = "wishes"


@requires(Permission.HOLD_INTERVIEW)
@require_safe
def search(request: AgentRequest, interview_id: int) -> HttpResponse:
    """Show the trades that match what is typed; without script, inside the whole section."""
    interview = shell.found(request, interview_id)
    if not wants_fragment(request):
        words = request.GET.urlencode()
        return redirect(f"{section_page(interview, WISHES)}?{words}#metiers")
    return render(
        request, "orientation/_trades_found.html", {"interview": interview, **trades_context(request, interview)}
    )


@requires(Permission.HOLD_INTERVIEW)
@require_POST
def add(request: AgentRequest, interview_id: int) -> HttpResponse:
    """Keep a trade of the list, or the words typed."""
    interview = shell.found(request, interview_id)
    form = TradeForm(request.POST)

    def keep() -> None:
        actions.add_trade(
            interview_id=interview.pk,
            wish=form.cleaned_data["wish"],
            name_id=form.cleaned_data["name"],
            words=form.cleaned_data["words"],
            **_signed(request),
        )

    if not form.is_valid():
        return _answer(request, interview, next(iter(form.errors.values()))[0])
    return _try(request, interview, keep)


@requires(Permission.HOLD_INTERVIEW)
@require_POST
def change(request: AgentRequest, interview_id: int, trade_id: int) -> HttpResponse:
    """Say otherwise what a trade is for the person."""
    interview = shell.found(request, interview_id)
    form = WishForm(request.POST)
    wish = form.cleaned_data["wish"] if form.is_valid() else ""
    return _try(
        request,
        interview,
        lambda: actions.change_trade(interview_id=interview.pk, trade_id=trade_id, wish=wish, **_signed(request)),
    )


@requires(Permission.HOLD_INTERVIEW)
@require_POST
def move(request: AgentRequest, interview_id: int, trade_id: int) -> HttpResponse:
    """Put a trade before the one above it."""
    interview = shell.found(request, interview_id)
    return _try(
        request,
        interview,
        lambda: actions.move_trade(interview_id=interview.pk, trade_id=trade_id, **_signed(request)),
    )


@requires(Permission.HOLD_INTERVIEW)
@require_POST
def remove(request: AgentRequest, interview_id: int, trade_id: int) -> HttpResponse:
    """Take a trade out."""
    interview = shell.found(request, interview_id)
    return _try(
        request,
        interview,
        lambda: actions.remove_trade(interview_id=interview.pk, trade_id=trade_id, **_signed(request)),
    )


def _signed(request: AgentRequest) -> dict[str, Any]:
    return {"by": request.user.as_actor(), "at": clock.now()}


def _try(request: AgentRequest, interview: Interview, act: Callable[[], Any]) -> HttpResponse:
    try:
        act()
    except DomainError as error:
        return _answer(request, interview, error.message)
    return _answer(request, interview)


def _answer(request: AgentRequest, interview: Interview, error: str = "") -> HttpResponse:
    """Show the block again; without script, the section with the error said at its top and the words kept."""
    if wants_fragment(request):
        context = trades_context(request, interview, words=_typed(request) if error else "")
        context |= {"interview": interview, "trade_error": error, "saved_at": clock.now(), "saved_too": not error}
        return render(request, "orientation/_trades.html", context)
    if error:
        messages.error(request, error)
    typed = _typed(request) if error else ""
    kept = f"?{urlencode({'words': typed})}" if typed else ""
    return redirect(f"{section_page(interview, WISHES)}{kept}#metiers")


def _typed(request: AgentRequest) -> str:
    """Return the words typed, to show them again beside the error."""
    return str(TradeForm(request.POST)["words"].value() or "")
