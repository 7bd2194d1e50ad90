"""From known to decided: how many entrants reach each step, in how many days, where they wait, what brings them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from emploi.territory.geography import queries as geography
from emploi.territory.rulebook import queries as rulebook

STEPS = ("known", "invited", "booked", "held", "decided")
LABELS = {
    "known": "Connus",
    "invited": "Invités",
    "booked": "Rendez-vous pris",
    "held": "Reçus",
    "decided": "Orientés",
}
HUNDRED = 100

# One row an entrant: the first day of each step. A step reached without the one before (a walk-in) is still reached.
_ENTRANTS = """
    SELECT entry.id AS entry_id, entry.person_id, entry.opened_on AS known, territory.territory_id,
           invited.first AS invited, booked.first AS booked, held.first AS held, decided.first AS decided,
           entry.closed_on
    FROM beneficiaries_entry entry
    LEFT JOIN geography_territorycommune territory
      ON territory.commune_id = entry.commune_id AND territory.grid_id = %(grid)s
    LEFT JOIN LATERAL (
        SELECT min(sent_on) AS first FROM appointments_invitation
        WHERE entry_id = entry.id AND revoked_at IS NULL) invited ON true
    LEFT JOIN LATERAL (
        SELECT min((booked_at AT TIME ZONE 'Europe/Paris')::date) AS first FROM appointments_appointment
        WHERE entry_id = entry.id AND is_first_interview) booked ON true
    LEFT JOIN LATERAL (
        SELECT min((starts_at AT TIME ZONE 'Europe/Paris')::date) AS first FROM appointments_appointment
        WHERE entry_id = entry.id AND is_first_interview AND status = 'held') held ON true
    LEFT JOIN LATERAL (
        SELECT min(decided_on) AS first FROM orientation_decision WHERE entry_id = entry.id) decided ON true
    WHERE entry.opened_on BETWEEN %(since)s AND %(until)s AND NOT entry.is_stock
"""
_COUNTS = f"""
    WITH entrants AS ({_ENTRANTS})
    SELECT territory_id, GROUPING(territory_id) AS is_whole, count(*) AS known,
           count(invited) AS invited, count(booked) AS booked, count(held) AS held, count(decided) AS decided,
           count(*) FILTER (WHERE known + %(promise)s < %(as_of)s) AS due,
           count(*) FILTER (WHERE known + %(promise)s < %(as_of)s AND held <= known + %(promise)s) AS in_time,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY GREATEST(invited - known, 0))
               FILTER (WHERE invited IS NOT NULL) AS to_invited,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY GREATEST(booked - known, 0))
               FILTER (WHERE booked IS NOT NULL) AS to_booked,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY GREATEST(held - known, 0))
               FILTER (WHERE held IS NOT NULL) AS to_held,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY GREATEST(decided - known, 0))
               FILTER (WHERE decided IS NOT NULL) AS to_decided
    FROM entrants GROUP BY GROUPING SETS ((territory_id), ())
"""  # noqa: S608 - our own text
# What followed each attempt before the next one: an appointment taken.
_ATTEMPTS = """
    WITH attempts AS (
        SELECT invitation.entry_id, invitation.sent_at AS at,
               CASE WHEN invitation.act = 'convocation' THEN 'convocation'
                    WHEN invitation.is_relaunch THEN 'relaunch' ELSE 'invitation' END AS kind
        FROM appointments_invitation invitation
        JOIN beneficiaries_entry entry ON entry.id = invitation.entry_id
        WHERE entry.opened_on BETWEEN %(since)s AND %(until)s AND NOT entry.is_stock AND invitation.revoked_at IS NULL
        UNION ALL
        SELECT attempt.entry_id, attempt.called_at,
               CASE WHEN attempt.outcome = 'reached' THEN 'reached' ELSE 'missed' END
        FROM appointments_callattempt attempt
        JOIN beneficiaries_entry entry ON entry.id = attempt.entry_id
        WHERE entry.opened_on BETWEEN %(since)s AND %(until)s AND NOT entry.is_stock
    ), followed AS (
        SELECT *, lead(at) OVER (PARTITION BY entry_id ORDER BY at) AS next_at FROM attempts
    )
    SELECT kind, count(*),
           count(*) FILTER (WHERE EXISTS (
               SELECT 1 FROM appointments_appointment taken
               WHERE taken.entry_id = followed.entry_id AND taken.is_first_interview
                 AND taken.booked_at >= followed.at AND (next_at IS NULL OR taken.booked_at < next_at))),
           count(*) FILTER (WHERE EXISTS (
               SELECT 1 FROM appointments_appointment taken
               WHERE taken.entry_id = followed.entry_id AND taken.is_first_interview AND taken.status = 'held'
                 AND taken.booked_at >= followed.at AND (next_at IS NULL OR taken.booked_at < next_at)))
    FROM followed GROUP BY kind
