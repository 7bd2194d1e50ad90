"""`make test`: everything that must be true before a change is kept, in the order that fails soonest."""

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
OUR_OWN = ["emploi", "tests", "bench"]

CHECKS: list[tuple[str, list[str]]] = [
    ("style", ["ruff", "check", "--quiet", *OUR_OWN]),
    ("mise en forme", ["ruff", "format", "--quiet", "--check", *OUR_OWN]),
    ("gabarits", ["djlint", "emploi", "--lint", "--quiet"]),
    ("maison", ["lint-imports", "--no-cache"]),
    ("types", ["mypy"]),
    ("migrations", ["emploi", "makemigrations", "--check", "--dry-run"]),
    ("réglages de production", ["python", "-m", "tests.deploy_check"]),
    ("documents engendrés", ["emploi", "generate_docs", "--check"]),
]
TESTS = ["pytest", "-q", "-n", "2", "--dist", "loadfile", "-m", "not browser"]
BROWSER_TESTS = ["pytest", "-q", "-n", "2", "--dist", "loadgroup", "-m", "browser", "tests/browser"]


def main() -> int:
    """Runs the checks, then the tests, then the browser journeys; stops at the first failure."""
    parser = argparse.ArgumentParser(description="Vérifie tout le produit.")
    parser.add_argument("--checks-only", action="store_true", help="ni tests ni navigateur")
    arguments = parser.parse_args()
    environment = {**os.environ, "EMPLOI_DATA_DIR": os.environ.get("EMPLOI_DATA_DIR", str(ROOT / ".local-tests"))}
    environment["PATH"] = f"{BIN}{os.pathsep}{environment['PATH']}"
    steps = list(CHECKS)
    if not arguments.checks_only:
        ensure_chromium()
        steps += [("tests", TESTS), ("navigateur", BROWSER_TESTS)]
    # One process keeps the embedded database running from the first step to the last.
    os.environ.update(environment)
    from emploi.config import postgres

    if not os.environ.get("DATABASE_URL"):
        postgres.ensure_running()
    for title, command in steps:
        started = time.monotonic()
        done = subprocess.run(command, cwd=ROOT, env=environment, check=False)
        say(f"{'ok    ' if not done.returncode else 'ÉCHEC '} {title} ({time.monotonic() - started:.0f} s)")
        if done.returncode:
            return done.returncode
    return 0


def ensure_chromium() -> None:
    """Finds Chromium, installs it when it can, or says plainly that it cannot."""
    if any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        return
    say("Chromium manque : installation par le système…")
    if shutil.which("apt-get") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-qq"], check=False, stdout=subprocess.DEVNULL)
        installed = subprocess.run(
            ["apt-get", "install", "-y", "-qq", "chromium", "fonts-dejavu-core"], check=False, stdout=subprocess.DEVNULL
        )
        if not installed.returncode and shutil.which("chromium"):
            return
    own = subprocess.run([str(BIN / "playwright"), "install", "chromium"], check=False)
    if own.returncode:
        raise SystemExit(
            "Chromium est introuvable et n'a pas pu être installé : les essais au navigateur sont impossibles."
        )


def say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    raise SystemExit(main())
