"""Pages: list, search, person, day, entrants and dashboard, beside their own SQL, at two sizes of Département."""

import argparse
import time
from collections.abc import Callable
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from bench import common
from emploi.foundation.ui.cards import day_blocks_for
from emploi.pathway.beneficiaries.models import Household, Person
from emploi.simulator.demo.running import read_marker
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Role

REPEAT = 30
SIZES = (10_000, 100_000)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Sizes and number of repetitions."""
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="foyers (10 000 puis 100 000)")
    parser.add_argument("--repeat", type=int, default=REPEAT)
    parser.add_argument("--loaded", action="store_true", help="mesurer la base déjà chargée, sans recommencer")


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Loads each size in turn and measures every page."""
    sizes = [_loaded_size()] if options.loaded else options.sizes
    measured = {size: _measure(size, options.repeat, load=not options.loaded) for size in sizes}
    smallest, largest = min(measured), max(measured)
    return {
        "benchmark": "pages",
        "machine": common.machine(),
        "sizes": {str(size): pages for size, pages in measured.items()},
        "growth": {
            name: round(measured[largest][name]["p95_ms"] / measured[smallest][name]["p95_ms"], 2)
            for name in measured[largest]
        },
        "peak_mb": common.peak_mb(),
    }


def _loaded_size() -> int:
    """The size asked for: the table of households also keeps, for years, those that left."""
    marker = read_marker()
    return marker.size if marker else Household.objects.count()


def _measure(size: int, repeat: int, *, load: bool = True) -> dict[str, Any]:
    if load:
        _load(size)
    clients = {role: _signed_in(role) for role in (Role.RSA_OFFICE, Role.ORIENTATION_OFFICER, Role.HEAD_OF_SERVICE)}
    followed = Person.objects.filter(entries__closed_on=None, entries__isnull=False).order_by("pk")
    people = list(followed[: repeat * 7 : 7])
    office, officer, head = (clients[r] for r in clients)
    # The page of the day is a frame: what it shows comes block by block.
    blocks = [reverse(block.url_name) for block in day_blocks_for(_agent(Role.ORIENTATION_OFFICER))]
    addresses: dict[str, tuple[Client, Callable[[int], str]]] = {
        "list": (office, lambda i: f"/personnes/?page={1 + i}"),
        "search": (office, lambda i: f"/recherche/?q={people[i % len(people)].last_name[:6]}"),
        "person": (office, lambda i: f"/personnes/{people[i % len(people)].pk}/"),
        "entrants": (office, lambda i: "/entrants/"),
        "day": (officer, lambda i: "/ma-journee/"),
        "day_blocks": (_signed_in(Role.ORIENTATION_OFFICER, as_fragments=True), lambda i: blocks[i % len(blocks)]),
        "dashboard": (head, lambda i: "/pilotage/delais/"),
    }
    return {name: _page(client, address, repeat) for name, (client, address) in addresses.items()}


def _load(size: int) -> None:
    common.empty_database()
    # The demonstration prints its own report: ours is the only one on standard output.
    call_command("demo", size=size, no_serve=True, verbosity=0, stdout=StringIO())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _page(client: Client, address: Callable[[int], str], repeat: int) -> dict[str, Any]:
    client.get(address(0))  # templates and plans are warm in a real service
    whole, sql, queries = [], [], 0
    for i in range(repeat):
        timings: list[float] = []
        with connection.execute_wrapper(_timing(timings)), common.timed() as watch:
            response = client.get(address(i))
        if response.status_code != 200:
            raise RuntimeError(f"{address(i)} : {response.status_code}")
        whole.append(watch.seconds * 1000)
        sql.append(sum(timings) * 1000)
        queries = max(queries, len(timings))
    return {
        "p50_ms": round(common.percentile(whole, 0.5), 1),
        "p95_ms": round(common.percentile(whole, 0.95), 1),
        "sql_p95_ms": round(common.percentile(sql, 0.95), 1),
        "queries": queries,
    }


def _timing(timings: list[float]) -> Callable[..., Any]:
    """A wrapper noting how long each statement of a page takes."""

    def note(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            timings.append(time.perf_counter() - started)

    return note


def _agent(role: str) -> Agent:
    return Agent.objects.filter(memberships__role=role, is_active=True).order_by("pk")[0]


def _signed_in(role: str, *, as_fragments: bool = False) -> Client:
    """A browser; `as_fragments`, it asks as the page of the day asks for its blocks."""
    client = Client(SERVER_NAME="localhost", headers={"HX-Request": "true"} if as_fragments else {})
    client.force_login(_agent(role), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
