"""Each promise of docs/security.md names the tests that hold it, and those tests exist."""

import re

import pytest

from tests.architecture.house import ROOT

TABLE = [line.strip("| ").split(" | ") for line in (ROOT / "docs/security.md").read_text("utf-8").splitlines()]
PROMISES = {cells[0]: cells[-1] for cells in TABLE if len(cells) == 3 and not cells[0].startswith(("promesse", "---"))}
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def test_there_are_promises() -> None:
    assert len(PROMISES) >= 20


@pytest.mark.parametrize("promise", PROMISES)
def test_a_promise_names_tests_that_exist(promise: str) -> None:
    named = NAMED.findall(PROMISES[promise])
    assert named, f"« {promise} » names no test"
    for path, name in named:
        assert (ROOT / path).is_file(), path
        source = (ROOT / path).read_text("utf-8")
        assert f"def {name}(" in source if name else "def test" in source or path.endswith("_check.py"), (path, name)
