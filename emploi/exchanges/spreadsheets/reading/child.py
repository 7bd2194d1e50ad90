"""Opens a workbook in a process of its own, with little memory and little time; answers JSON lines. No Django here.

A workbook is a program's output that anybody may forge: a cell declared at the far end of a sheet asks for gigabytes,
and the library aborts. Only this process dies of it.
"""

import datetime
import json
import resource
import sys
from decimal import Decimal
from typing import Any

FIRST_ROWS = 40
WIDTH_MAX = 256
TEXT_MAX = 2000
PASSWORD, BROKEN, TOO_BIG = 3, 4, 5


def main(path: str, order: str, sheet: str, memory: int, seconds: int) -> int:
    """`inspect` tells every sheet and its first rows; `rows` tells every row of one sheet that is not blank."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import python_calamine as calamine

    try:
        with calamine.load_workbook(path) as book:
            if order == "inspect":
                _inspect(book)
            else:
                _rows(book, sheet)
    except calamine.PasswordError:
        return PASSWORD
    except MemoryError:
        return TOO_BIG
    except BaseException:  # calamine's panics are not Exceptions
        return BROKEN
    return 0


def _inspect(book: Any) -> None:
    for sheet in book.sheets_metadata:
        if not str(sheet.typ).endswith("WorkSheet"):
            continue
        rows = []
        found = book.get_sheet_by_name(sheet.name)
        for cells in found.iter_rows():
            rows.append(_texts(cells))
            if len(rows) == FIRST_ROWS:
                break
        visible = str(sheet.visible).endswith("Visible")
        _say({"name": sheet.name, "visible": visible, "height": found.total_height, "rows": rows})


def _rows(book: Any, name: str) -> None:
    for number, cells in enumerate(book.get_sheet_by_name(name).iter_rows(), start=1):
        texts = _texts(cells)
        if texts:
            _say([number, texts])


def _texts(cells: list[Any]) -> list[str]:
    """The cells as text, the blank ones of the end left out."""
    texts = [_text(cell) for cell in cells[:WIDTH_MAX]]
    while texts and not texts[-1].strip():
        texts.pop()
    return texts


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "oui" if cell else "non"
    if isinstance(cell, float):
        return _number(cell)
    if isinstance(cell, datetime.datetime):
        midnight = cell.time() == datetime.time(0)
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ", timespec="minutes")
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    return str(cell)[:TEXT_MAX]


def _number(value: float) -> str:
    """A number as people write it: no exponent, no « .0 »."""
    if value != value or value in (float("inf"), float("-inf")):
        return ""
    text = format(Decimal(repr(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _say(answer: Any) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    status = main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
    sys.stdout.flush()
    sys.exit(status)
