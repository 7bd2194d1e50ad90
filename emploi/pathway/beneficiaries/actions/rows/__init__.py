"""Lines of a spreadsheet applied by batches, and taken back: a constant number of statements a batch."""

from emploi.pathway.beneficiaries.actions.rows.applying import Applied, apply_rows
from emploi.pathway.beneficiaries.actions.rows.finding import Found, find_rows
from emploi.pathway.beneficiaries.actions.rows.inserting import insert_rows
from emploi.pathway.beneficiaries.actions.rows.undoing import UndoRecord, undo_rows
from emploi.pathway.beneficiaries.actions.snapshots.writing import copy_rows

__all__ = ["Applied", "Found", "UndoRecord", "apply_rows", "copy_rows", "find_rows", "insert_rows", "undo_rows"]
