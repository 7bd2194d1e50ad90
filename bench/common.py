"""What every benchmark shares: time, memory, machine, an empty database."""

import os
import platform
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection

from emploi.pathway.appointments.models import Kind
from emploi.pathway.appointments.shipped import ship_kinds


class Stopwatch:
    """Seconds elapsed in a `with timed() as watch` block."""

    seconds: float = 0.0


@contextmanager
def timed() -> Iterator[Stopwatch]:
    """Measures the block in wall-clock seconds."""
    watch = Stopwatch()
    started = time.perf_counter()
    try:
        yield watch
    finally:
        watch.seconds = time.perf_counter() - started


@dataclass(slots=True)
class Work:
    """What a block cost: seconds elapsed, and the processor time of this process and of its PostgreSQL backend."""

    seconds: float = 0.0
    own_cpu: float = 0.0
    database_cpu: float = 0.0

    @property
    def cpu(self) -> float:
        """Processor seconds, ours and the database's."""
        return self.own_cpu + self.database_cpu

    def told(self) -> dict[str, float]:
        """The figures, rounded; processor time says what a loaded machine hides."""
        return {
            "seconds": round(self.seconds, 3),
            "own_cpu_seconds": round(self.own_cpu, 3),
            "database_cpu_seconds": round(self.database_cpu, 3),
        }


@contextmanager
def worked() -> Iterator[Work]:
    """Measures the block: elapsed time, our processor time and that of the database behind our connection."""
    work = Work()
    started, own, backend = time.perf_counter(), time.process_time(), _backend_cpu()
    try:
        yield work
    finally:
        work.seconds = time.perf_counter() - started
        work.own_cpu, work.database_cpu = time.process_time() - own, _backend_cpu() - backend


def _backend_cpu() -> float:
    """Processor seconds of the backend that serves us; 0 when it runs on another machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        stat = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    if not stat.exists():
        return 0.0
    # The name of the process may hold spaces: the figures follow its closing bracket (proc(5), utime and stime).
    figures = stat.read_text().rpartition(")")[2].split()
    return (int(figures[11]) + int(figures[12])) / os.sysconf("SC_CLK_TCK")


def median_of(repeat: int, work: Callable[[], Any]) -> float:
    """The median of `repeat` timings, in seconds."""
    timings = []
    for _ in range(repeat):
        with timed() as watch:
            work()
        timings.append(watch.seconds)
    return statistics.median(timings)


def percentile(timings: list[float], rank: float) -> float:
    """The value below which `rank` (0 to 1) of the timings lie."""
    ordered = sorted(timings)
    return ordered[min(len(ordered) - 1, int(rank * len(ordered)))]


def peak_mb() -> float:
    """The largest memory this process has held, in megabytes."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    cpu = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.processor(),
    )
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        server = cursor.fetchone()[0]
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "memory_gb": round(pages * size / 1024**3, 1),
        "python": platform.python_version(),
        "postgresql": server,
    }


def empty_database() -> None:
    """Empties every table of the product's own apps, but for the kinds of appointment its migrations give."""
    tables = [
        model._meta.db_table
        for model in apps.get_models()
        if model.__module__.startswith("emploi.") and model._meta.managed and not model._meta.proxy
    ]
    quoted = ", ".join(f'"{table}"' for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {quoted} RESTART IDENTITY CASCADE")
    ship_kinds(Kind)
