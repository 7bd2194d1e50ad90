"""Backup and restore of one Département: database, files, and the fingerprint of the keys that open them."""

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql

from emploi.config import postgres

FORMAT = 1
KEYS = ("SECRET_KEY", "NIR_ENCRYPTION_KEY", "NIR_HASH_KEY", "FILES_ENCRYPTION_KEY")


def backup(target: Path, *, at: datetime, keys: Path | None = None) -> dict[str, Any]:
    """Writes one archive, whole or not at all; with `keys`, the secrets go to a separate file, readable by us only."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".partiel")
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        dump = Path(scratch) / "database.dump"
        _postgres("pg_dump", "--format=custom", "--no-owner", f"--file={dump}", "--dbname", _address())
        manifest = {
            "format": FORMAT,
            "department": settings.DEPARTMENT,
            "made_at": at.isoformat(),
            "keys": fingerprint(),
            "database_bytes": dump.stat().st_size,
        }
        (Path(scratch) / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        with tarfile.open(partial, "w") as archive:
            archive.add(Path(scratch) / "manifest.json", "manifest.json")
            archive.add(dump, "database.dump")
            if Path(settings.MEDIA_ROOT).is_dir():
                archive.add(settings.MEDIA_ROOT, "files")
    partial.replace(target)
    if keys is not None:
        _write_keys(keys)
    return {**manifest, "archive": target.name, "bytes": target.stat().st_size}


def restore(source: Path, *, force: bool = False) -> dict[str, Any]:
    """Puts an archive back; refuses keys that could not open it and, without `force`, a database in use."""
    with tarfile.open(source) as archive, tempfile.TemporaryDirectory(dir=source.parent) as scratch:
        archive.extractall(scratch, filter="data")
        manifest: dict[str, Any] = json.loads((Path(scratch) / "manifest.json").read_text(encoding="utf-8"))
        if manifest.get("format") != FORMAT:
            raise RuntimeError("Cette sauvegarde vient d'une version que celle-ci ne sait pas relire.")
        if manifest["keys"] != fingerprint():
            raise RuntimeError(
                "Les clés en place ne sont pas celles de la sauvegarde : les numéros de sécurité sociale et les "
                "fichiers resteraient illisibles. Remettez d'abord les clés enregistrées avec la sauvegarde."
            )
        if not force and _is_in_use():
            raise RuntimeError("La base contient déjà des données : ajoutez --force pour les remplacer.")
        _replace_database(Path(scratch) / "database.dump")
        _replace_files(Path(scratch) / "files")
    return manifest


def fingerprint() -> str:
    """What recognises the keys without telling them."""
    joined = "\x00".join(str(getattr(settings, name)) for name in KEYS)
    return hashlib.sha256(f"emploi-keys:{joined}".encode()).hexdigest()


def _write_keys(path: Path) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        handle.write(f"EMPLOI_SECRET_KEY={settings.SECRET_KEY}\n")
        handle.write(f"EMPLOI_NIR_ENCRYPTION_KEY={settings.NIR_ENCRYPTION_KEY}\n")
        handle.write(f"EMPLOI_NIR_HASH_KEY={settings.NIR_HASH_KEY}\n")
        handle.write(f"EMPLOI_FILES_KEY={settings.FILES_ENCRYPTION_KEY}\n")


def _is_in_use() -> bool:
    return "beneficiaries_person" in connection.introspection.table_names() and _has_rows("beneficiaries_person")


def _has_rows(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {connection.ops.quote_name(table)})")  # noqa: S608 - a constant
        return bool(cursor.fetchone()[0])


def _replace_database(dump: Path) -> None:
    """Restores beside, then swaps the two databases: a failed restore leaves the present one untouched."""
    name = str(connection.settings_dict["NAME"])
    fresh, former = f"{name}_restauree", f"{name}_avant"
    with psycopg.connect(_address("postgres"), password=_password(), autocommit=True) as server:
        _drop(server, fresh)
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(fresh)))
        try:
            _postgres("pg_restore", "--no-owner", "--exit-on-error", "--dbname", _address(fresh), str(dump))
        except RuntimeError:
            _drop(server, fresh)
            raise
        connection.close()
        _drop(server, former)
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        _rename(server, name, former)
        _rename(server, fresh, name)
        _drop(server, former)


def _drop(server: "psycopg.Connection[Any]", name: str) -> None:
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _rename(server: "psycopg.Connection[Any]", name: str, to: str) -> None:
    server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(name), sql.Identifier(to)))


def _replace_files(restored: Path) -> None:
    current = Path(settings.MEDIA_ROOT)
    aside = current.with_name(current.name + ".avant")
    shutil.rmtree(aside, ignore_errors=True)
    if current.exists():
        current.rename(aside)
    current.parent.mkdir(parents=True, exist_ok=True)
    if restored.is_dir():
        shutil.copytree(restored, current)
    shutil.rmtree(aside, ignore_errors=True)


def _address(name: str = "") -> str:
    database = connection.settings_dict
    parts = {
        "host": database["HOST"],
        "port": database["PORT"] or 5432,
        "user": database["USER"],
        "dbname": name or database["NAME"],
    }
    return " ".join(f"{key}='{value}'" for key, value in parts.items() if value)


def _password() -> str:
    return str(connection.settings_dict.get("PASSWORD") or "")


def _postgres(program: str, *arguments: str) -> None:
    environment = {**os.environ, "PGPASSWORD": _password()}
    command = [postgres.program(program), *arguments]
    # PostgreSQL's own programs, no shell
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise RuntimeError(f"{program} a échoué : {done.stderr.strip()[-800:]}")
