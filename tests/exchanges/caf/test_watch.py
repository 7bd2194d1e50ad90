"""A folder watched: whole files only, in the order of references, put away with their reason, stopped cleanly."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from emploi.exchanges.caf import inbound
from emploi.exchanges.caf.engine.ledger import Report
from emploi.exchanges.caf.engine.watching import Folder, watch
from emploi.exchanges.caf.models import FlowRecord, ReceivedFile
from emploi.foundation.errors import DomainError
from emploi.foundation.intake.locks import Busy
from emploi.foundation.intake.models import Run
from tests.exchanges.caf.builder import Dossier, file_of
from tests.exchanges.caf.conftest import BY
from tests.exchanges.caf.test_flows import debts


@pytest.fixture
def watched(office: Path) -> Iterator[Folder]:
    home = office / "depot"
    home.mkdir()
    folder = Folder(home, BY, [].append)
    folder.prepare()
    yield folder


def looked(folder: Folder) -> list[str]:
    """Looks twice: a file is whole when it did not change meanwhile; answers the names taken, in order."""
    before = set(Run.objects.values_list("pk", flat=True))
    looks = iter([False] * 40)
    slept: list[float] = []
    watch(folder, every=0, is_over=lambda: len(slept) >= 2 or next(looks), sleep=slept.append)
    return [run.file_name for run in Run.objects.exclude(pk__in=before).order_by("pk")]


def said(folder: Folder) -> list[str]:
    """What the watch wrote in its log."""
    return folder.say.__self__  # type: ignore[attr-defined,no-any-return]


def in_clear(home: Path, words: bytes) -> list[str]:
    """The files under a folder that hold these words."""
    return [path.name for path in home.rglob("*") if path.is_file() and words in path.read_bytes()]


def test_a_file_that_still_grows_waits(watched: Folder) -> None:
    path = watched.path / "rsabem.xml"
    content = file_of(Dossier())
    path.write_bytes(content[:200])
    assert watched.whole_files() == []
    path.write_bytes(content)
    assert watched.whole_files() == []
    assert [waiting.seen.name for waiting in watched.whole_files()] == ["rsabem.xml"]


def test_files_are_taken_by_reference_and_erased_once_archived(watched: Folder) -> None:
    december = file_of(Dossier(street="DECEMBRE"), reference="2026-12-31", created="2027-01-05")
    (watched.path / "a.xml").write_bytes(december)
    (watched.path / "b.xml").write_bytes(file_of(Dossier()))
    (watched.path / "c.xml").write_bytes(debts())
    (watched.path / ".caché").write_bytes(b"x")
    (watched.path / "d.part").write_bytes(b"x")
    assert looked(watched) == ["b.xml", "c.xml", "a.xml"]
    notes = sorted(path.name for path in (watched.path / "faits").iterdir())
    assert notes == ["a.xml.recu.txt", "b.xml.recu.txt", "c.xml.recu.txt"]
    assert sorted(path.name for path in watched.path.glob("*.*")) == [".caché", "d.part"]
    assert in_clear(watched.path, b"VIRELANGE") == []
    assert any("Original gardé chiffré, fichier en clair effacé" in line for line in said(watched))
    assert all(run.document for run in Run.objects.all())
    assert ReceivedFile.objects.count() == 2
    assert FlowRecord.objects.count() == 1


def test_a_refused_file_is_put_apart_with_its_reason_in_french(watched: Folder) -> None:
    (watched.path / "coupe.xml").write_bytes(file_of(Dossier())[:-60])
    looked(watched)
    names = sorted(path.name for path in (watched.path / "refuses").iterdir())
    assert names == ["coupe.xml.raison.txt"]
    reason = (watched.path / "refuses" / "coupe.xml.raison.txt").read_text(encoding="utf-8")
    assert "Ce fichier est coupé" in reason
    (watched.path / "coupe.xml").write_bytes(file_of(Dossier())[:-60])
    looked(watched)
    assert (watched.path / "refuses" / "coupe-2.xml.raison.txt").exists()
    assert in_clear(watched.path, b"VIRELANGE") == []
    assert Run.objects.filter(document__isnull=False).count() == 2


def test_a_busy_import_leaves_the_file_where_it_is(watched: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(**_: object) -> None:
        raise Busy("Un autre fichier est en cours de lecture.")

    monkeypatch.setattr("emploi.exchanges.caf.inbound.apply_run", busy)
    (watched.path / "rsabem.xml").write_bytes(file_of(Dossier()))
    looked(watched)
    assert (watched.path / "rsabem.xml").exists()


def test_a_missing_folder_or_two_demands_are_refused(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        call_command("import_caf", "--watch", str(office / "absent"), "--json")
    assert stopped.value.code == 2
    captured = capsys.readouterr()
    assert json.loads(captured.out)["status"] == "not_done"
    assert "n'est pas un dossier" in captured.err
    with pytest.raises(SystemExit):
        call_command("import_caf")
    assert "--watch" in capsys.readouterr().err


@pytest.mark.parametrize("plant", ["link", "twin", "pipe"])
def test_what_is_not_a_plain_file_is_never_read_and_said_once(watched: Folder, plant: str) -> None:
    secret = watched.path.parent / "secret.xml"
    secret.write_bytes(file_of(Dossier()))
    trap = watched.path / "piege.xml"
    {"link": lambda: trap.symlink_to(secret), "twin": lambda: os.link(secret, trap), "pipe": lambda: os.mkfifo(trap)}[
        plant
    ]()
    for _ in range(2):
        assert looked(watched) == []
    assert secret.exists()
    assert [line for line in said(watched) if "pas un fichier ordinaire" in line] == [said(watched)[0]]


def test_a_file_swapped_for_a_link_while_it_waits_is_not_read(watched: Folder) -> None:
    secret = watched.path.parent / "secret.xml"
    secret.write_bytes(file_of(Dossier()))
    (watched.path / "a.xml").write_bytes(file_of(Dossier()))
    watched.whole_files()
    waiting = watched.whole_files()[0]
    (watched.path / "a.xml").unlink()
    (watched.path / "a.xml").symlink_to(secret)
    watched.take(waiting)
    assert Run.objects.count() == 0
    assert secret.exists()
    assert "pas un fichier ordinaire" in said(watched)[0]


def test_a_planted_folder_of_notes_or_one_of_everybody_is_refused(office: Path) -> None:
    elsewhere = office / "ailleurs"
    elsewhere.mkdir()
    home = office / "depot"
    home.mkdir()
    (home / "faits").symlink_to(elsewhere)
    with pytest.raises(DomainError, match="n'est pas un dossier à nous"):
        Folder(home, BY, print).prepare()
    (home / "faits").unlink()
    home.chmod(0o777)
    with pytest.raises(DomainError, match="Tout le monde peut écrire"):
        Folder(home, BY, print).prepare()


def test_a_folder_of_another_account_is_refused(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = office / "depot"
    home.mkdir()
    if os.geteuid() == 0:
        os.chown(home, 65534, -1)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: 65534)
    with pytest.raises(DomainError, match="appartient à un autre compte"):
        Folder(home, BY, print).prepare()


def test_a_file_that_changes_while_it_is_read_is_not_erased(watched: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    path = watched.path / "a.xml"
    path.write_bytes(file_of(Dossier()))
    before = inbound.apply_run

    def apply(**arguments: Any) -> Report:
        path.write_bytes(file_of(Dossier(street="NOUVELLE")) + b"  ")
        return before(**arguments)

    monkeypatch.setattr("emploi.exchanges.caf.inbound.apply_run", apply)
    watched.whole_files()
    watched.take(watched.whole_files()[0])
    assert path.exists()
    assert "un autre fichier a pris ce nom" in said(watched)[0]


def test_a_file_we_may_not_read_is_said_at_each_start(watched: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    before = os.open

    def refused(path: Any, *arguments: Any, **options: Any) -> int:
        if path == "a.xml":
            raise PermissionError(13, "Permission denied")
        return before(path, *arguments, **options)

    monkeypatch.setattr(os, "open", refused)
    (watched.path / "a.xml").write_bytes(file_of(Dossier()))
    again = Folder(watched.path, BY, [].append)
    for folder in (watched, again):
        assert looked(folder) == []
        looked(folder)
        assert len(said(folder)) == 1
        assert "n’a pas le droit de lire ce fichier" in said(folder)[0]
    assert (watched.path / "a.xml").exists()


def test_a_failure_after_the_archive_says_that_the_original_is_kept(
    watched: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(**_: object) -> Report:
        raise DomainError("Aucune règle n’est en vigueur.")

    monkeypatch.setattr("emploi.exchanges.caf.inbound.apply_run", failing)
    (watched.path / "a.xml").write_bytes(file_of(Dossier()))
    assert looked(watched) == ["a.xml"]
    assert in_clear(watched.path, b"VIRELANGE") == []
    note = (watched.path / "refuses" / "a.xml.raison.txt").read_text(encoding="utf-8")
    assert "Aucune règle n’est en vigueur." in note
    assert "Original gardé chiffré, fichier en clair effacé." in note


def test_a_file_not_archived_that_changed_meanwhile_is_not_said_to_be_put_apart(
    watched: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = watched.path / "a.xml"
    path.write_bytes(file_of(Dossier()))

    def failing(**_: object) -> Run:
        path.write_bytes(file_of(Dossier(street="NOUVELLE")) + b"  ")
        raise DomainError("Le disque est plein.")

    monkeypatch.setattr("emploi.exchanges.caf.inbox.receive", failing)
    watched.whole_files()
    watched.take(watched.whole_files()[0])
    assert path.exists()
    assert "n’est plus là" in said(watched)[0]
