"""The door of this engine for partners: what a list of theirs is made of, and the first step of its deposit."""

from emploi.exchanges.spreadsheets.engine.batches import Batches, Line
from emploi.exchanges.spreadsheets.engine.contents import Content, check_names, register
from emploi.exchanges.spreadsheets.engine.ledger import Ledger, Report
from emploi.exchanges.spreadsheets.management.base import SheetCommand, prepare_rules
from emploi.exchanges.spreadsheets.rules import values
from emploi.exchanges.spreadsheets.rules.cells import Cells
from emploi.exchanges.spreadsheets.rules.fields import BY_SLUG, Field
from emploi.exchanges.spreadsheets.rules.guessing import guess_own, plain
from emploi.exchanges.spreadsheets.rules.people import Problem, Reading, read_person
from emploi.exchanges.spreadsheets.rules.values import Wrong

__all__ = [
    "BY_SLUG",
    "Batches",
    "Cells",
    "Content",
    "Field",
    "Ledger",
    "Line",
    "Problem",
    "Reading",
    "Report",
    "SheetCommand",
    "Wrong",
    "check_names",
    "guess_own",
    "plain",
    "prepare_rules",
    "read_person",
    "register",
    "values",
]
