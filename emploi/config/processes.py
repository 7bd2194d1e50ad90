"""Running the web server and the worker as child processes, stopped together."""

import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

GRACE_SECONDS = 15
RESTART_PAUSE_SECONDS = 2
FAST_DEATHS_ALLOWED = 5


def web_command(host: str, port: int, workers: int) -> list[str]:
    """The command of the web server."""
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(workers), "--blocking-threads", "4", "--backpressure", "64", "--no-ws",
        "--log-level", "warning", "--respawn-failed-workers", "emploi.config.wsgi:application",
    ]  # fmt: skip


def worker_command() -> list[str]:
    """The command of the background worker."""
    return [sys.executable, "-m", "emploi", "worker"]


def refuse_busy_port(host: str, port: int) -> None:
    """Says at once that the port is taken, rather than starting half of the product."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise RuntimeError(f"Le port {port} est déjà utilisé : choisissez-en un autre avec --port.") from error


def run_together(commands: dict[str, list[str]]) -> None:
    """Runs the commands until interrupted; restarts the one that falls, gives up when it keeps falling."""
    children = {name: _start(command) for name, command in commands.items()}
    deaths = dict.fromkeys(commands, 0)
    stopping = False

    def stop(signum: int, frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        while not stopping:
            time.sleep(0.5)
            for name, child in list(children.items()):
                if child.poll() is not None and not stopping:
                    deaths[name] += 1
                    if deaths[name] > FAST_DEATHS_ALLOWED:
                        raise RuntimeError(f"« {name} » s'arrête sans cesse (code {child.returncode}).")
                    time.sleep(RESTART_PAUSE_SECONDS)
                    children[name] = _start(commands[name])
    finally:
        _stop_all(list(children.values()))


def _start(command: list[str]) -> "subprocess.Popen[bytes]":
    environment = {**os.environ}
    environment.setdefault("DJANGO_SETTINGS_MODULE", "emploi.config.settings.dev")
    # A session of its own: Ctrl+C reaches the parent, which stops its children in order.
    return subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603 - our own programs


def _stop_all(children: "list[subprocess.Popen[bytes]]") -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    for child in children:
        try:
            child.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
