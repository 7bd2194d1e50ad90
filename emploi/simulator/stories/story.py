"""The story of one entry: its fate, met with the agendas, as acts in order."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final

from emploi.foundation import clock
from emploi.simulator.life.calibration import Promises
from emploi.simulator.life.draws import Draws
from emploi.simulator.stories import acts
from emploi.simulator.stories.agenda import Agenda
from emploi.simulator.stories.fate import MET, NEVER, ON_FILE, Delays, Fate

CONVOCATION_NOTICE: Final = 8  # days, one more than the rulebook asks
FORGOTTEN: Final = {0: 0.35, 1: 0.06, 2: 0.03, 3: 0.02}
SLACK: Final = 21  # days a late appointment may still slip when agendas are full
INVITATIONS, RELAUNCHES = time(9, 30), time(9, 45)
US, EXCUSES = ("Agent absent", "Salle fermée"), ("Enfant malade", "Rendez-vous médical", "Entretien d’embauche")


@dataclass(slots=True)
class Teller:
    """Writes the story of one entry."""

    fate: Fate
    delays: Delays
    territory: str
    is_digital: bool
    agenda: Agenda
    draws: Draws
    promises: Promises
    told: list[acts.Act] = field(default_factory=list)

    def tell(self) -> list[acts.Act]:
        """The acts, in order; the caller cuts what comes after now, or after the exit of the person."""
        fate = self.fate
        self._invite(fate.invited_on)
        free_from = self._answer(fate.invited_on)
        for failure in fate.failures:
            fell = self._fail(failure, free_from)
            if fell is None:
                self._decide_without_hour(free_from)
                return self.told
            free_from = self._after_failure(failure, fell)
        if fate.kind == MET:
            self._meet(free_from)
        elif fate.kind == NEVER:
            self._never_come(free_from)
        elif fate.kind == ON_FILE:
            self._decide(fate.decided_on, ON_FILE)
        return self.told

    def _answer(self, invited_on: date) -> date:
        """How long the person takes to choose; a relaunch leaves on the third day."""
        wait = int(self.draws.wait(1.6)) if self.is_digital else 2 + int(self.draws.wait(2.0))
        wait = min(wait, 6 if self.fate.in_time else 9)
        if self.is_digital and self.draws.chance(0.8):
            self._add(acts.Opened(self._any_hour(invited_on + timedelta(days=min(wait, 1)))))
        if wait >= 4:
            relaunch_on = clock.next_working_day(invited_on + timedelta(days=3))
            self._invite(relaunch_on)
            wait = max(wait, (relaunch_on - invited_on).days)
        return invited_on + timedelta(days=wait)

    def _invite(self, on: date) -> None:
        """One batch in the morning, relaunches after; a person already asked is relaunched."""
        again = any(isinstance(act, acts.Invited) for act in self.told)
        self._add(acts.Invited(datetime.combine(on, RELAUNCHES if again else INVITATIONS, clock.ZONE), again))

    def _via(self) -> str:
        chance = self.draws.random()
        if self.is_digital:
            return "person" if chance < 0.66 else "phone" if chance < 0.86 else "person_page"
        return "phone" if chance < 0.62 else "person" if chance < 0.82 else "person_page"

    def _book(self, on: date, wished: date, latest: date) -> acts.Visit | None:
        """Books the hour nearest to the wished day; an agent answers the phone on working days only."""
        via = self._via()
        if via != "person":
            on = clock.next_working_day(on)
        taken = self.agenda.take(
            self.draws, self.territory, on + timedelta(days=1), wished, max(latest, on + timedelta(1))
        )
        if taken is None:
            return None
        visit = acts.Visit(taken, via)
        chosen_at = self._any_hour(on) if via == "person" else self._office(on, 11, 16)
        at = max(chosen_at, self.told[-1].at + timedelta(minutes=10))
        if via == "phone" and self.draws.chance(0.4):
            self._add(acts.Called(at - timedelta(minutes=6), "reached"))
        self._add(acts.Booked(at, visit))
        return visit

    def _fail(self, failure: str, on: date) -> acts.Visit | None:
        """An appointment that falls through."""
        visit = self._book(on, on + timedelta(days=self.draws.between(2, 5)), on + timedelta(days=9))
        if visit is None:
            return None
        self._fell(failure, visit)
        return visit

    def _fell(self, failure: str, visit: acts.Visit) -> None:
        start = visit.taken.starts_at
        if failure == "absent":
            self._add(acts.Missed(start + timedelta(minutes=self.draws.between(25, 70)), visit))
        elif failure == "excused":
            self._add(
                acts.Excused(start + timedelta(minutes=self.draws.between(5, 70)), visit, self.draws.pick(EXCUSES))
            )
        else:
            by_us = failure == "cancelled_by_us"
            before = datetime.combine(
                visit.taken.day - timedelta(days=1), time(15, self.draws.between(0, 59)), clock.ZONE
            )
            at = max(before, self.told[-1].at + timedelta(minutes=30))
            # The hour is not offered again: told the day before, hardly anybody could take it.
            self._add(acts.Cancelled(at, visit, by_us, self.draws.pick(US) if by_us else ""))

    def _after_failure(self, failure: str, visit: acts.Visit) -> date:
        """From when the person may choose again: at once when she warned us, else once she is reached."""
        day = self.told[-1].at.date()
        if failure != "absent":
            return clock.next_working_day(day)
        called_on = clock.next_working_day(day + timedelta(days=self.draws.between(1, 2)))
        if self.is_digital:
            self._invite(called_on)
        if not self.is_digital or self.draws.chance(0.5):
            outcome = "reached" if self.fate.kind != NEVER else self.draws.pick(("no_answer", "message_left"))
            self._add(acts.Called(self._office(called_on, 10, 11), outcome))
        return called_on

    def _meet(self, on: date) -> None:
        fate = self.fate
        latest = self.delays.met_by if fate.in_time else max(fate.held_on, on) + timedelta(days=SLACK)
        visit = self._book(on, max(fate.held_on, on + timedelta(days=1)), latest)
        if visit is None:
            self._decide_without_hour(on)
            return
        held_on = visit.taken.day
        settled = fate.decided_on <= max(held_on, fate.held_on) or held_on >= fate.decided_on
        self._add(acts.Met(visit.taken.starts_at, visit, settled=settled))
        if settled:
            self._transmit(held_on)
        else:
            self._decide(max(fate.decided_on, held_on), "interview")

    def _never_come(self, on: date) -> None:
        """Convened, still absent, then oriented by default before the six weeks (R262-65-3)."""
        convened_on = clock.next_working_day(on + timedelta(days=self.draws.between(2, 5)))
        earliest = convened_on + timedelta(days=CONVOCATION_NOTICE)
        taken = self.agenda.take(self.draws, self.territory, earliest, earliest, earliest + timedelta(days=SLACK))
        if taken is None:
            self._decide_without_hour(convened_on)
            return
        visit = acts.Visit(taken, "person_page")
        self._add(acts.Convened(self._office(convened_on, 14, 16), visit))
        self._fell("absent", visit)
        self._decide(max(self.fate.decided_on, taken.day + timedelta(days=2)), "by_default")

    def _decide_without_hour(self, on: date) -> None:
        """No free hour anywhere near: an agent calls, and the orientation is decided from what is said then."""
        called_on = clock.next_working_day(on + timedelta(days=SLACK))
        self._add(acts.Called(max(self._office(called_on, 10, 11), self.told[-1].at + timedelta(minutes=5)), "reached"))
        self._decide(max(self.fate.decided_on, clock.add_working_days(called_on, 1)), ON_FILE)

    def _decide(self, on: date, basis: str) -> None:
        on = clock.next_working_day(on) if basis != ON_FILE else _working_day_before(on)
        self._add(acts.Decided(max(self._office(on, 14, 17), self.told[-1].at + timedelta(minutes=5)), basis, on))
        self._transmit(on)

    def _transmit(self, decided_on: date) -> None:
        """The office sends the week's decisions to France Travail on a Thursday or a little later."""
        days = self.draws.between(2, int(self.promises.pathway["transmission_days"]))
        sent_on = clock.next_working_day(decided_on + timedelta(days=days))
        self._add(acts.Transmitted(datetime.combine(sent_on, time(16, 30), clock.ZONE)))

    def _add(self, act: acts.Act) -> None:
        self.told.append(act)

    def _office(self, day: date, first: int, last: int) -> datetime:
        minutes = self.draws.between(first * 60, last * 60 - 1)
        return datetime.combine(day, time(minutes // 60, minutes % 60), clock.ZONE)

    def _any_hour(self, day: date) -> datetime:
        return self._office(day, 12, 21)


def _working_day_before(day: date) -> date:
    while not clock.is_working_day(day):
        day -= timedelta(days=1)
    return day


def cut(told: list[acts.Act], *, now: datetime, closed_at: datetime | None) -> list[acts.Act]:
    """What really happened: up to now, and up to the exit, when the appointment to come is cancelled."""
    ordered = sorted(told, key=lambda act: act.at)
    if closed_at is None or closed_at > now:
        return [act for act in ordered if act.at <= now]
    kept = [act for act in ordered if act.at < closed_at or (isinstance(act, acts.Transmitted) and act.at <= now)]
    waiting = _still_planned(kept)
    if waiting is not None and waiting.taken.starts_at > closed_at:
        kept.append(acts.Cancelled(closed_at + timedelta(hours=2), waiting, True, "Sortie du dispositif"))
    return [act for act in kept if not isinstance(act, acts.Transmitted) or any(_decides(k) for k in kept)]


def not_marked_yet(told: list[acts.Act], now: datetime, draws: Draws) -> list[acts.Act]:
    """Some of today's presences are not noted yet, and a few of the days before were forgotten."""
    for index, act in enumerate(told):
        if isinstance(act, acts.Met | acts.Missed | acts.Excused):
            age = (now.date() - act.visit.taken.day).days
            if draws.chance(FORGOTTEN.get(age, 0.0)):
                return told[:index]
    return told


def _still_planned(kept: list[acts.Act]) -> acts.Visit | None:
    planned: acts.Visit | None = None
    for act in kept:
        if isinstance(act, acts.Booked | acts.Convened):
            planned = act.visit
        elif isinstance(act, acts.Cancelled | acts.Missed | acts.Excused | acts.Met):
            planned = None
    return planned


def _decides(act: acts.Act) -> bool:
    return isinstance(act, acts.Decided) or (isinstance(act, acts.Met) and act.settled)
