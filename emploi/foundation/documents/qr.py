"""QR codes as small SVG texts, for letters and pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import qrcode
from qrcode.constants import ERROR_CORRECT_M

# Four light modules all round: without them old phones do not find the code.
QUIET_ZONE = 4


def svg(data: str) -> str:
    """Return the QR code of a text as one SVG element (black on white, scalable)."""
    code = qrcode.QRCode(border=QUIET_ZONE, error_correction=ERROR_CORRECT_M)
    code.add_data(data)
    code.make(fit=True)
    matrix = code.get_matrix()
    path = "".join(f"M{x} {y}h{run}v1h-{run}z" for y, row in enumerate(matrix) for x, run in _runs(row))
    size = len(matrix)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<rect width="{size}" height="{size}" fill="#fff"/><path d="{path}" fill="#000"/></svg>'
    )


def _runs(row: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Yield the start and length of each run of dark modules: a run is one shape, not as many as modules."""
    x = 0
    for dark, modules in groupby(row):
        length = len(list(modules))
        if dark:
            yield x, length
        x += length
