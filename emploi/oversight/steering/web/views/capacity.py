"""The head of service's page: people expected and seats offered, what to open where, the list behind each number."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.ui.french import date_fr, date_short_fr, pluriel
from emploi.foundation.ui.lists import listing
from emploi.oversight.steering.queries import capacity_lists, openings
from emploi.oversight.steering.queries.capacity import PAST_WEEKS, Forecast, forecast, whole
from emploi.oversight.steering.web.people import named
from emploi.territory.agents.roles import Permission
from emploi.territory.geography.queries import territory_choices
from emploi.territory.rulebook import queries as rulebook

# The numbers of the page that open a list of people, and those that open a list of slots.
PEOPLE = {"a-placer": "Entrants à placer", "attendus": "Entrants des {weeks} dernières semaines"}
SLOTS = {"libres": "Créneaux libres", "ouverts": "Créneaux ouverts"}


@requires(Permission.SEE_CAPACITY)
@require_safe
def capacity(request: HttpRequest) -> HttpResponse:
    """Show, by territory and by week, whether the open slots are enough, and what to open when they are not."""
    at = clock.now()
    lines = forecast(at)
    total = whole(lines) if lines else None
    mondays = [week.monday for week in total.weeks] if total else []
    known = openings.desks(at, len(mondays))
    needs = openings.needs(lines, known)
    names = dict(territory_choices())
    context = {
        "lines": lines,
        "total": total,
        "title": _answer(total, needs),
        "mondays": mondays,
        "past_weeks": PAST_WEEKS,
        "needs": needs,
        "desks": [(desk, names.get(str(desk.territory_id), "Hors découpage")) for desk in known],
        "usual_weeks": openings.USUAL_WEEKS,
        "may_open": request.user.can(Permission.MANAGE_OPENINGS),
        "today": clock.today(),
    }
    return render(request, "steering/page_capacity.html", context)


@requires(Permission.SEE_CAPACITY)
@require_safe
def behind(request: HttpRequest) -> HttpResponse:
    """List what a number of the page counts: people, or slots."""
    what = request.GET.get("quoi", "")
    if what not in {**PEOPLE, **SLOTS}:
        raise Http404
    asked = _asked(request)
    context: dict[str, Any] = {
        "what": what,
        "where": _where(request),
        "sees_names": request.user.can(Permission.SEE_PERSONS),
    }
    if what in PEOPLE:
        rows: Any = capacity_lists.waiting(asked) if what == "a-placer" else capacity_lists.past_entrants(asked)
        page = listing(request, rows)
        context |= {
            "label": PEOPLE[what].format(weeks=PAST_WEEKS),
            "listing": page,
            "people": named(request.user, page.rows),
        }
        return render(request, "steering/page_capacity_people.html", context)
    rows = capacity_lists.slots(asked, free_only=what == "libres")
    seats = rows.order_by().aggregate(all=Sum("seats", default=0), free=Sum(F("seats") - F("booked"), default=0))
    context |= {"label": SLOTS[what], "listing": listing(request, rows), "seats": seats}
    return render(request, "steering/page_capacity_slots.html", context)


def _asked(request: HttpRequest) -> capacity_lists.Asked:
    """Read the question; a wrong week, territory or officer is no question at all."""
    at, today = clock.now(), clock.today()
    monday = today - timedelta(days=today.weekday())
    weeks = _weeks(at)
    week = _day(request.GET.get("semaine", ""))
    first, until = (week, clock.add_weeks(week, 1)) if week else (monday, clock.add_weeks(monday, weeks))
    territory = request.GET.get("territoire", "")
    if territory not in {"", capacity_lists.NOWHERE, *dict(territory_choices())}:
        raise Http404
    numbers = [request.GET.get(name, "") for name in ("agent", "lieu")]
    agent_id, place_id = (int(text) if text.isdecimal() else None for text in numbers)
    return capacity_lists.Asked(at, first, until, territory, agent_id, place_id)


def _weeks(at: datetime) -> int:
    return int(rulebook.value("capacity_weeks", at.date()))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _where(request: HttpRequest) -> str:
    territory = request.GET.get("territoire", "")
    place = {**dict(territory_choices()), capacity_lists.NOWHERE: "hors découpage"}.get(territory, "")
    week = _day(request.GET.get("semaine", ""))
    parts = [place, f"semaine du {date_short_fr(week)}" if week else ""]
    return ", ".join(part for part in parts if part)


def _answer(total: Forecast | None, needs: list[openings.Need]) -> str:
    """Say what the list of the page says: seats left elsewhere or later make up for nothing."""
    if total is None or not total.weeks:
        return "Aucun territoire n’est encore chargé"
    weeks = pluriel(len(total.weeks), "semaine")
    if needs:
        seats = pluriel(sum(need.seats for need in needs), "créneau", "créneaux")
        first = date_fr(needs[0].by)
        return f"Il faut ouvrir {seats} pour recevoir chacun à temps en {weeks}, les premiers avant le {first}"
    return f"Les créneaux ouverts suffisent pour {weeks}, chaque semaine et sur chaque territoire"
