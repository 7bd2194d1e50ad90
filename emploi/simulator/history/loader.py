"""Four years of a service, loaded in bulk: the rights first, then the story of each entry."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import acting
from emploi.simulator.history.cases import Case, case_of
from emploi.simulator.history.clock_rows import forget_terms
from emploi.simulator.history.entry_rows import EntryTables
from emploi.simulator.history.ledger import Passage
from emploi.simulator.history.notices import Horizon, horizon_on
from emploi.simulator.history.parallel import Share, in_shares
from emploi.simulator.history.people_rows import PeopleTables
from emploi.simulator.history.places import Lived, live
from emploi.simulator.history.rows import Table, bulk, count_seats, may_trust
from emploi.simulator.history.runs import Runs
from emploi.simulator.history.service import Service, open_agendas, plan_weeks, read_service
from emploi.simulator.life.dossier import World
from emploi.simulator.life.draws import STORY, stream
from emploi.simulator.life.months import first_day
from emploi.simulator.stories import acts
from emploi.simulator.stories.agenda import Agenda
from emploi.simulator.stories.fate import Delays, Fate, fate_of
from emploi.simulator.stories.story import Teller, cut, not_marked_yet
from emploi.territory.rulebook import queries as rulebook

PLACES_A_CHUNK, ENTRIES_A_CHUNK = 500, 1000
DETAIL_MONTHS = 12  # messages, journal and proposals are kept for the last year
MARKING = 3
WORTH_SHARING, MOST_PROCESSES = 1500, 4
WORTH_TRUSTING = 1000  # below, every key is checked again: it costs nothing
Progress = Callable[[str, int, int], None]
Story = tuple[Case, list[acts.Act]]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was loaded."""

    rows: Counter[str]


@dataclass(frozen=True, slots=True)
class Places:
    """What one share of the places left: its entries, its rows, the dossiers of each file."""

    cases: list[Case]
    rows: Counter[str]
    dossiers: Counter[int]


