"""A clear copy is erased when nobody reads it any more, never under the eyes of who does."""

import tempfile
from pathlib import Path

from emploi.foundation.intake import clear_copies


def test_a_copy_being_read_stays_and_one_left_by_a_dead_process_goes(tmp_path: Path) -> None:
    (tmp_path / "run-1-left").write_bytes(b"left")
    with tempfile.NamedTemporaryFile(dir=tmp_path, prefix="run-2-") as copy:
        clear_copies.hold(copy)
        clear_copies.erase_abandoned(tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == [Path(copy.name).name]
    clear_copies.erase_abandoned(tmp_path)
    assert list(tmp_path.iterdir()) == []
