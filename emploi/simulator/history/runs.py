"""The files received during the history, as the import screens list them."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

from emploi.exchanges.caf.models import ReceivedFile
from emploi.foundation import clock
from emploi.foundation.intake.models import Run
from emploi.simulator.caf_files.monthly import ENCODING
from emploi.simulator.history.notices import DAILY, MONTHLY, Horizon, Notice
from emploi.simulator.history.rows import Table, as_json
from emploi.simulator.life.calibration import Calibration
from emploi.simulator.life.months import file_created_on, last_day

KIND, APPLICATION, AUTHOR = "caf", "CRI", "Import CAF"


class Runs:
    """One run for each monthly file and each working day's daily file, up to the horizon."""

    def __init__(self, figures: Calibration, horizon: Horizon, households: int) -> None:
        self.run = Table(Run, _RUN)
        self.file = Table(ReceivedFile, _FILE)
        self.households = households
        self.dossiers: Counter[int] = Counter()
        self._ids: dict[tuple[str, date], int] = {}
        self._received: list[tuple[int, date, date, str]] = []
        self._figures, self._horizon = figures, horizon

    def start(self) -> None:
        """Gives each file its number, in the order they came."""
        self.run.start()
        for created_on, reference_on, source in sorted(self._files()):
            run_id = self._ids[(source, created_on)] = self.run.take_id()
            self._received.append((run_id, created_on, reference_on, source))

    def of(self, notice: Notice) -> int:
        """The run of a notice, one dossier more in its file."""
        run_id = self._ids[(notice.source, notice.created_on)]
        self.dossiers[run_id] += 1
        return run_id

    def write(self, dossiers: Counter[int]) -> None:
        """Copies the rows, with what each file held."""
        for rank, (run_id, created_on, reference_on, source) in enumerate(self._received):
            total = self.households if source == MONTHLY else dossiers[run_id]
            self._add(run_id, created_on, reference_on, source, total, first_load=not rank)
        self.run.write()
        self.file.write()
        self.run.settle_ids()

    def _files(self) -> list[tuple[date, date, str]]:
        delay = int(self._figures.flow["file_delay_days"])
        months = range(self._figures.origin, self._horizon.last_month + 1)
        files = [(file_created_on(month, delay), last_day(month), MONTHLY) for month in months]
        day = files[0][0] + timedelta(days=1) if files else self._horizon.today
        while day <= self._horizon.today:
            if clock.is_working_day(day):
                files.append((day, day, DAILY))
            day += timedelta(days=1)
        return files

    def _add(
        self, run_id: int, created_on: date, reference_on: date, source: str, total: int, *, first_load: bool
    ) -> None:
        monthly = source == MONTHLY
        name = f"RSABEM-{reference_on:%Y-%m}.xml" if monthly else f"RSABEI-{reference_on:%Y-%m-%d}.xml"
        at = _morning(created_on)
        status = "done"
        self.run.add(
            run_id, KIND, name, "", 0, reference_on, created_on, status, total, total,
            as_json({"households_read": total}), at, "system", AUTHOR, at, at + timedelta(minutes=2),
        )  # fmt: skip
        cadence = "M" if monthly else "I"
        self.file.add(
            run_id, APPLICATION, cadence, "CAF", f"{APPLICATION}-{cadence}", ENCODING, reference_on, created_on, total,
            total, first_load and monthly,
        )  # fmt: skip


def _morning(day: date) -> datetime:
    return clock.start_of(day) + timedelta(hours=7, minutes=30)


_RUN = (
    "id", "kind", "file_name", "sha256", "size", "reference_on", "received_on", "status", "total", "done", "counters",
    "created_at", "created_by_kind", "created_by_label", "started_at", "finished_at",
)  # fmt: skip
_FILE = (
    "run_id", "application", "flow_type", "payer", "series", "encoding", "reference_on", "created_on", "declared_count",
    "found_count", "first_load",
)  # fmt: skip
