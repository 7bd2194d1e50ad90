"""A folder watched: whole files only, in the order of references, put away with their reason, stopped cleanly."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command

from emploi.exchanges.caf.engine.watching import Folder, watch
from emploi.exchanges.caf.models import FlowRecord, ReceivedFile
from emploi.foundation.intake.locks import Busy
from emploi.foundation.intake.models import Run
from tests.exchanges.caf.builder import Dossier, file_of
from tests.exchanges.caf.conftest import BY
from tests.exchanges.caf.test_flows import debts


@pytest.fixture
def watched(office: Path) -> Iterator[Folder]:
    home = office / "depot"
    home.mkdir()
    said: list[str] = []
    folder = Folder(home, BY, said.append)
    folder.prepare()
    yield folder


def looked(folder: Folder) -> list[str]:
    """Looks twice: a file is whole when it did not change meanwhile; answers the names taken, in order."""
    before = set(Run.objects.values_list("pk", flat=True))
    looks = iter([False] * 40)
    slept: list[float] = []
    watch(folder, every=0, is_over=lambda: len(slept) >= 2 or next(looks), sleep=slept.append)
    return [run.file_name for run in Run.objects.exclude(pk__in=before).order_by("pk")]


def test_a_file_that_still_grows_waits(watched: Folder) -> None:
    path = watched.path / "rsabem.xml"
    content = file_of(Dossier())
    path.write_bytes(content[:200])
    assert watched.whole_files() == []
    path.write_bytes(content)
    assert watched.whole_files() == []
    assert [waiting.path for waiting in watched.whole_files()] == [path]


def test_files_are_taken_by_reference_and_put_away(watched: Folder) -> None:
    december = file_of(Dossier(street="DECEMBRE"), reference="2026-12-31", created="2027-01-05")
    (watched.path / "a.xml").write_bytes(december)
    (watched.path / "b.xml").write_bytes(file_of(Dossier()))
    (watched.path / "c.xml").write_bytes(debts())
    (watched.path / ".caché").write_bytes(b"x")
    (watched.path / "d.part").write_bytes(b"x")
    assert looked(watched) == ["b.xml", "c.xml", "a.xml"]
    assert sorted(path.name for path in (watched.path / "faits").iterdir()) == ["a.xml", "b.xml", "c.xml"]
    assert ReceivedFile.objects.count() == 2
    assert FlowRecord.objects.count() == 1


def test_a_refused_file_is_put_apart_with_its_reason_in_french(watched: Folder) -> None:
    (watched.path / "coupe.xml").write_bytes(file_of(Dossier())[:-60])
    looked(watched)
    names = sorted(path.name for path in (watched.path / "refuses").iterdir())
    assert names == ["coupe.xml", "coupe.xml.raison.txt"]
    reason = (watched.path / "refuses" / "coupe.xml.raison.txt").read_text(encoding="utf-8")
    assert "Ce fichier est coupé" in reason
    (watched.path / "coupe.xml").write_bytes(file_of(Dossier())[:-60])
    looked(watched)
    assert (watched.path / "refuses" / "coupe-2.xml").exists()


def test_a_busy_import_leaves_the_file_where_it_is(watched: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(**_: object) -> None:
        raise Busy("Un autre fichier est en cours de lecture.")

    monkeypatch.setattr("emploi.exchanges.caf.inbound.import_caf", busy)
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
