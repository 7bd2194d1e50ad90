"""A backup is worth what its restore gives back."""

import io
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.architecture.house import ROOT

pytestmark = pytest.mark.django_db


def emploi(*arguments: str, data: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """The command, in a data folder of its own."""
    return subprocess.run(
        [sys.executable, "-m", "emploi", *arguments],
        cwd=ROOT,
        env={
            **{k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"},
            "EMPLOI_DATA_DIR": str(data),
            "DEPARTMENT": "demo",
            "EMPLOI_NOW": "2026-11-23T09:00",
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a rulebook, a household and one stored file."""
    data = tmp_path_factory.mktemp("données d'essai")  # a space and an accent in the path
    done = emploi("load_rulebook", data=data)
    assert done.returncode == 0, done.stderr
    (data / "files").mkdir(exist_ok=True)
    (data / "files" / "piece.bin").write_bytes(b"contenu chiffre")
    return data


def test_what_was_saved_comes_back(lived: Path, tmp_path: Path) -> None:
    archive, keys = tmp_path / "sauvegarde.tar", tmp_path / "cles.env"
    saved = emploi("backup", str(archive), "--keys", str(keys), "--json", data=lived)
    assert saved.returncode == 0, saved.stderr
    assert json.loads(saved.stdout)["status"] == "done"
    assert keys.stat().st_mode & 0o077 == 0

    elsewhere = tmp_path / "ailleurs"
    restored = emploi("restore", str(archive), "--json", data=elsewhere)
    assert restored.returncode == 0, restored.stderr
    assert (elsewhere / "files" / "piece.bin").read_bytes() == b"contenu chiffre"
    count = "from emploi.territory.rulebook.models import ParameterValue as P; print('n =', P.objects.count())"
    here = emploi("shell", "-c", count, data=lived).stdout.splitlines()[-1]
    there = emploi("shell", "-c", count, data=elsewhere).stdout.splitlines()[-1]
    assert here == there
    assert here != "n = 0"


def test_other_keys_are_refused_before_anything_is_touched(lived: Path, tmp_path: Path) -> None:
    archive = tmp_path / "sauvegarde.tar"
    assert emploi("backup", str(archive), data=lived).returncode == 0
    refused = emploi("restore", str(archive), data=tmp_path / "neuf", EMPLOI_NIR_HASH_KEY="une-autre-cle")
    assert refused.returncode == 2
    assert "clés" in refused.stderr


def test_a_missing_archive_is_said_in_one_sentence(tmp_path: Path) -> None:
    refused = emploi("restore", str(tmp_path / "rien.tar"), data=tmp_path / "neuf")
    assert refused.returncode == 2
    assert "n'existe pas" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_restore_that_fails_leaves_the_database_whole(lived: Path, tmp_path: Path) -> None:
    sound, broken = tmp_path / "sauvegarde.tar", tmp_path / "abimee.tar"
    assert emploi("backup", str(sound), data=lived).returncode == 0
    truncate_dump(sound, broken)
    refused = emploi("restore", str(broken), "--force", data=lived)
    assert refused.returncode == 2
    assert "pg_restore a échoué" in refused.stderr
    guards = (
        "from django.db import connection as c; k = c.cursor(); "
        "k.execute(\"SELECT count(*) FROM pg_constraint WHERE contype = 'x'\"); print('n =', k.fetchone()[0])"
    )
    kept = emploi("shell", "-c", guards, data=lived).stdout.splitlines()[-1]
    assert int(kept.removeprefix("n = ")) >= 2  # one agent in one slot, one value of a parameter a day


def truncate_dump(sound: Path, broken: Path) -> None:
    """The same archive, whose database stops half-way."""
    with tarfile.open(sound) as source, tarfile.open(broken, "w") as target:
        for member in source:
            content = source.extractfile(member)
            data = content.read() if content else b""
            if member.name == "database.dump":
                data = data[: len(data) // 2]
                member.size = len(data)
            target.addfile(member, io.BytesIO(data) if content else None)
