"""The story of each entry turned into rows, all apps together."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from emploi.simulator.history.cases import Case
from emploi.simulator.history.clock_rows import ClockTables
from emploi.simulator.history.decision_rows import DecisionTables
from emploi.simulator.history.interview_rows import MINUTES, InterviewTables, Talk
from emploi.simulator.history.journal_rows import JournalTables
from emploi.simulator.history.message_rows import MessageTables
from emploi.simulator.history.parallel import WHOLE, Share
from emploi.simulator.history.rows import Table
from emploi.simulator.history.service import Service
from emploi.simulator.history.visit_rows import Held, VisitTables
from emploi.simulator.life.dossier import World
from emploi.simulator.life.draws import STORY, stream
from emploi.simulator.stories import acts
from emploi.simulator.stories.diagnosis import say

SAID, DECIDED = 1, 2
UNFINISHED = 0.08  # of today's interviews, those that stop after the diagnosis
ALL_STEPS = len(MINUTES)


class EntryTables:
    """Every table an entry's story fills."""

    def __init__(self, service: Service, world: World, now: datetime, detail_since: datetime) -> None:
        self.world, self.now = world, now
        self.clocks = ClockTables()
        self.visits = VisitTables(service, world.seed, now)
        self.interviews = InterviewTables(detail_since)
        self.decisions = DecisionTables(service, self.interviews.rules.identity)
        self.messages = MessageTables(service, world.seed, detail_since, now)
        self.journal = JournalTables(service, detail_since)

    def start(self, share: Share = WHOLE) -> None:
        """Continues the identifiers of every table."""
        for part in (self.visits, self.interviews, self.decisions):
            part.start(share)
        # References of messages are unique too.
        self.messages.start(share)

    def settle_ids(self) -> None:
        """Tells the sequences where the tables stand."""
        visits, interviews = self.visits, self.interviews
        named = (visits.invitation, visits.appointment, interviews.interview, interviews.proposal)
        for table in (*named, self.decisions.decision):
            table.settle_ids()

    def in_order(self) -> list[Table]:
        """Parents first."""
        return [
            self.clocks.deadline,
            *self.visits.in_order(),
            *self.interviews.in_order(),
            *self.decisions.in_order(),
            self.messages.message,
            self.journal.journal,
        ]

    def add(self, case: Case, told: list[acts.Act]) -> None:
        """One entry."""
        self.clocks.add(case, told)
        if case.is_stock:
            draws = stream(self.world.seed, STORY, case.serial, case.rank, DECIDED)
            self.decisions.add_taken_over(case, self.world.figures.promises.stock_paths.draw(draws), draws)
            return
        sent, held = self.visits.add(case, told)
        talk = self._talk(case, told, held)
        self._decide(case, told, talk)
        self.messages.add(case, sent, held)
        self.journal.add(case, sent, held, talk)

    def _talk(self, case: Case, told: list[acts.Act], held: list[Held]) -> Talk | None:
        met = next((act for act in told if isinstance(act, acts.Met)), None)
        if met is None:
            return None
        draws = stream(self.world.seed, STORY, case.serial, case.rank, SAID)
        promises = self.world.figures.promises
        said = say(draws, promises, self_employed=case.self_employed, france_travail=bool(case.followed))
        appointment = next(found for found in held if found.visit is met.visit)
        finished = next((act.at for act in told if isinstance(act, acts.Decided)), None)
        talk = Talk(
            id=self.interviews.interview.take_id(),
            started_at=met.at,
            officer_id=self.visits.service.officers[met.visit.taken.desk].id,
            appointment_id=appointment.id,
            said=said,
            reached=self._reached(met.at, draws.random()),
            settled=met.settled,
            finished_at=finished,
        )
        self.interviews.add(case, talk)
        return talk

    def _reached(self, started_at: datetime, chance: float) -> int:
        """How many steps are behind: all of them, unless the interview is going on, or stopped short today."""
        reached = sum(1 for minutes in MINUTES if started_at + timedelta(minutes=minutes) <= self.now)
        if started_at.date() == self.now.date() and reached == ALL_STEPS and chance < UNFINISHED:
            return 2
        return reached

    def _decide(self, case: Case, told: list[acts.Act], talk: Talk | None) -> None:
        decided = next((act for act in told if isinstance(act, acts.Decided)), None)
        if talk is not None and talk.settled and talk.reached > 2:
            at = talk.started_at + timedelta(minutes=MINUTES[2])
            decided = acts.Decided(at, "interview", at.date())
        details: dict[str, dict[str, Any]] = {}
        if decided is not None:
            details = self.decisions.add(
                case,
                decided,
                talk,
                stream(self.world.seed, STORY, case.serial, case.rank, DECIDED),
                sent_on=next((act.at.date() for act in told if isinstance(act, acts.Transmitted)), None),
                missed_on=_convocation_missed_on(told),
            )
        if talk is not None:
            self.interviews.add_steps(talk, details)


def _convocation_missed_on(told: list[acts.Act]) -> date | None:
    """The day the person missed the appointment she was convoked to."""
    convened = [act.visit for act in told if isinstance(act, acts.Convened)]
    missed = [act.visit.taken.day for act in told if isinstance(act, acts.Missed) and act.visit in convened]
    return missed[-1] if missed else None
