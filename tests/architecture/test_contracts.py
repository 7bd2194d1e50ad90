"""The import contracts can fail: each is shown a planted fault and must refuse it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.house import ROOT

FAULTS = {
    "The product reads downwards": ("foundation/clock.py", "import emploi.pathway.clocks.models"),
    "A tool only knows simpler tools": ("foundation/audit/queries.py", "import emploi.foundation.messaging.models"),
    "Who acts, where, under which rules": ("territory/geography/models.py", "import emploi.territory.agents.models"),
    "A step of the pathway only knows the steps before it": (
        "pathway/beneficiaries/queries.py",
        "import emploi.pathway.orientation.models",
    ),
    "Composed screens never know each other": ("portal/citizen/apps.py", "import emploi.portal.desk.queries"),
    "Inside an app, the web calls actions, actions apply rules": (
        "pathway/clocks/models.py",
        "import emploi.pathway.clocks.actions",
    ),
    "Rules and events are plain Python": ("pathway/orientation/events.py", "import django.db"),
    "Settings are read through django.conf": ("pathway/clocks/models.py", "import emploi.config.settings.base"),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources alone, where a fault can be planted."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copytree(ROOT / "emploi", folder / "emploi", ignore=shutil.ignore_patterns("__pycache__", "*.csv", "static"))
    shutil.copy(ROOT / ".importlinter", folder)
    return folder


def broken_contracts(folder: Path) -> str:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    return "\n".join(line for line in done.stdout.splitlines() if " BROKEN" in line)


@pytest.mark.parametrize("contract", FAULTS)
def test_a_planted_fault_breaks_its_contract(contract: str, copy: Path) -> None:
    name, fault = FAULTS[contract]
    path = copy / "emploi" / name
    sound = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(sound + f"\n{fault}\n", encoding="utf-8")
    try:
        assert contract in broken_contracts(copy)
    finally:
        path.write_text(sound, encoding="utf-8")


def test_a_new_folder_must_find_its_place(copy: Path) -> None:
    stray = copy / "emploi" / "misc"
    stray.mkdir()
    (stray / "__init__.py").touch()
    try:
        done = subprocess.run(
            [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
            cwd=copy,
            env={"PYTHONPATH": str(copy), "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode != 0
        assert "misc" in done.stdout
    finally:
        shutil.rmtree(stray)
