"""From known to followed: how many entrants reach each step, in how many days, where they wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from django.db import connection

from emploi.pathway.appointments import queries as appointments
from emploi.pathway.appointments.models import Kind
from emploi.territory.geography import queries as geography
from emploi.territory.rulebook import queries as rulebook

STEPS = ("known", "invited", "booked", "held", "decided", "followed")
LABELS = {
    "known": "Connus",
    "invited": "Invités",
    "booked": "Rendez-vous pris",
    "held": "Reçus",
    "decided": "Orientés",
    "followed": "Suivi commencé",
}
HUNDRED = 100
# One row an entrant: the first day of each step. A step reached without the one before (a walk-in) is still reached.
_ENTRANTS = """
    SELECT entry.id AS entry_id, entry.person_id, entry.opened_on AS known, territory.territory_id,
           invited.first AS invited, met.booked, met.held, decided.first AS decided,
           coalesce(met.followed, elsewhere.first) AS followed, entry.closed_on
    FROM beneficiaries_entry entry
    LEFT JOIN geography_territorycommune territory
      ON territory.commune_id = entry.commune_id AND territory.grid_id = %(grid)s
    LEFT JOIN LATERAL (
        SELECT min(sent_on) AS first FROM appointments_invitation
        WHERE entry_id = entry.id AND kind_id = ANY(%(firsts)s) AND revoked_at IS NULL
          AND act <> 'booked') invited ON true
    LEFT JOIN LATERAL (
        SELECT min(decided_on) AS first FROM orientation_decision WHERE entry_id = entry.id) decided ON true
    -- One look at the appointments. The first held after the decision begins the support (TR-07, RG-12).
    LEFT JOIN LATERAL (
        SELECT (min(a.booked_at) FILTER (WHERE a.is_first_interview) AT TIME ZONE 'Europe/Paris')::date AS booked,
               (min(a.starts_at) FILTER (WHERE a.is_first_interview AND a.status = 'held')
                   AT TIME ZONE 'Europe/Paris')::date AS held,
               (min(a.starts_at) FILTER (
                   WHERE NOT a.is_first_interview AND a.status = 'held' AND a.kind_id = ANY(%(support)s)
                     AND a.starts_at >= decided.first::timestamp AT TIME ZONE 'Europe/Paris'
                     AND a.starts_at < (%(as_of)s::date + 1)::timestamp AT TIME ZONE 'Europe/Paris')
                   AT TIME ZONE 'Europe/Paris')::date AS followed
        FROM appointments_appointment a WHERE a.entry_id = entry.id) met ON true
    -- None with us: the day another body gave, once it has come.
    LEFT JOIN LATERAL (
        SELECT min((step.details->>'on')::date) AS first
        FROM orientation_interview interview
        JOIN orientation_step step ON step.interview_id = interview.id AND step.step = 'next_appointment'
        WHERE interview.entry_id = entry.id AND decided.first IS NOT NULL AND met.followed IS NULL
          AND (step.details->>'on')::date BETWEEN decided.first AND %(as_of)s) elsewhere ON true
    WHERE entry.opened_on BETWEEN %(since)s AND %(until)s AND NOT entry.is_stock
"""


def _waits(step: str) -> str:
    """Who reached the step before, neither this one nor a later one, and has not left."""
    at = STEPS.index(step)
    return f"{STEPS[at - 1]} IS NOT NULL AND coalesce({', '.join(STEPS[at:])}) IS NULL AND closed_on IS NULL"


_WAITING_COUNTS = ", ".join(f"count(*) FILTER (WHERE {_waits(step)}) AS before_{step}" for step in STEPS[1:])


def _median(end: str, start: str, name: str) -> str:
    """The median days from a step to another; who came to the later one first waited no day for it."""
    return (
        f"percentile_cont(0.5) WITHIN GROUP (ORDER BY GREATEST({end} - {start}, 0))"
        f" FILTER (WHERE {end} IS NOT NULL AND {start} IS NOT NULL) AS {name}"
    )


_PAIRS = tuple(pairwise(STEPS))
_MEDIANS = ",\n           ".join(
    [_median(step, STEPS[0], f"to_{step}") for step in STEPS[1:]]
    + [_median(step, before, f"from_{before}") for before, step in _PAIRS]
)
_COUNTS = f"""
    WITH entrants AS ({_ENTRANTS})
    SELECT territory_id, GROUPING(territory_id) AS is_whole, count(*) AS known,
           count(invited) AS invited, count(booked) AS booked, count(held) AS held, count(decided) AS decided,
           count(followed) AS followed,
           {_WAITING_COUNTS},
           count(*) FILTER (WHERE known + %(promise)s < %(as_of)s) AS due,
           count(*) FILTER (WHERE known + %(promise)s < %(as_of)s AND held <= known + %(promise)s) AS in_time,
           {_MEDIANS}
    FROM entrants GROUP BY GROUPING SETS ((territory_id), ())
