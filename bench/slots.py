"""Slots: next free slots for 500 agents over six months beside one index scan, then 200 clients on 50 slots."""

import argparse
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as hour
from typing import Any

from django.db import close_old_connections, connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper

from bench import common
from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import acting
from emploi.foundation.errors import DomainError
from emploi.pathway.appointments import actions, queries
from emploi.pathway.appointments.actions import OpeningPlan
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import Appointment, Kind, Slot
from emploi.pathway.beneficiaries.models import Entry, Household, Person
from emploi.territory.agents.models import Agent
from emploi.territory.geography.models import Commune, Place
from emploi.territory.rulebook import queries as rulebook
from emploi.territory.rulebook.actions import load_shipped

BENCH = Actor.system("bench slots")
NOW = datetime(2026, 11, 23, 9, tzinfo=clock.ZONE)
PLACES = 40
DEPARTMENT = "99"
# Seven slots in ten already taken, spread evenly: agendas of a busy service.
TAKEN_IN_TEN = 7
NEXT = 20
BARE = """
    SELECT id, starts_at FROM appointments_slot
     WHERE kind_id = %s AND closed_at IS NULL AND booked < seats AND starts_at >= %s
     ORDER BY starts_at, id LIMIT %s
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Sizes, the target's own by default."""
    parser.add_argument("--agents", type=int, default=500, help="agents qui reçoivent")
    parser.add_argument("--months", type=int, default=6, help="mois de créneaux")
    parser.add_argument("--searches", type=int, default=300, help="recherches mesurées")
    parser.add_argument("--clients", type=int, default=200, help="personnes qui réservent ensemble")
    parser.add_argument("--slots", type=int, default=50, help="créneaux disputés")
    parser.add_argument("--connections", type=int, default=20, help="connexions à la base")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Builds the agendas through the actions, measures the searches, then the race."""
    common.empty_database()
    kind, places, agents = _territory(options.agents)
    with common.timed() as generation:
        created = _open(kind, places, agents, options.months)
    _take_most()
    searches = _searches(kind, places, options.searches)
    race = _race(kind, places[0], agents[0], options)
    next_free = searches["next_free"]
    return {
        "benchmark": "slots",
        "machine": common.machine(),
        "agents": len(agents),
        "months": options.months,
        "slots": created,
        "slots_free": Slot.objects.free().count(),
        "generation_seconds": round(generation.seconds, 2),
        "generation_slots_per_second": round(created / generation.seconds),
        "next_free_p95_ms": next_free["p95_ms"],
        "bound_p95_ms": searches["bound"]["p95_ms"],
        "ratio": round(next_free["median_ms"] / searches["bound"]["median_ms"], 2),
        "searches": searches,
        "race": race,
        "peak_mb": common.peak_mb(),
    }


def _territory(count: int) -> tuple[Kind, list[Place], list[Agent]]:
    load_shipped(by=BENCH, at=NOW)
    with acting(BENCH):
        kind = Kind.objects.get(is_first_interview=True)
        communes = [
            Commune(
                code=f"99{n:03d}", name=f"Commune {n}", name_sort=f"commune {n:03d}", department_code=DEPARTMENT,
                latitude=44.5 + n % 8 / 10, longitude=4.8 + n // 8 / 10,
            )
            for n in range(PLACES)
        ]  # fmt: skip
        Commune.objects.bulk_create(communes)
        places = [
            Place.objects.create(slug=f"lieu-{n}", name=f"Lieu {n}", address="1 rue", commune=commune)
            for n, commune in enumerate(communes)
        ]
    agents = Agent.objects.bulk_create(
        [Agent(email=f"agent{n}@exemple.invalid", first_name="Agent", last_name=str(n)) for n in range(count)]
    )
    return kind, places, agents


def _open(kind: Kind, places: list[Place], agents: list[Agent], months: int) -> int:
    """A whole week of openings for each agent, hour by hour: 35 slots a week."""
    last_on = clock.add_months(NOW.date(), months)
    for n, agent in enumerate(agents):
        for starts, ends in ((hour(9), hour(12)), (hour(13, 30), hour(17, 30))):
            plan = OpeningPlan(
                agent_id=agent.pk,
                place_id=places[n % len(places)].pk,
                kind_id=kind.pk,
                first_on=NOW.date(),
                last_on=last_on,
                weekdays=(1, 2, 3, 4, 5),
                starts_at=starts,
                ends_at=ends,
                slot_minutes=60,
            )
            actions.create_opening(plan=plan, by=BENCH, at=NOW)
    return Slot.objects.count()


def _take_most() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE appointments_slot SET booked = seats WHERE abs(hashint8(id)) %% 10 < %s", [TAKEN_IN_TEN])
        cursor.execute("VACUUM ANALYZE appointments_slot")


def _searches(kind: Kind, places: list[Place], count: int) -> dict[str, dict[str, float]]:
    """Each kind of search, from moments and places that change every time; rulebook read once, as in a request."""
    asked = [Asked(kind, places[n % len(places)], NOW + timedelta(hours=7 * n % 2400)) for n in range(count)]
    with rulebook.cached():
        return {name: _timings(search, asked) for name, search in SEARCHES.items()}


@dataclass(frozen=True)
class Asked:
    """One search: what, near where, from when."""

    kind: Kind
    place: Place
    since: datetime

    @property
    def window(self) -> dict[str, Any]:
        """The sixty days a person chooses among."""
        return {"kind_id": self.kind.pk, "since": self.since, "until": self.since + timedelta(days=60)}


def _bare(asked: Asked) -> None:
    with connection.cursor() as cursor:
        cursor.execute(BARE, [asked.kind.pk, asked.since, NEXT])
        cursor.fetchall()


def _next_free(asked: Asked) -> None:
    list(queries.free_slots(kind_id=asked.kind.pk, since=asked.since)[:NEXT])


def _next_free_at_place(asked: Asked) -> None:
    list(queries.free_slots(kind_id=asked.kind.pk, since=asked.since, place_ids=[asked.place.pk])[:NEXT])


def _places_near(asked: Asked) -> None:
    queries.places_with_slots(asked.place.commune_id, **asked.window)


def _days_at_place(asked: Asked) -> None:
    queries.days_with_slots(asked.place.pk, **asked.window)


def _hours_of_day(asked: Asked) -> None:
    day = clock.next_working_day(asked.since.date())
    queries.hours_of_day(asked.place.pk, day, kind_id=asked.kind.pk, since=NOW)


def _caller(asked: Asked) -> None:
    queries.nearest_slots(asked.place.commune_id, kind_id=asked.kind.pk, since=asked.since)


SEARCHES: dict[str, Callable[[Asked], None]] = {
    "bound": _bare,
    "next_free": _next_free,
    "next_free_at_place": _next_free_at_place,
    "places_near": _places_near,
    "days_at_place": _days_at_place,
    "hours_of_day": _hours_of_day,
    "caller": _caller,
}


def _timings(search: Callable[[Asked], None], asked: list[Asked]) -> dict[str, float]:
    search(asked[0])
    timings = []
    for one in asked:
        with common.timed() as watch:
            search(one)
        timings.append(watch.seconds * 1000)
    return {
        "median_ms": round(common.percentile(timings, 0.5), 2),
        "p95_ms": round(common.percentile(timings, 0.95), 2),
        "max_ms": round(max(timings), 2),
    }


def _race(kind: Kind, place: Place, agent: Agent, options: argparse.Namespace) -> dict[str, Any]:
    """As many threads as clients, released at once, through a pool of a few connections."""
    slots = list(
        queries.free_slots(kind_id=kind.pk, since=NOW + timedelta(days=3))[: options.slots].values_list("pk", flat=True)
    )
    entries = _people(options.clients, place.commune)
    answers: list[tuple[str, float]] = []
    ready = threading.Barrier(options.clients)

    def client(n: int) -> None:
        ready.wait()
        started = time.perf_counter()
        answer = _book(slots[n % len(slots)], entries[n])
        answers.append((answer, (time.perf_counter() - started) * 1000))

    with _pool(options.connections), common.timed() as watch:
        threads = [threading.Thread(target=client, args=(n,)) for n in range(options.clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    counted = Counter(answer for answer, _ in answers)
    waits = [wait for _, wait in answers]
    seats = Appointment.objects.values_list("slot_id", "seat")
    return {
        "clients": options.clients,
        "slots": len(slots),
        "connections": options.connections,
        "booked": counted["booked"],
        "told_at_once": counted["taken"],
        "other": options.clients - counted["booked"] - counted["taken"],
        "double_bookings": len(seats) - len(set(seats)),
        "seconds": round(watch.seconds, 3),
        "p95_ms": round(common.percentile(waits, 0.95), 1),
    }


def _book(slot_id: int, entry: Entry) -> str:
    try:
        by = Actor.person(entry.person_id, "Bench")
        actions.book(slot_id=slot_id, entry_id=entry.pk, via=BookedVia.PERSON, by=by, at=NOW)
    except DomainError as refusal:
        return "taken" if "vient d’être pris" in refusal.message else refusal.message
    finally:
        connection.close()
    return "booked"


def _people(count: int, commune: Commune) -> list[Entry]:
    with acting(BENCH):
        entries = []
        for n in range(count):
            household = Household.objects.create(claim_number=f"{n:011d}", payer="CAF", state="2")
            person = Person.objects.create(first_name="Essai", last_name=f"BENCH{n}")
            entries.append(
                Entry.objects.create(
                    person=person, household=household, opened_on=NOW.date(), kind="first", commune=commune
                )
            )
    return entries


@contextmanager
def _pool(size: int) -> Iterator[None]:
    """Give the threads to come a pool of connections, as a production server has."""
    close_old_connections()
    settings = connections.settings["default"]
    options, age = settings["OPTIONS"], settings["CONN_MAX_AGE"]
    settings["OPTIONS"] = {**options, "pool": {"min_size": size, "max_size": size, "timeout": 120}}
    settings["CONN_MAX_AGE"] = 0
    try:
        yield
    finally:
        settings["OPTIONS"], settings["CONN_MAX_AGE"] = options, age
        pools: dict[str, Any] = DatabaseWrapper._connection_pools  # type: ignore[attr-defined]
        for pool in pools.values():
            pool.close()
        pools.clear()
