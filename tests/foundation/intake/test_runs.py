"""The import engine, told with a kind of file of its own: receive, refuse, keep lines, replay, settle."""

import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.documents.crypto import DamagedFile
from emploi.foundation.documents.queries import content_of
from emploi.foundation.errors import DomainError
from emploi.foundation.intake import actions, locks, queries, registry, workflow
from emploi.foundation.intake.actions import Refused
from emploi.foundation.intake.models import Change, Row, Run
from emploi.foundation.intake.progress import Progress
from emploi.foundation.intake.sealing import seal, unseal

BY = Actor.system("essai")

pytestmark = pytest.mark.django_db


def replay(row: Row, raw: bytes, *, by: Actor, at: datetime) -> str:
    if raw != b"bonne":
        raise DomainError("Cette ligne n'est pas bonne.")
    return "Ligne prise."


@pytest.fixture(autouse=True)
def kind(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A kind of file that takes the lines saying « bonne »."""
    known = dict(registry._kinds)
    registry.register(
        registry.FileKind(
            slug="essai", title="Essai", permission="import_files", noun="ligne", counters=(), replay=replay,
            resume=lambda run, **arguments: None, shown=lambda raw, agent: raw.decode(),
        )
    )  # fmt: skip
    yield
    monkeypatch.setattr(registry, "_kinds", known)


@pytest.fixture
def at() -> datetime:
    return clock.now()


@pytest.fixture
def run(at: datetime, settings: Any, tmp_path: Path) -> Run:
    settings.MEDIA_ROOT = tmp_path
    return actions.receive(kind="essai", file_name="../../lignes.csv", content=io.BytesIO(b"a;b"), by=BY, at=at)


def started(run: Run, at: datetime) -> Run:
    return actions.start(run=run, phase="applying", from_the_start=True, by=BY, at=at)


def finished(run: Run, at: datetime, *lines: bytes) -> Run:
    started(run, at)
    actions.keep_refused(run, [Refused(n, f"k{n}", raw, "bad", "Non.") for n, raw in enumerate(lines, start=1)])
    return actions.finish(run=run, counters={}, warnings=[], refused=len(lines), by=BY, at=at)


def test_a_file_is_archived_under_a_plain_name(run: Run) -> None:
    assert run.file_name == "lignes.csv"
    assert run.document is not None
    assert content_of(run.document) == b"a;b"
    assert (run.size, run.status, run.created_by_label) == (3, workflow.WAITING, "essai")
    assert JournalEntry.objects.filter(event="intake.FileReceived").count() == 1


def test_every_state_of_a_run_can_be_reached() -> None:
    assert workflow.RUN.unreachable() == set()


def test_a_run_ends_once(run: Run, at: datetime) -> None:
    started(run, at)
    actions.refuse(run=run, reason="Ce fichier est vide.", by=BY, at=at)
    run.refresh_from_db()
    assert (run.status, run.error, run.finished_at) == (workflow.REFUSED, "Ce fichier est vide.", at)
    with pytest.raises(DomainError, match="n'est plus possible"):
        started(run, at)


def test_a_refused_line_is_sealed_and_read_back(run: Run, at: datetime) -> None:
    finished(run, at, "Éloïse".encode())
    row = Row.objects.get()
    assert b"lo" not in bytes(row.raw)
    assert unseal(row.raw).decode() == "Éloïse"
    damaged = bytearray(bytes(row.raw))
    damaged[-1] ^= 1
    with pytest.raises(DamagedFile):
        unseal(bytes(damaged))


def test_a_line_sealed_with_a_former_key_is_still_read(settings: Any) -> None:
    sealed = seal(b"ligne")
    settings.FILES_FORMER_KEYS = (settings.FILES_ENCRYPTION_KEY,)
    settings.FILES_ENCRYPTION_KEY = "une-autre-cle"
    assert unseal(sealed) == b"ligne"


def test_replaying_settles_the_run_when_nothing_is_refused_any_more(run: Run, at: datetime) -> None:
    finished(run, at, b"mauvaise", b"bonne")
    bad, good = Row.objects.order_by("number")
    assert actions.replay(row=good, by=BY, at=at) is True
    run.refresh_from_db()
    assert run.status == workflow.PARTIAL
    assert actions.replay(row=bad, by=BY, at=at) is False
    bad.refresh_from_db()
    assert bad.reason == "Cette ligne n'est pas bonne."
    Row.objects.filter(pk=bad.pk).update(raw=seal(b"bonne"))
    assert actions.replay(row=bad, by=BY, at=at) is True
    run.refresh_from_db()
    assert run.status == workflow.DONE
    assert list(bad.attempts.values_list("ok", flat=True)) == [True, False]
    with pytest.raises(DomainError, match="déjà été reprise"):
        actions.replay(row=bad, by=BY, at=at)


def test_keeping_the_same_line_twice_keeps_the_last_reason(run: Run) -> None:
    actions.keep_refused(run, [Refused(4, "k", b"x", "a", "Un.")])
    actions.keep_refused(run, [Refused(4, "k", b"y", "b", "Deux.")])
    assert [(row.reason, unseal(row.raw)) for row in Row.objects.all()] == [("Deux.", b"y")]


def test_a_file_given_up_forgets_what_was_announced(run: Run, at: datetime) -> None:
    started(run, at)
    actions.keep_changes(run, [Change(run=run, kind="created", label="Un")])
    actions.show_preview(run=run, counters={"n": 1}, warnings=[], by=BY, at=at)
    assert queries.changes_by_kind(run) == {"created": 1}
    actions.cancel(run=run, by=BY, at=at)
    assert Change.objects.count() == 0
    with pytest.raises(DomainError, match="ne se change plus"):
        actions.set_received_on(run=run, received_on=at.date(), by=BY, at=at)


def test_a_run_starts_again_from_nothing_or_from_where_it_stopped(run: Run, at: datetime) -> None:
    started(run, at)
    Run.objects.update(done=40, elapsed_ms=1000, counters={"position": 40})
    actions.interrupt(run=run, reason="coupure", by=BY, at=at)
    again = actions.start(run=run, phase="applying", from_the_start=False, by=BY, at=at)
    assert (again.done, again.counters) == (40, {"position": 40})
    actions.interrupt(run=run, reason="coupure", by=BY, at=at)
    assert (started(run, at).done, run.counters) == (0, {})


def test_only_dead_runs_of_the_kind_are_marked_interrupted(run: Run, at: datetime) -> None:
    started(run, at)
    assert actions.interrupt_orphans(kind="autre", by=BY, at=at) == 0
    assert actions.interrupt_orphans(kind="essai", by=BY, at=at) == 1
    run.refresh_from_db()
    assert run.status == workflow.INTERRUPTED


@pytest.mark.django_db(transaction=True)
def test_one_process_at_a_time_works_on_a_kind_of_file() -> None:
    other = connections["default"].copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [locks.SPACE, locks._number("essai")])
            assert cursor.fetchone()[0] is True
        assert locks.is_held("essai")
        assert not locks.is_held("autre")
        with pytest.raises(DomainError, match="en cours de lecture"), locks.alone("essai"):
            pass
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock_all()")
    finally:
        other.close()
    with locks.alone("essai"):
        assert locks.is_held("essai")
    assert not locks.is_held("essai")


def test_progress_says_how_far_and_how_fast(run: Run) -> None:
    with Progress(run, 1000) as progress:
        progress.tick(10)  # too soon to be written
        run.refresh_from_db()
        assert (run.done, run.total) == (0, 1000)
        progress.tick(1000)
    Run.objects.update(done=250, elapsed_ms=500)
    run.refresh_from_db()
    pace = queries.pace_of(run)
    assert (pace.rate, pace.seconds_left) == (500, 2)
    assert queries.pace_of(Run()).seconds_left is None
