"""The query all promises share: one row an entrant, how the promise stands, and what happened meanwhile.

Parameters: as_of (the day of the question: delays due before it are over, facts up to it are known), since and until
(months of entry, the last excluded). The territory is that of the commune at J0 in the main grid. Nothing here knows a
number of days: due dates are rows of the clocks.
"""

from __future__ import annotations

# Who counts: not the stock of a first load. An entry counts once even when a return gave it a second delay: by the
# first one owed to its end (met, or missed, restarted afterwards or not), else by the latest; none begun after the day
# asked.
_ENTRANTS = """
    entrants AS (
        SELECT DISTINCT ON (d.entry_id)
               e.id AS entry_id, e.person_id, date_trunc('month', e.opened_on)::date AS month, e.opened_on,
               e.kind AS entry_kind, e.commune_id, tc.territory_id, d.due_on,
               -- Not known (null) is not followed: the line counts only those of whom somebody said so.
               coalesce(e.france_travail_followed, false) AS followed,
               e.claimed_on, coalesce(e.duties_since_on, e.caf_known_on) AS payer_on,
               CASE WHEN d.met_on <= %(as_of)s THEN d.met_on END AS met_on,
               d.due_on < %(as_of)s AS is_over,
               -- The moment the due date ends, so that moments are compared with moments and not converted one by one.
               (d.due_on + 1)::timestamp AT TIME ZONE 'Europe/Paris' AS due_end,
               -- Out, closed list: ended before the due date, or never owed (duplicate, annulled by the payer); when
               -- somebody came back too late for this delay, the delay alone still tells the exit.
               coalesce(coalesce(e.closed_known_on, e.closed_on) <= %(as_of)s
                        AND (e.closed_on < d.due_on OR e.closing_reason IN ('duplicate', 'annulled')), false)
               OR (d.void_reason NOT IN ('', 'restarted', 'settled') AND d.voided_on <= %(as_of)s
                   AND coalesce(e.reopened_on > d.voided_on, false)) AS is_out,
               coalesce(coalesce(e.closed_known_on, e.closed_on) <= %(as_of)s
                        AND e.closing_reason IN ('duplicate', 'annulled'), false) AS is_never_owed
        FROM clocks_deadline d
        JOIN beneficiaries_entry e ON e.id = d.entry_id
        LEFT JOIN geography_territorycommune tc
               ON tc.commune_id = e.commune_id AND tc.grid_id = (SELECT id FROM geography_grid WHERE is_default)
        CROSS JOIN LATERAL (
            SELECT coalesce(d.met_on <= %(as_of)s, false)
                   OR (d.due_on < %(as_of)s
                       AND (d.voided_on IS NULL OR (d.void_reason = 'restarted' AND d.voided_on > d.due_on))) AS whole
        ) owed
        WHERE d.kind = '{deadline}' AND NOT e.is_stock AND (d.sequence = 1 OR d.started_on <= %(as_of)s)
          AND e.opened_on >= %(since)s AND e.opened_on < %(until)s AND e.opened_on <= %(as_of)s
        ORDER BY d.entry_id, owed.whole DESC, CASE WHEN owed.whole THEN d.sequence ELSE -d.sequence END
    )"""

# Proposed and booked within the delay, and how its last appointment ended; a moved appointment counts once.
# Aggregates without GROUP BY give one row an entrant: the planner drops the join when a sum does not need it. What few
# entrants need is looked up for them alone: an invitation when no appointment says it, the last status of a miss.
_IN_THE_DELAY = """
        FROM appointments_appointment a
        WHERE a.entry_id = entrants.entry_id AND a.is_first_interview AND a.starts_at < entrants.due_end
          AND a.booked_at < (%(as_of)s::date + 1)::timestamp AT TIME ZONE 'Europe/Paris'
          AND NOT EXISTS (SELECT 1 FROM appointments_appointment moved WHERE moved.previous_id = a.id)"""
_FIRST_INTERVIEW_JOINS = f"""
    LEFT JOIN LATERAL (
        SELECT bool_or(true) AS fixed,
               bool_or(a.status <> 'cancelled_by_us') AS booked,
               bool_or(a.status = 'held' AND a.modality <> 'physical') AS remote {_IN_THE_DELAY}
    ) seen ON true"""
# To the first interview and not taken back, as in the funnel: a collective session proposes no interview.
_ASKED = """(
        SELECT true
        FROM appointments_invitation i
        JOIN appointments_kind k ON k.id = i.kind_id AND k.is_first_interview
        WHERE i.entry_id = entrants.entry_id AND i.revoked_at IS NULL AND i.act <> 'booked'
          AND i.sent_on <= entrants.due_on AND i.sent_on <= %(as_of)s LIMIT 1
    ) IS NOT NULL"""
