"""What is kept of a line, sealed: its cells, its effect in words, what it wrote."""

import json
from typing import Any

from emploi.foundation.intake.sealing import seal, unseal


def pack(value: Any) -> bytes:
    """The sealed form of plain values."""
    return seal(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def unpack(sealed: bytes | memoryview | None) -> Any:
    """The values again, None when there is nothing. Raises crypto.DamagedFile."""
    return None if sealed is None else json.loads(unseal(sealed))


def plain_line(header: list[str], cells: list[str], original: list[str] | None = None) -> bytes:
    """A refused line with the titles of its file, so that it can be read, corrected and tried again alone."""
    line: dict[str, Any] = {"header": header, "cells": cells}
    if original is not None:
        line["original"] = original
    return json.dumps(line, ensure_ascii=False).encode()
