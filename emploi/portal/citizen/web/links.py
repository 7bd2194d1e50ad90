"""From a token to what the person may do with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from emploi.foundation import clock
from emploi.foundation.access import public
from emploi.foundation.actor import Actor
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.queries import Link

View = Callable[..., HttpResponseBase]


def with_link(view: View) -> View:
    """Give a public view the link its token opens; an unknown one gets a kind page that says nothing else."""

    @public
    @never_cache
    @wraps(view)
    def opened(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponseBase:
        link = queries.link_by_token(token, today=clock.today())
        if link is None:
            return render(request, "citizen/page_unknown.html", status=404)
        if link.invitation.first_opened_at is None and request.method != "HEAD":
            actions.record_opening(invitation_id=link.invitation.pk, by=actor_of(link), at=clock.now())
        return view(request, link, **kwargs)

    return opened


def choosing(view: View) -> View:
    """Let only the holder of a link that still gives a choice in; the others are told why on the first page."""

    @with_link
    @wraps(view)
    def chosen(request: HttpRequest, link: Link, **kwargs: Any) -> HttpResponseBase:
        if not link.may_choose or not queries.may_still_change(link, at=clock.now()):
            return redirect("citizen:link", token=link.invitation.token)
        return view(request, link, **kwargs)

    return chosen


def actor_of(link: Link) -> Actor:
    """The person, as author of what she does through her link."""
    return Actor.person(link.invitation.person_id, link.first_name)