"""
ATTEMPTS = (
    ("invitation", "Première invitation"),
    ("relaunch", "Relance par message ou lettre"),
    ("reached", "Appel où la personne a répondu"),
    ("missed", "Appel sans réponse"),
    ("convocation", "Convocation"),
)


@dataclass(frozen=True, slots=True)
class Stage:
    """One step: how many reached it, out of those of the step before, and the median days since the entry."""

    slug: str
    label: str
    count: int
    before: int
    median: float | None

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

    @property
    def known(self) -> int:
        """Return how many entered."""
        return self.stages[0].count

    @property
    def rate(self) -> float | None:
        """Return the share received within the promise, among those whose delay has run out."""
        return round(HUNDRED * self.in_time / self.due, 1) if self.due else None


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one way of reaching people brought before the next one."""

    label: str
    made: int
    booked: int
    held: int

    @property
    def percent(self) -> float | None:
        """Return the share followed by an appointment taken."""
        return round(HUNDRED * self.booked / self.made, 1) if self.made else None


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
    rows = _read(_COUNTS, {**_params(since, until), "promise": promise, "as_of": as_of})
    names = {int(pk): name for pk, name in geography.territory_choices()}
    found = []
    for row in rows:
        territory = row["territory_id"]
        place = "" if row["is_whole"] else str(territory or "none")
        name = "Ensemble" if row["is_whole"] else names.get(territory, "Hors découpage")
        found.append(Funnel(name, place, _stages(row), row["due"], row["in_time"]))
    return sorted(found, key=lambda funnel: (funnel.place != "", funnel.place == "none", funnel.name))


def gap(lines: Sequence[Funnel]) -> float | None:
    """Return the points between the best and the worst territory (equity), None with less than two to compare."""
    rates = [line.rate for line in lines if line.place not in ("", "none") and line.rate is not None]
    return round(max(rates) - min(rates), 1) if len(rates) > 1 else None


def attempts(since: date, until: date) -> list[Attempt]:
    """Return what each way of reaching people brought, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_ATTEMPTS, {"since": since, "until": until})
        found = {kind: counts for kind, *counts in cursor.fetchall()}
    return [Attempt(label, *found.get(kind, (0, 0, 0))) for kind, label in ATTEMPTS]


def waiting_at(step: str, since: date, until: date, place: str = "") -> list[Waiting]:
    """Return who reached the step before and not this one, the longest wait first; who left is not waited for."""
    before = STEPS[STEPS.index(step) - 1]
    where = {"": "true", "none": "territory_id IS NULL"}.get(place, "territory_id = %(place)s")
    # The step is one of STEPS (index refuses any other), the condition one of ours: no word of a user is in the text.
    sql = (
        f"WITH entrants AS ({_ENTRANTS}) SELECT entry_id, person_id, known, {before} AS reached, territory_id "  # noqa: S608
        f"FROM entrants WHERE {before} IS NOT NULL AND {step} IS NULL AND closed_on IS NULL AND {where} "
        f"ORDER BY {before}, entry_id"
    )
    names = {int(pk): name for pk, name in geography.territory_choices()}
    params = {**_params(since, until), "place": int(place) if place.isdecimal() else 0}
    return [
        Waiting(row["entry_id"], row["person_id"], row["known"], row["reached"], names.get(row["territory_id"], ""))
        for row in _read(sql, params)
    ]


def _stages(row: dict[str, Any]) -> list[Stage]:
    counts = [row[step] for step in STEPS]
    befores = [counts[0], *counts[:-1]]
    return [
        Stage(step, LABELS[step], count, before, row.get(f"to_{step}"))
        for step, count, before in zip(STEPS, counts, befores, strict=True)
    ]


def _params(since: date, until: date) -> dict[str, Any]:
    grid = geography.default_grid()
    return {"since": since, "until": until, "grid": grid.pk if grid else 0}


def _read(sql: str, params: dict[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
