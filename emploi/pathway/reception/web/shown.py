"""What the screens of the reception show of a call or a reply: lines of a list, the page of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from emploi.foundation import clock
from emploi.foundation.audit.actions import record_consultation
from emploi.foundation.messaging.enums import Channel, ReplyKind
from emploi.foundation.messaging.models import Message
from emploi.foundation.messaging.queries import stopped_numbers
from emploi.foundation.messaging.rendering import masked, plain_letter
from emploi.foundation.texts.guard import shown_to
from emploi.foundation.ui.forms import ReasonForm
from emploi.foundation.ui.french import pluriel
from emploi.pathway.beneficiaries import permissions as people
from emploi.pathway.beneficiaries import queries as beneficiaries
from emploi.pathway.reception import hooks, queries
from emploi.pathway.reception.enums import Means
from emploi.pathway.reception.models import Call
from emploi.pathway.reception.web.forms import CallBackForm, OwnerForm, SettleForm
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Permission

EXCERPT = 120
ICONS = {Means.PHONE: "phone", Means.SMS: "sms", Means.EMAIL: "mail"}


@dataclass(frozen=True, slots=True)
class Line:
    """A call or a reply as a line: who, the first words this reader may see, since when it waits."""

    call: Call
    excerpt: str
    sharing: queries.Sharing
    days: int
    is_late: bool

    @property
    def icon(self) -> str:
        """Return the icon of the means."""
        return ICONS[Means(self.call.means)]

    @property
    def age(self) -> str:
        """Return how long it has been waiting, in words."""
        return "depuis aujourd’hui" if self.days < 1 else f"depuis {pluriel(self.days, 'jour')}"

    @property
    def owner(self) -> str:
        """Return who is to deal with it."""
        if self.call.owner:
            return self.call.owner.full_name
        return self.call.service.name if self.call.service else ""


def lines_of(calls: Sequence[Call], agent: Any, today: date) -> list[Line]:
    """Return the lines of a page, with a constant number of queries."""
    shared = queries.sharers(calls, agent)
    sees_health = agent.can(Permission.SEE_HEALTH)
    return [_line(call, shared.get(call.pk, queries.Sharing()), today, sees_health=sees_health) for call in calls]


def _line(call: Call, sharing: queries.Sharing, today: date, *, sees_health: bool) -> Line:
    text = " ".join(shown_to(call.words, sees_health=sees_health).split())
    return Line(
        call=call,
        excerpt=f"{text[:EXCERPT]}…" if len(text) > EXCERPT else text,
        sharing=sharing,
        days=(today - call.received_at.astimezone(clock.ZONE).date()).days,
        is_late=bool(call.is_waiting and call.due_on and call.due_on < today),
    )


def call_or_404(request: HttpRequest, call_id: int) -> Call:
    """The call or the reply, for whoever may read it."""
    return get_object_or_404(queries.readable(request.user), pk=call_id)


def call_page(request: HttpRequest, found: Call, **forms: Any) -> HttpResponse:
    """One call or one reply: what was asked, what is left to do."""
    if found.person_id and request.method == "GET":
        trace(request, found.person_id)
    today, sees_health = clock.today(), request.user.can(Permission.SEE_HEALTH)
    owner = f"service-{found.service_id}" if found.service_id else str(found.owner_id or "")
    context = {
        "call": found,
        "line": _line(found, queries.Sharing(), today, sees_health=sees_health),
        "question": shown_to(found.words, sees_health=sees_health),
        "answer": shown_to(found.answer, sees_health=sees_health),
        "attempts": found.attempts.select_related("by"),
        "today": today,
        "back": forms.get("back") or CallBackForm(),
        "owner": forms.get("owner") or OwnerForm(initial={"owner": owner}, today=today, person_id=found.person_id),
        "reason": forms.get("reason") or ReasonForm(),
        "settle": forms.get("settle") or SettleForm(),
        **(_answer_context(request, found, sees_health=sees_health) if found.reply else {}),
    }
    name = "reception/page_answer.html" if found.reply else "reception/page_call.html"
    return render(request, name, context, status=422 if forms else 200)


def trace(request: HttpRequest, person_id: int) -> None:
    """Write who read what a person asked."""
    record_consultation(
        agent_id=request.user.pk, agent_label=str(request.user), person_id=person_id, page="Appels et réponses",
        at=clock.now(),
    )  # fmt: skip


def _answer_context(request: HttpRequest, found: Call, *, sees_health: bool) -> dict[str, Any]:
    """What a reply shows besides: the message it answers, who may have written, what her agent may do."""
    reply = found.reply
    assert reply is not None
    candidates = queries.candidates_for(found)
    visible = set(
        people.visible_to(request.user).filter(pk__in=[p.pk for p in candidates]).values_list("pk", flat=True)
    )
    text = request.GET.get("q", "").strip()
    written_to = reply.message.person_id if reply.message else None
    follower = hooks.follower_of(found.person_id) if found.person_id else None
    return {
        "reply": reply,
        "subject": shown_to(reply.subject, sees_health=sees_health),
        "attachments": [_file_name(name, sees_health=sees_health) for name in reply.attachments],
        "original": shown_to(reply.original, sees_health=sees_health),
        "message": _readable(reply.message, found, visible),
        "message_words": _words(reply.message),
        "candidates": [person for person in candidates if person.pk in visible],
        "hidden": len(candidates) - len(visible),
        "others": [person for person in candidates if person.pk in visible - {found.person_id or 0}],
        "written_to": written_to,
        "is_stop": reply.kind == ReplyKind.STOP,
        "is_stopped": found.means == Means.SMS and bool(stopped_numbers([reply.sender])),
        "may_book": request.user.can(Permission.BOOK_FOR_CALLER),
        "may_see_outbox": request.user.can(Permission.SEE_OUTBOX),
        "q": text,
        "found": beneficiaries.search_persons(text, request.user, limit=8) if text else [],
        "coming": hooks.coming_of(found.person_id, clock.now()) if found.person_id else [],
        "follower": Agent.objects.filter(pk=follower, is_active=True).first() if follower else None,
    }


def _readable(message: Message | None, found: Call, visible: set[int]) -> Message | None:
    """The message answered, unless it was sent to somebody whose file this agent may not open."""
    if message is None or message.person_id is None:
        return None
    return message if message.person_id in visible | {found.person_id} else None


def _file_name(name: str, *, sees_health: bool) -> str:
    """The name of a file as this reader may see it; its words are parted by dashes as often as by spaces."""
    words = name.replace("_", " ")
    shown = shown_to(words, sees_health=sees_health)
    return name if shown == words else shown


def _words(message: Message | None) -> str:
    if message is None:
        return ""
    return masked(plain_letter(message.body) if message.channel == Channel.LETTER else message.body)
