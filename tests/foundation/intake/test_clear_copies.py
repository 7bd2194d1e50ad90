"""A clear copy is erased when nobody reads it any more, never under the eyes of who does."""

import os
import tempfile
import time
from pathlib import Path

from emploi.foundation.intake import clear_copies


def left_in(folder: Path) -> Path:
    left = folder / "run-1-left"
    left.write_bytes(b"left")
    return left


def long_ago(path: Path) -> None:
    then = time.time() - 2 * clear_copies.TOO_YOUNG
    os.utime(path, (then, then))


def test_a_copy_being_read_stays_and_one_left_by_a_dead_process_goes(tmp_path: Path) -> None:
    long_ago(left_in(tmp_path))
    with tempfile.NamedTemporaryFile(dir=tmp_path, prefix="run-2-") as copy:
        clear_copies.hold(copy)
        long_ago(Path(copy.name))
        clear_copies.erase_abandoned(tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == [Path(copy.name).name]
    clear_copies.erase_abandoned(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_copy_that_has_just_been_made_is_left_the_time_to_be_held(tmp_path: Path) -> None:
    left = left_in(tmp_path)
    clear_copies.erase_abandoned(tmp_path)
    assert left.exists()
    long_ago(left)
    clear_copies.erase_abandoned(tmp_path)
    assert not left.exists()
