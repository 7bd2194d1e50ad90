"""What each invitation, relaunch, call or convocation brings: appointments taken in some days, by rank, by means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from emploi.foundation.clock import ZONE, start_of

HUNDRED = 100
# From the third on, they are counted together.
LAST_RANK = 3
KINDS = {
    "invitation": "Invitation",
    "relaunch": "Relance",
    "reached": "Appel, la personne a répondu",
    "missed": "Appel sans réponse",
    "convocation": "Convocation",
}
MEANS = {"sms": "SMS", "email": "courriel", "letter": "lettre", "phone": "téléphone"}

# Parameters: entries of the period; `days`; `before`: the moment until which an attempt has had all its days.
_JUDGED = """
    WITH attempts AS (
        SELECT i.entry_id, i.person_id, i.sent_at AS at,
               CASE WHEN i.act = 'convocation' THEN 'convocation' WHEN i.is_relaunch THEN 'relaunch'
                    ELSE 'invitation' END AS kind,
               array_to_string(ARRAY(SELECT unnest(i.channels) ORDER BY 1), '+') AS means
        FROM appointments_invitation i JOIN beneficiaries_entry e ON e.id = i.entry_id
        -- Only appointments of this kind are counted as brought.
        JOIN appointments_kind k ON k.id = i.kind_id AND k.is_first_interview
        WHERE e.opened_on BETWEEN %(since)s AND %(until)s AND NOT e.is_stock AND i.revoked_at IS NULL
          AND i.act <> 'booked'
        UNION ALL
        SELECT c.entry_id, c.person_id, c.called_at, CASE WHEN c.outcome = 'reached' THEN 'reached' ELSE 'missed' END,
               'phone'
        FROM appointments_callattempt c JOIN beneficiaries_entry e ON e.id = c.entry_id
        WHERE e.opened_on BETWEEN %(since)s AND %(until)s AND NOT e.is_stock
    ), ranked AS (
        SELECT *, least(row_number() OVER (PARTITION BY entry_id, kind ORDER BY at), %(last_rank)s) AS rank,
               lead(at) OVER (PARTITION BY entry_id ORDER BY at) AS next_at
        FROM attempts
    ), judged AS (
        SELECT ranked.*, taken.held IS NOT NULL AS brought, coalesce(taken.held, false) AS held
        FROM ranked LEFT JOIN LATERAL (
            SELECT bool_or(a.status = 'held') AS held FROM appointments_appointment a
            WHERE a.entry_id = ranked.entry_id AND a.is_first_interview AND a.booked_at >= ranked.at
              AND a.booked_at < ranked.at + make_interval(days => %(days)s)
              AND (next_at IS NULL OR a.booked_at < next_at)) taken ON true
        WHERE at < %(before)s
    )
"""
_EFFECTS = f"""
    {_JUDGED} SELECT kind, rank, means, count(*), count(*) FILTER (WHERE brought), count(*) FILTER (WHERE held)
    FROM judged GROUP BY 1, 2, 3
"""  # noqa: S608 - our own text
_TRIES = f"""
    {_JUDGED} SELECT entry_id, person_id, at, brought FROM judged
    WHERE kind = %(kind)s AND rank = %(rank)s AND means = %(means)s AND (brought OR NOT %(brought_only)s)
    ORDER BY at DESC, entry_id
"""  # noqa: S608 - our own text


@dataclass(frozen=True, slots=True)
class Effect:
    """One way to reach people, at one rank, by one set of means."""

    kind: str
    rank: int
    means: str
    made: int
    brought: int
    # Of those brought, who came.
    held: int

    @property
    def label(self) -> str:
        """Return it in words: "2e relance", "3e relance et suivantes"."""
        if self.rank == 1:
            return KINDS[self.kind] if self.kind != "relaunch" else "1re relance"
        tail = " et suivantes" if self.rank == LAST_RANK else ""
        return (
            f"{KINDS[self.kind]}, {self.rank}e fois{tail}" if self.kind != "relaunch" else f"{self.rank}e relance{tail}"
        )

    @property
    def means_label(self) -> str:
        """Return the means in words."""
        return means_words(self.means)

    @property
    def percent(self) -> float | None:
        """Return the share followed by an appointment taken."""
        return round(HUNDRED * self.brought / self.made, 1) if self.made else None


@dataclass(frozen=True, slots=True)
class Try:
    """One attempt behind a number."""

    entry_id: int
    person_id: int
    at: datetime
    brought: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """Which attempts: those towards the entrants of a period, whose days are over."""

    since: date
    until: date
    as_of: date
    days: int

    @property
    def params(self) -> dict[str, Any]:
        """Return them as the query reads them."""
        # An attempt of the day itself has not had its days.
        before = start_of(date.fromordinal(self.as_of.toordinal() - self.days + 1))
        return {
            "since": self.since, "until": self.until, "days": self.days, "before": before, "last_rank": LAST_RANK
        }  # fmt: skip


def effects(asked: Asked) -> list[Effect]:
    """Return each way, rank and means, in one query."""
    found = [Effect(*row) for row in _read(_EFFECTS, asked.params)]
    order = list(KINDS)
    return sorted(found, key=lambda effect: (order.index(effect.kind), effect.rank, -effect.made, effect.means))


def tries(asked: Asked, *, kind: str, rank: int, means: str, brought_only: bool) -> list[Try]:
    """Return the attempts behind a number, the latest first."""
    rows = _read(_TRIES, {**asked.params, "kind": kind, "rank": rank, "means": means, "brought_only": brought_only})
    return [Try(entry_id, person_id, at.astimezone(ZONE), brought) for entry_id, person_id, at, brought in rows]


def means_words(means: str) -> str:
    """Return "SMS et courriel"; nothing known is said."""
    words = [MEANS.get(word, word) for word in means.split("+") if word]
    return " et ".join(words) if words else "aucun moyen noté"


def _read(sql: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