"""  # noqa: S608 - our own text


@dataclass(frozen=True, slots=True)
class Stage:
    """One step: how many reached it, out of those of the step before, and the median days to come to it."""

    slug: str
    label: str
    count: int
    before: int
    # Days since the entry, and since the step before (the time that step takes).
    median: float | None
    between: float | None
    # Who is at the step before and has not left.
    waiting: int = 0

    @property
    def percent(self) -> float | None:
        """Return the share of the step before that got here; above a hundred when some came without it."""
        return round(HUNDRED * self.count / self.before, 1) if self.before else None


@dataclass(frozen=True, slots=True)
class Funnel:
    """The steps of the entrants of one place."""

    name: str
    place: str
    stages: list[Stage]
    # Only those whose delay has run out are held against it.
    due: int
    in_time: int
    # Median days between the decision and the first appointment that follows (RG-15: the « temps morts »).
    dead_time: float | None = None

    @property
    def known(self) -> int:
        """Return how many entered."""
        return self.stages[0].count

    @property
    def rate(self) -> float | None:
        """Return the share received within the promise, among those whose delay has run out."""
        return round(HUNDRED * self.in_time / self.due, 1) if self.due else None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who reached a step and not the next."""

    entry_id: int
    person_id: int
    known: date
    reached: date
    territory: str


def funnels(since: date, until: date, as_of: date) -> list[Funnel]:
    """Return the whole Département first, then each territory, in one query."""
    promise = int(rulebook.value("first_interview_days", until))
    rows = _read(_COUNTS, {**_params(since, until, as_of), "promise": promise})
    names = {int(pk): name for pk, name in geography.territory_choices()}
    found = []
    for row in rows:
        territory = row["territory_id"]
        place = "" if row["is_whole"] else str(territory or "none")
        name = "Ensemble" if row["is_whole"] else names.get(territory, "Hors découpage")
        found.append(Funnel(name, place, _stages(row), row["due"], row["in_time"], row["from_decided"]))
    return sorted(found, key=lambda funnel: (funnel.place != "", funnel.place == "none", funnel.name))


def not_support_names() -> list[str]:
    """Return the names, as the Département gave them, of the kinds that do not begin the support."""
    apart = Kind.objects.filter(starts_support=False, is_first_interview=False, is_collective=False)
    return list(apart.values_list("name", flat=True))


def gap(lines: Sequence[Funnel]) -> float | None:
    """Return the points between the best and the worst territory (equity), None with less than two to compare."""
    rates = [line.rate for line in lines if line.place not in ("", "none") and line.rate is not None]
    return round(max(rates) - min(rates), 1) if len(rates) > 1 else None


def waiting_at(step: str, since: date, until: date, as_of: date, place: str = "") -> list[Waiting]:
    """Return who reached the step before and not this one, the longest wait first; who left is not waited for."""
    return _people(STEPS[STEPS.index(step) - 1], _waits(step), since, until, as_of, place)


def reached(step: str, since: date, until: date, as_of: date, place: str = "") -> list[Waiting]:
    """Return who reached a step, the first first: those the number counts."""
    return _people(STEPS[STEPS.index(step)], f"{step} IS NOT NULL", since, until, as_of, place)


def _people(column: str, condition: str, since: date, until: date, as_of: date, place: str) -> list[Waiting]:
    where = {"": "true", "none": "territory_id IS NULL"}.get(place, "territory_id = %(place)s")
    # The step is one of STEPS (index refuses any other), the condition one of ours: no word of a user is in the text.
    sql = (
        f"WITH entrants AS ({_ENTRANTS}) SELECT entry_id, person_id, known, {column} AS reached, territory_id "  # noqa: S608 - our words
        f"FROM entrants WHERE {condition} AND {where} ORDER BY {column}, entry_id"
    )
    names = {int(pk): name for pk, name in geography.territory_choices()}
    params = {**_params(since, until, as_of), "place": int(place) if place.isdecimal() else 0}
    return [
        Waiting(row["entry_id"], row["person_id"], row["known"], row["reached"], names.get(row["territory_id"], ""))
        for row in _read(sql, params)
    ]


def _stages(row: dict[str, Any]) -> list[Stage]:
    counts = [row[step] for step in STEPS]
    befores = [counts[0], *counts[:-1]]
    return [
        Stage(
            step, LABELS[step], count, before, row.get(f"to_{step}"), row.get(f"from_{former}"),
            row.get(f"before_{step}", 0),
        )
        for step, former, count, before in zip(STEPS, ["", *STEPS], counts, befores, strict=False)
    ]  # fmt: skip


def _params(since: date, until: date, as_of: date) -> dict[str, Any]:
    grid = geography.default_grid()
    firsts = Kind.objects.filter(is_first_interview=True)
    return {
        "since": since, "until": until, "as_of": as_of, "grid": grid.pk if grid else 0,
        "firsts": list(firsts.values_list("pk", flat=True)),
        "support": appointments.support_kinds(),
    }  # fmt: skip


def _read(sql: str, params: dict[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
