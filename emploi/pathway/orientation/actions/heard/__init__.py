"""What is heard at the interview besides the questions: papers, trades, what the spouse said of the household."""

from emploi.pathway.orientation.actions.heard.household import take_from_spouse
from emploi.pathway.orientation.actions.heard.papers import (
    COPY_KIND,
    NotedPapers,
    PaperNote,
    keep_copy,
    note_papers,
    see_paper,
)
from emploi.pathway.orientation.actions.heard.trades import (
    add_trade,
    change_trade,
    load_shipped_trades,
    load_trades,
    move_trade,
    remove_trade,
)

__all__ = [
    "COPY_KIND",
    "NotedPapers",
    "PaperNote",
    "add_trade",
    "change_trade",
    "keep_copy",
    "load_shipped_trades",
    "load_trades",
    "move_trade",
    "note_papers",
    "remove_trade",
    "see_paper",
    "take_from_spouse",
]