class HistoryLoader:
    """Loads the life of `households` places up to now."""

    def __init__(self, world: World, households: int, now: datetime, by: Actor, progress: Progress) -> None:
        self.world, self.households, self.now, self.by, self.progress = world, households, now, by, progress
        self.processes = processes_for(households)
        self.trusted = households >= WORTH_TRUSTING and may_trust()
        self.horizon: Horizon = horizon_on(now.date())
        self.rows: Counter[str] = Counter()
        self.fates: dict[tuple[int, int], Fate] = {}
        self._delays: dict[date, Delays] = {}

    def load(self) -> Loaded:
        """Everything, in transactions of a few hundred places or entries."""
        forget_terms()
        with rulebook.cached():
            cases = self._load_people()
            service = self._open_service(cases)
            self._load_stories(service, self._stories(service, cases))
            count_seats(self.by)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        return Loaded(self.rows)

    def _load_people(self) -> list[Case]:
        runs = Runs(self.world.figures, self.horizon, self.households)
        runs.start()
        bar = Bar(self.progress, "Foyers, droits et entrées", self.households)
        loaded = in_shares(lambda share, tell: self._load_places(runs, share, tell), self.processes, bar.advance)
        PeopleTables().settle_ids()
        dossiers: Counter[int] = Counter()
        for places in loaded:
            self.rows += places.rows
            dossiers += places.dossiers
        with acting(self.by):
            runs.write(dossiers)
        return [case for places in loaded for case in places.cases]

    def _load_places(self, runs: Runs, share: Share, tell: Callable[[int], None]) -> Places:
        tables, rows = PeopleTables(), Counter[str]()
        cases: list[Case] = []
        tables.start(share)
        gap = int(rulebook.value("return_gap_months", self.now.date()))
        for index, start in enumerate(range(0, self.households, PLACES_A_CHUNK)):
            if not share.mine(index):
                continue
            stop = min(start + PLACES_A_CHUNK, self.households)
            for slot in range(start, stop):
                lived = live(slot, self.world, self.horizon, runs, gap=gap, oriented=self._is_oriented)
                tables.add(lived.ledger, lived.lasts, lived.reaches, lived.died)
                cases.extend(_cases(lived))
            self._write(tables.in_order(), rows)
            tell(stop - start)
        return Places(cases, rows, runs.dossiers)

    def _open_service(self, cases: list[Case]) -> Service:
        service = read_service()
        plan_weeks(service, (case.commune for case in cases))
        today = self.now.date()
        # A demonstration started on a Saturday must show a day of work all the same.
        special = None if clock.is_working_day(today) or clock.is_holiday(today) else today
        since = first_day(self.world.figures.origin)
        open_agendas(service, since=since, special=special, by=self.by, at=self.now)
        return service

    def _stories(self, service: Service, cases: list[Case]) -> list[Story]:
        """Tells the stories in the order people came in: the agendas fill up as they did."""
        today = self.now.date()
        special = None if clock.is_working_day(today) or clock.is_holiday(today) else today
        agenda = Agenda(service.weeks, special=special)
        cases.sort(key=lambda case: (case.opened_on, case.entry_id))
        return [(case, [] if case.is_stock else self._tell(case, service, agenda)) for case in cases]

    def _tell(self, case: Case, service: Service, agenda: Agenda) -> list[acts.Act]:
        draws = stream(self.world.seed, STORY, case.serial, case.rank, MARKING)
        teller = Teller(
            fate=self._fate(case.serial, case.rank, case.opened_on),
            delays=self._delays_of(case.opened_on),
            territory=service.territory_of.get(case.commune, ""),
            is_digital=case.is_digital,
            agenda=agenda,
            draws=draws,
            promises=self.world.figures.promises,
        )
        told = cut(teller.tell(), now=self.now, closed_at=case.closed_at())
        if told and told[0].at.date() == self.now.date():
            # Today's batch is left to whoever tries the product: her entrants wait to be invited.
            return []
        return not_marked_yet(told, self.now, draws)

    def _load_stories(self, service: Service, stories: list[Story]) -> None:
        detail_since = clock.start_of(clock.add_months(self.now.date(), -DETAIL_MONTHS))
        tables = EntryTables(service, self.world, self.now, detail_since)
        with bulk(self.by, trusted=self.trusted):
            tables.visits.write_first(told for _, told in stories)
        bar = Bar(self.progress, "Rendez-vous, entretiens et orientations", len(stories))
        loaded = in_shares(
            lambda share, tell: self._load_entries(tables, stories, share, tell), self.processes, bar.advance
        )
        tables.settle_ids()
        for rows in loaded:
            self.rows += rows

    def _load_entries(
        self, tables: EntryTables, stories: list[Story], share: Share, tell: Callable[[int], None]
    ) -> Counter[str]:
        """The entries of a share; those of one person stay together, for what she said is said once."""
        rows, told_of = Counter[str](), 0
        tables.start(share)
        for case, told in stories:
            if not share.mine(case.person_id):
                continue
            tables.add(case, told)
            told_of += 1
            if told_of == ENTRIES_A_CHUNK:
                self._write(tables.in_order(), rows)
                tell(told_of)
                told_of = 0
        self._write(tables.in_order(), rows)
        tell(told_of)
        return rows

    def _write(self, tables: list[Table], rows: Counter[str]) -> None:
        with bulk(self.by, trusted=self.trusted):
            for table in tables:
                rows[table.model._meta.label] += table.write()

    def _is_oriented(self, passage: Passage, on: date) -> bool:
        """Whether an entry has an orientation on a day, as its story plans it."""
        if passage.kind == "stock":
            return True
        rank = _rank(passage)
        return self._fate(passage.person.key, rank, passage.notice.created_on).decided_on < on

    def _fate(self, serial: int, rank: int, opened_on: date) -> Fate:
        key = (serial, rank)
        if key not in self.fates:
            draws = stream(self.world.seed, STORY, serial, rank)
            self.fates[key] = fate_of(opened_on, self._delays_of(opened_on), self.world.figures.promises, draws)
        return self.fates[key]

    def _delays_of(self, opened_on: date) -> Delays:
        if opened_on not in self._delays:
            days = int(rulebook.value("first_interview_days", opened_on))
            months = int(rulebook.value("orientation_months", opened_on))
            self._delays[opened_on] = Delays(opened_on + timedelta(days=days), clock.add_months(opened_on, months))
        return self._delays[opened_on]


def processes_for(households: int) -> int:
    """How many processes load that many households; one is enough for a small service."""
    return 1 if households < WORTH_SHARING else max(1, min(os.cpu_count() or 1, MOST_PROCESSES))


class Bar:
    """A count that several processes advance."""

    def __init__(self, progress: Progress, title: str, total: int) -> None:
        self.progress, self.title, self.total, self.done = progress, title, total, 0

    def advance(self, count: int) -> None:
        """Says how far the work is."""
        self.done += count
        self.progress(self.title, self.done, self.total)


def _cases(lived: Lived) -> Iterator[Case]:
    for passage in lived.ledger.passages:
        reach = lived.reaches[passage.person.key]
        own = passage.dossier.facts.claim_number in lived.self_employed
        yield case_of(passage, _rank(passage), reach, self_employed=own)


def _rank(passage: Passage) -> int:
    """How many entries the person had before."""
    rank, previous = 0, passage.previous
    while previous is not None:
        rank, previous = rank + 1, previous.previous
    return rank