_FIRST_INTERVIEW_COLUMNS = f"""
    CASE (SELECT a.status {_IN_THE_DELAY} ORDER BY a.starts_at DESC, a.id DESC LIMIT 1)
         WHEN 'absent' THEN 'absent' WHEN 'excused' THEN 'excused'
         WHEN 'cancelled_by_person' THEN 'cancelled_by_person' WHEN 'cancelled_by_us' THEN 'cancelled_by_us'
         WHEN 'planned' THEN 'unmarked'
         ELSE CASE WHEN {_ASKED} THEN 'no_answer' ELSE 'not_proposed' END END AS reason,
    '' AS basis,
    CASE WHEN seen.fixed THEN true ELSE {_ASKED} END AS proposed,
    coalesce(seen.booked, false) AS booked,
    coalesce(seen.remote, false) AS remote"""

# On what the first decision rests, and whether the person had been met when it was missing.
_ORIENTATION_JOINS = """
    LEFT JOIN LATERAL (
        SELECT (array_agg(o.basis ORDER BY o.decided_on, o.id))[1] AS basis
        FROM orientation_decision o
        WHERE o.entry_id = entrants.entry_id AND o.decided_on <= %(as_of)s
    ) decided ON true
    LEFT JOIN LATERAL (
        SELECT bool_or(true) AS in_time
        FROM clocks_deadline f
        WHERE f.entry_id = entrants.entry_id AND f.kind = 'first_interview' AND f.met_on <= entrants.due_on
          AND f.met_on <= %(as_of)s
    ) met ON true"""
_ORIENTATION_COLUMNS = """
    CASE WHEN met.in_time THEN 'interviewed' ELSE 'not_interviewed' END AS reason,
    coalesce(decided.basis, '') AS basis,
    met.in_time IS NOT NULL AS proposed,
    met.in_time IS NOT NULL AS booked,
    false AS remote"""

# A fact before J0 counts as day 0. Days since the payer's dates are shown beside, without target.
_ROWS = """
    WITH {entrants},
    judged AS (
        SELECT entrants.*, {columns},
               CASE WHEN is_out THEN 'out'
                    WHEN met_on <= due_on THEN 'met'
                    WHEN met_on IS NOT NULL THEN 'late'
                    WHEN is_over THEN 'missed'
                    ELSE 'running' END AS state,
               -- The counts keep who was met in time and left afterwards; the rates do not (definitions.md, Rates).
               coalesce(met_on <= due_on AND NOT is_never_owed, false) AS in_time
        FROM entrants {joins}
    )
    SELECT entry_id, person_id, month, opened_on, entry_kind, commune_id, territory_id, due_on, met_on,
           -- Not greatest(): it takes an unknown date for no day at all.
           CASE WHEN met_on < opened_on THEN 0 ELSE met_on - opened_on END AS days,
           CASE WHEN met_on < claimed_on THEN 0 ELSE met_on - claimed_on END AS days_since_claim,
           CASE WHEN met_on < payer_on THEN 0 ELSE met_on - payer_on END AS days_since_payer,
           state,
           CASE WHEN state IN ('late', 'missed') THEN reason ELSE '' END AS outcome,
           basis, is_over, in_time, proposed, booked, remote, followed,
           {numerator} AS in_numerator, {denominator} AS in_denominator
    FROM judged
    WHERE {scope}"""

_MET = "state = 'met'"
_IN_TIME = "in_time"
_DUE = "is_over AND state <> 'out'"


def rate_of_first_interviews() -> str:
    """Rows of the first interview: every entrant, with who is in the numerator and who in the denominator."""
    return _first_interview(numerator=f"{_DUE} AND {_MET}", denominator=_DUE, scope="true")


def count_of_first_interviews() -> str:
    """Rows of the first interviews held in time, the delay over or not."""
    return _first_interview(numerator=_IN_TIME, denominator="false", scope=_IN_TIME)


def rate_of_orientations(deadline: str = "orientation_month") -> str:
    """Rows of the orientation: every entrant, with who is in the numerator and who in the denominator."""
    return _orientation(deadline, numerator=f"{_DUE} AND {_MET}", denominator=_DUE, scope="true")


def count_of_orientations() -> str:
    """Rows of the orientations decided in time, the delay over or not."""
    return _orientation("orientation_month", numerator=_IN_TIME, denominator="false", scope=_IN_TIME)


def _first_interview(*, numerator: str, denominator: str, scope: str) -> str:
    return _ROWS.format(
        entrants=_ENTRANTS.format(deadline="first_interview"),
        columns=_FIRST_INTERVIEW_COLUMNS,
        joins=_FIRST_INTERVIEW_JOINS,
        numerator=numerator,
        denominator=denominator,
        scope=scope,
    )


def _orientation(deadline: str, *, numerator: str, denominator: str, scope: str) -> str:
    return _ROWS.format(
        entrants=_ENTRANTS.format(deadline=deadline),
        columns=_ORIENTATION_COLUMNS,
        joins=_ORIENTATION_JOINS,
        numerator=numerator,
        denominator=denominator,
        scope=scope,
    )
