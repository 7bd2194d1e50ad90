"""Indicators: four years of entrants summed up, the page of the clocks, the nightly freeze, beside a bare scan."""

import argparse
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test import Client

from bench import common
from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import acting
from emploi.oversight.steering.actions import freeze_due_months
from emploi.oversight.steering.enums import Cohort
from emploi.oversight.steering.queries.figures import since_the_start, table
from emploi.pathway.appointments.models import Kind
from emploi.territory.agents.models import Agent, Membership
from emploi.territory.organizations.models import Organization
from emploi.territory.rulebook.actions import load_shipped

BENCH = Actor.system("Mesure")
SIZE = 100_000
MONTHS = 48
# New entrants a year for a household known: the turnover of the catalogue's parameter set, rounded up.
ENTRIES_PER_HOUSEHOLD = 1.4
TERRITORIES, COMMUNES = 5, 363
REPEAT = 7
PAGES = {
    "dashboard": "/pilotage/",
    "delays": "/pilotage/delais/",
    "delays_orientation": "/pilotage/delais/?promise=orientation_month",
    "delays_four_years": "/pilotage/delais/?since=2023-01",
    "list": "/pilotage/delais/liste/?line=missed",
}
TABLES = ("clocks_deadline", "beneficiaries_entry", "appointments_appointment", "appointments_invitation",
          "orientation_decision")  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Size and number of repetitions."""
    parser.add_argument("--size", type=int, default=SIZE, help="foyers (100 000)")
    parser.add_argument("--repeat", type=int, default=REPEAT)


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Fill, measure with everything live, freeze, measure again."""
    common.empty_database()
    with common.timed() as filling:
        entries = fill(options.size)
    client = _head_of_service()
    cohorts = {cohort.value: _cohort(cohort, options.repeat) for cohort in Cohort}
    scan = common.median_of(options.repeat, _bare_scan)
    live = {name: _page(client, url, options.repeat) for name, url in PAGES.items()}
    with common.timed() as freezing:
        frozen = freeze_due_months(by=BENCH, at=clock.now())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE steering_frozenrow, steering_frozensum")
    after = {name: _page(client, url, options.repeat) for name, url in PAGES.items()}
    slowest = max(cohorts.values())
    return {
        "benchmark": "indicators",
        "machine": common.machine(),
        "households": options.size,
        "entries": entries,
        "fill_seconds": round(filling.seconds, 1),
        "four_years_all_live_ms": cohorts,
        "bare_scan_ms": round(scan * 1000, 1),
        "ratio_to_scan": round(slowest / (scan * 1000), 2),
        "pages_live_ms": live,
        "snapshot": {"months": frozen, "seconds": round(freezing.seconds, 1)},
        "pages_after_snapshot_ms": after,
        "aims": {"dashboard_ms": 300, "snapshot_seconds": 60},
        "peak_mb": common.peak_mb(),
    }


def fill(households: int) -> int:
    """Write four years of entrants straight in the tables; return how many entries."""
    entries = int(households * ENTRIES_PER_HOUSEHOLD)
    today = clock.today()
    load_shipped(by=BENCH, at=clock.now())
    values = {"entries": entries, "households": households, "today": today, "months": MONTHS,
              "territories": TERRITORIES, "communes": COMMUNES}  # fmt: skip
    with acting(BENCH):
        Organization.objects.create(slug="departement", name="Département", kind="departement")
        agent = Agent.objects.create(email="officier@mesure.fr", first_name="Agent", last_name="Mesure")
        values["agent"] = agent.pk
        Kind.objects.get_or_create(
            is_first_interview=True, defaults={"slug": "premier", "name": "Premier rendez-vous", "duration_minutes": 60}
        )
        with connection.cursor() as cursor:
            # A bulk load of invented rows: triggers and foreign keys are checked elsewhere, they would take an hour.
            cursor.execute("SET LOCAL session_replication_role = replica")
            for statement in _FILLING:
                cursor.execute(statement, values)
                cursor.execute("ANALYZE")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return entries


def _cohort(cohort: Cohort, repeat: int) -> float:
    scope = since_the_start(cohort, clock.today())
    return round(common.median_of(repeat, lambda: table(scope)) * 1000, 1)


