"""The query of presences: one row an appointment whose hour came, and how it ended (definitions.md, No-show).

Parameters: moment (what is known and what is over then), since and until (months of the appointment, the last
excluded), every_kind (false: first interviews only). A moved appointment counts once, at its new date. The territory is
that of the place, where the seat was.
"""

ROWS = """
    SELECT * FROM (
        SELECT a.id AS appointment_id, a.person_id, a.starts_at, a.ends_at, p.name AS place, tc.territory_id,
               date_trunc('month', a.starts_at AT TIME ZONE 'Europe/Paris')::date AS month,
               CASE WHEN a.status IN ('held', 'absent', 'excused') AND a.marked_at <= %(moment)s THEN a.status
                    WHEN a.status IN ('cancelled_by_person', 'cancelled_by_us') AND a.cancelled_at <= %(moment)s
                        THEN a.status
                    ELSE 'unmarked' END AS outcome
        FROM appointments_appointment a
        JOIN geography_place p ON p.id = a.place_id
        LEFT JOIN geography_territorycommune tc
               ON tc.commune_id = p.commune_id AND tc.grid_id = (SELECT id FROM geography_grid WHERE is_default)
        WHERE a.starts_at >= %(since)s::date::timestamp AT TIME ZONE 'Europe/Paris'
          AND a.starts_at < %(until)s::date::timestamp AT TIME ZONE 'Europe/Paris' AND a.starts_at <= %(moment)s
          AND (a.is_first_interview OR %(every_kind)s)
          AND NOT EXISTS (SELECT 1 FROM appointments_appointment moved
                          WHERE moved.previous_id = a.id AND moved.booked_at <= %(moment)s)
    ) booked
    WHERE outcome <> 'unmarked' OR ends_at <= %(moment)s"""
