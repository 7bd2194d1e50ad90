"""The cells of one line that a list adds to who it is about: read one by one, their problems gathered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from emploi.exchanges.spreadsheets.rules import values
from emploi.exchanges.spreadsheets.rules.dates import WHOLE, read_date
from emploi.exchanges.spreadsheets.rules.people import Problem, Reading
from emploi.exchanges.spreadsheets.rules.values import Wrong

MOST = 160


class Cells:
    """The reading of one line through a mapping (field → position); `labels` names fields in French."""

    def __init__(
        self,
        cells: Sequence[str],
        columns: Mapping[str, int],
        now: datetime,
        found: Reading,
        labels: Mapping[str, str],
    ) -> None:
        self.cells, self.columns, self.now, self.labels, self.problems_of = cells, columns, now, labels, found

    def text(self, slug: str) -> str:
        """A cell without what nobody sees; an error of the spreadsheet or a formula is a problem."""
        position = self.columns.get(slug, -1)
        text = values.clean(self.cells[position]) if 0 <= position < len(self.cells) else ""
        try:
            values.check_cell(text)
        except Wrong as wrong:
            self.wrong(slug, wrong.code, text, wrong.reason)
            return ""
        return " ".join(text.split())[:MOST]

    def chosen(self, slug: str, choices: Mapping[str, object], examples: str) -> object | None:
        """The value of a closed list; None when it is blank, or is not in the list, which is a problem."""
        text = self.text(slug)
        if not text:
            return None
        try:
            return values.chosen(text, choices, examples)
        except Wrong as wrong:
            self.wrong(slug, wrong.code, text, wrong.reason)
            return None

    def day(self, slug: str) -> date | None:
        """A whole day."""
        text = self.text(slug)
        read = read_date(text, self.now.date())
        if read.reason:
            self.wrong(slug, "american_date" if read.american else "bad_date", text, read.reason)
        elif read.day and read.precision != WHOLE:
            self.wrong(slug, "partial_date", text, "ne dit pas le jour")
            return None
        return read.day

    def past(self, slug: str) -> date | None:
        """A whole day that is not in the future."""
        day = self.day(slug)
        if day and day > self.now.date():
            self.wrong(slug, "future", self.text(slug), "est dans le futur")
            return None
        return day

    def said_wrong(self, *slugs: str) -> bool:
        """Tell whether a problem of one of these cells is already said."""
        return any(problem.slug in slugs for problem in self.problems_of.problems)

    def wrong(self, slug: str, code: str, text: str, reason: str) -> None:
        """Refuse the line, saying what is wrong with a cell."""
        end = "" if reason.endswith("?") else "."
        problem = Problem(slug, code, f"{self.labels[slug]} : « {text[:60]} » {reason}{end}")
        if problem not in self.problems_of.problems:
            self.problems_of.problems.append(problem)

    def missing(self, slug: str, code: str, reason: str) -> None:
        """Refuse the line for what it does not say."""
        self.problems_of.problems.append(Problem(slug, code, f"{self.labels[slug]} : {reason}."))

    def left_out(self, slug: str, code: str, text: str, reason: str) -> None:
        """Leave a cell out, saying why."""
        sentence = f"{self.labels[slug]} : « {text} » {reason}. Laissé de côté."
        self.problems_of.warnings.append(Problem(slug, code, sentence))