def _bare_scan() -> None:
    with connection.cursor() as cursor:
        for name in TABLES:
            cursor.execute(f"SELECT count(*), min(id), max(entry_id) FROM {name}" if name != "beneficiaries_entry"
                           else f"SELECT count(*), min(id), max(person_id), max(opened_on) FROM {name}")  # fmt: skip
            cursor.fetchall()


def _page(client: Client, url: str, repeat: int) -> dict[str, float]:
    def load() -> None:
        if client.get(url).status_code != 200:
            raise RuntimeError(url)

    with common.timed() as first:
        load()
    timings = [_timed(load) for _ in range(repeat)]
    return {
        "first": round(first.seconds * 1000, 1),
        "p50": round(common.percentile(timings, 0.5), 1),
        "p95": round(common.percentile(timings, 0.95), 1),
    }


def _timed(work: Callable[[], None]) -> float:
    with common.timed() as watch:
        work()
    return watch.seconds * 1000


def _head_of_service() -> Client:
    with acting(BENCH):
        agent = Agent.objects.create(email="chef@mesure.fr", first_name="Chef", last_name="Mesure")
        home = Organization.objects.get(slug="departement")
        Membership.objects.create(agent=agent, organization=home, role="head_of_service", started_on=clock.today())
    client = Client(SERVER_NAME="localhost")
    client.force_login(agent, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


# Fates are drawn from the number of the entry, so that two runs fill the same Département.
_FILLING = (
    """INSERT INTO geography_grid (slug, name, kind, is_default) VALUES ('mesure', 'Mesure', 'social', true)""",
    """INSERT INTO geography_territory (grid_id, slug, name, position)
       SELECT g.id, 't' || n, 'Territoire ' || n, n FROM geography_grid g, generate_series(1, %(territories)s) n""",
    """INSERT INTO geography_commune (code, name, name_sort, department_code, arrondissement_code, epci_code,
                                      epci_name, postal_codes, population)
       SELECT to_char(99000 + n, 'FM00000'), 'Commune ' || n, 'commune ' || n, '99', '', '', '', '{}', 0
       FROM generate_series(1, %(communes)s) n""",
    """INSERT INTO geography_territorycommune (grid_id, territory_id, commune_id)
       SELECT t.grid_id, t.id, c.code FROM geography_territory t
       JOIN geography_commune c ON c.code::int %% %(territories)s = t.position - 1""",
    """INSERT INTO geography_place (slug, name, address, commune_id, phone, accessible, directions, is_active,
                                    closing_reason, kind, opening_hours, sector, is_reserved)
       SELECT 'maison', 'Maison', '1 place', min(code), '', true, '', true, '', 'other', '{}', '{}', false
       FROM geography_commune""",
    """INSERT INTO beneficiaries_household (claim_number)
       SELECT to_char(n, 'FM00000000000') FROM generate_series(1, %(households)s) n""",
    """INSERT INTO beneficiaries_person (last_name, first_name, search_text, sort_name)
       SELECT 'NOM' || n, 'Prénom', 'nom' || n, 'NOM' || n FROM generate_series(1, %(entries)s) n""",
    """INSERT INTO beneficiaries_entry (person_id, household_id, opened_on, kind, claimed_on, duties_since_on,
                                        commune_id, is_stock, france_travail_followed, closed_on, closing_reason,
                                        closed_known_on)
       SELECT p.id, 1 + p.id %% %(households)s, day, CASE WHEN p.id %% 9 = 0 THEN 'return' ELSE 'first' END, day - 40,
              day - 5, to_char(99001 + p.id %% %(communes)s, 'FM00000'), false, p.id %% 3 = 0,
              CASE WHEN p.id %% 17 = 0 THEN day + 10 END, CASE WHEN p.id %% 17 = 0 THEN 'right_ended' ELSE '' END,
              CASE WHEN p.id %% 17 = 0 THEN day + 12 END
       FROM beneficiaries_person p,
            LATERAL (SELECT %(today)s::date - (p.id * 7919 %% (%(months)s * 30))::int AS day) d""",
    """INSERT INTO clocks_deadline (entry_id, person_id, kind, started_on, due_on, met_on, rule_slug, rule_valid_from)
       SELECT e.id, e.person_id, k.kind, e.opened_on, e.opened_on + k.length,
              CASE WHEN e.id %% share <> 0 AND e.opened_on + e.id::int %% length + 2 <= %(today)s
                   THEN e.opened_on + e.id::int %% length + (CASE WHEN e.id %% 7 = 0 THEN 20 ELSE 2 END) END,
              'mesure', '2009-06-01'
       FROM beneficiaries_entry e,
            (VALUES ('first_interview', 15, 6), ('orientation_month', 30, 5), ('orientation_six_weeks', 42, 8))
            AS k(kind, length, share)""",
    """INSERT INTO appointments_invitation (entry_id, person_id, kind_id, act, is_relaunch, token, code, channels,
                                            sent_at, sent_on, expires_on, failures, revoked_reason)
       SELECT e.id, e.person_id, k.id, 'invitation', false, 'jeton' || e.id, to_char(e.id, 'FM00000000'), '{sms}',
              e.opened_on + 1, e.opened_on + 1, e.opened_on + 12, 0, ''
       FROM beneficiaries_entry e, appointments_kind k WHERE k.is_first_interview AND e.id %% 10 <> 0""",
    """INSERT INTO appointments_slot (agent_id, place_id, kind_id, closed_reason, period, seats)
       SELECT %(agent)s, p.id, k.id, '', tstzrange('2000-01-01'::timestamptz + e.id * interval '1 minute',
              '2000-01-01'::timestamptz + (e.id + 1) * interval '1 minute'), 1
       FROM beneficiaries_entry e, geography_place p, appointments_kind k WHERE k.is_first_interview""",
    """INSERT INTO appointments_appointment (entry_id, person_id, kind_id, slot_id, seat, agent_id, place_id, starts_at,
              ends_at, is_first_interview, modality, modality_reason, status, booked_at, booked_via, marked_at,
              marked_reason, cancelled_reason, note)
       SELECT e.id, e.person_id, s.kind_id, s.id, 1, s.agent_id, s.place_id, day, day + interval '1 hour', true,
              'physical', '', fate, e.opened_on + 1, 'person', CASE WHEN fate <> 'planned' THEN day END, '', '', ''
       FROM beneficiaries_entry e
       JOIN appointments_slot s ON s.starts_at = '2000-01-01'::timestamptz + e.id * interval '1 minute'
       JOIN clocks_deadline d ON d.entry_id = e.id AND d.kind = 'first_interview',
            LATERAL (SELECT coalesce(d.met_on, e.opened_on + 8) + time '10:00' AS day,
                            CASE WHEN d.met_on IS NOT NULL THEN 'held' WHEN e.id %% 4 = 0 THEN 'absent'
                                 ELSE 'planned' END AS fate) f
       WHERE e.id %% 10 > 1""",
    """INSERT INTO orientation_modality (slug, code, name, description, legal_path, responsible_kinds, position,
                                         is_active, is_sensitive)
       VALUES ('mesure', '', 'Mesure', '', 'social', '{}', 1, true, false)""",
    """INSERT INTO orientation_decision (entry_id, person_id, modality_id, legal_path, responsible_organization_id,
              basis, decider, decided_on, decided_by_id, recorded_at, delegation, agreed_with_person, opinion,
              person_opinion, override_reason, basis_details, reasons, regime_code, ruleset, notification_means,
              to_transmit, is_current)
       SELECT d.entry_id, d.person_id, m.id, 'social', o.id,
              CASE WHEN d.id %% 5 = 0 THEN 'by_default' ELSE 'on_file' END,
              'departement', d.met_on, %(agent)s, d.met_on, 'Mesure', true, 'agrees', '', '', '{}', '[]', 'R2', '', '',
              true, true
       FROM clocks_deadline d, orientation_modality m, organizations_organization o
       WHERE d.kind = 'orientation_month' AND d.met_on IS NOT NULL AND m.slug = 'mesure' AND o.slug = 'departement'""",
)
