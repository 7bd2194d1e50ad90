"""Messages: reminders queued in bulk, then sent by 1, 2 and 4 workers, beside the provider alone."""

import argparse
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from bench import common
from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.messaging import delivery
from emploi.foundation.messaging.actions import Outgoing, queue_messages
from emploi.foundation.messaging.models import Message
from emploi.foundation.messaging.providers import Outcome, Provider

BENCH = Actor.system("Mesure")
COUNT = 20_000
WORKERS = (1, 2, 4)
# A weekday at ten: SMS may leave.
MORNING = datetime(2026, 11, 24, 10, 0, tzinfo=clock.ZONE)
AIM_PER_SECOND = 300


class Stub(Provider):
    """A provider that accepts everything at once, one message at a time: the cost left is ours."""

    name = "stub"
    chunk = 1

    def send(self, messages: Sequence[Message]) -> list[Outcome]:
        """Accept."""
        return [Outcome("accept", ref=str(message.uuid)) for message in messages]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How many messages and how many workers."""
    parser.add_argument("--count", type=int, default=COUNT, help="messages (20 000)")
    parser.add_argument("--workers", type=int, nargs="+", default=list(WORKERS))


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Queue, send with each number of workers, count what was sent twice or lost."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE messaging_message RESTART IDENTITY CASCADE")
    rounds = {str(workers): _round(workers, options.count) for workers in options.workers}
    return {
        "benchmark": "messages",
        "machine": common.machine(),
        "count": options.count,
        "workers": rounds,
        "provider_alone_per_second": _provider_alone(options.count),
        "aim_per_second": AIM_PER_SECOND,
        "peak_mb": common.peak_mb(),
    }


def work() -> None:
    """Send everything that waits with the stub, in a process of its own; print the seconds it took."""
    delivery.provider = lambda name: Stub()
    with common.timed() as watch:
        delivery.deliver(now=lambda: MORNING)
    print(watch.seconds)


def _round(workers: int, count: int) -> dict[str, Any]:
    with common.timed() as queueing:
        for rows in _batches(workers, count):
            queue_messages(rows=rows, by=BENCH, at=MORNING - timedelta(hours=1))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE messaging_message")
    running = [_start_worker() for _ in range(workers)]
    seconds = max(_seconds_of(process) for process in running)
    ours = Message.objects.filter(dedup_key__startswith=f"{workers}:")
    return {
        "queued_per_second": round(count / queueing.seconds),
        "sent_per_second": round(count / seconds),
        "seconds": round(seconds, 2),
        "twice": ours.filter(attempts__gt=1).count(),
        "lost": count - ours.filter(status="sent", attempts=1).count(),
    }


def _batches(workers: int, count: int) -> Iterator[list[Outgoing]]:
    for start in range(0, count, 1000):
        yield [
            Outgoing(
                channel="sms",
                to=f"+3363998{number % 10_000:04d}",
                template="messaging/trial",
                context={"word": str(number)},
                dedup_key=f"{workers}:{number}",
                person_id=number,
            )
            for number in range(start, min(start + 1000, count))
        ]


def _start_worker() -> "subprocess.Popen[bytes]":
    command = "import django; django.setup(); from bench.messages import work; work()"
    return subprocess.Popen([sys.executable, "-c", command], stdout=subprocess.PIPE)


def _seconds_of(process: "subprocess.Popen[bytes]") -> float:
    said, _ = process.communicate()
    if process.returncode != 0:
        raise RuntimeError("a worker stopped")
    return float(said)


def _provider_alone(count: int) -> int:
    messages = list(Message.objects.all()[:count])
    stub = Stub()
    with common.timed() as watch:
        for message in messages:
            stub.send([message])
    return round(len(messages) / watch.seconds)
