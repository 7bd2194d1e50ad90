"""The days between two demonstrations, lived through the product's own actions: files, invitations, meetings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.pathway.appointments import actions as appointments
from emploi.pathway.appointments import queries as agendas
from emploi.pathway.appointments.enums import AppointmentStatus, BookedVia
from emploi.pathway.appointments.models import Appointment, Invitation
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.orientation import actions as orientation
from emploi.pathway.orientation import queries as orientations
from emploi.pathway.orientation.models import Decision
from emploi.simulator.caf_files.daily import daily_views
from emploi.simulator.demo import files
from emploi.simulator.demo.interviews import Meeting, hold
from emploi.simulator.demo.trying import tried
from emploi.simulator.life.dossier import Snapshot, World
from emploi.simulator.life.draws import STORY, Draws, stream
from emploi.simulator.life.months import file_created_on
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Role

FILES_AT, INVITE_AT, BOOK_AT, RELAUNCH_AT, SEND_AT = time(7, 30), time(9, 30), time(12, 5), time(9, 45), time(16, 30)
LAST_MINUTE = time(23, 59)
LIVING = (AppointmentStatus.PLANNED, AppointmentStatus.HELD)
ANSWERS_A_DAY, ABSENT, EXCUSED = 0.42, 0.14, 0.06
HORIZON_DAYS, CHOICES = 13, 10
THURSDAY = 3
INTERVIEW = timedelta(minutes=56)
MEETING_STREAM, BOOKING_STREAM = 91, 92
Progress = Callable[[str, int, int], None]


class Living:
    """Moves the life of a demonstration forward, one day after the other."""

    def __init__(
        self, world: World, households: int, progress: Progress, lived: Callable[[datetime], None] = lambda _: None
    ) -> None:
        self.world, self.households, self.progress, self.lived = world, households, progress, lived
        self.system = Actor.system("Démonstration")
        office = Agent.objects.filter(memberships__role=Role.RSA_OFFICE, memberships__ended_on=None, is_active=True)
        found = office.order_by("pk").first()
        self.office = found.as_actor() if found else self.system

    def live(self, since: datetime, until: datetime) -> int:
        """Lives the days after `since`, up to `until`; returns how many."""
        days = [since.date() + timedelta(days=n) for n in range(1, (until.date() - since.date()).days + 1)]
        views = daily_views(self.households, since.date(), until.date(), self.world) if days else {}
        self._finish(since.date(), until)
        for rank, day in enumerate(days, start=1):
            self._receive(day, views.get(day, []), until)
            if clock.is_working_day(day):
                self._work(day, until)
            # Interrupted, it goes on from here: a day lived twice invites nobody twice.
            self.lived(min(datetime.combine(day, LAST_MINUTE, clock.ZONE), until))
            self.progress("Jours passés depuis la dernière fois", rank, len(days))
        appointments.extend_openings(by=self.system, at=until)
        return len(days)

    def _finish(self, day: date, until: datetime) -> None:
        """What was left of the last day."""
        if until.date() > day:
            self._meet(day, until)
            self._note_others(day, until)

    def _receive(self, day: date, views: list[Snapshot], until: datetime) -> None:
        at = datetime.combine(day, FILES_AT, clock.ZONE)
        month = files.waiting_month(day)
        usual = file_created_on(month, int(self.world.figures.flow["file_delay_days"]))
        # The month's file waits on the last day of a demonstration: only those of the months before are taken.
        for due in range(month - 1, month + 1):
            late = due < files.waiting_month(until.date()) and (due < month or day >= usual)
            if late and not files.is_imported(due):
                files.import_month(self.world, self.households, due, day, by=self.system, at=at)
        if views:
            files.import_day(self.world, day, views, by=self.system, at=at)

    def _work(self, day: date, until: datetime) -> None:
        self._invite(day, until)
        self._meet(day, until)
        self._note_others(day, until)
        self._relaunch(day, until)
        self._book(day, until)
        self._transmit(day, until)

    def _invite(self, day: date, until: datetime) -> None:
        at = datetime.combine(day, INVITE_AT, clock.ZONE)
        never = Entry.objects.open().counted().exclude(Exists(Invitation.objects.filter(entry=OuterRef("pk"))))
        never = never.exclude(Exists(Decision.objects.filter(entry=OuterRef("pk"))))
        ids = list(never.values_list("pk", flat=True))
        if ids and at <= until:
            tried(appointments.invite_entries, entry_ids=ids, by=self.office, at=at)

    def _relaunch(self, day: date, until: datetime) -> None:
        at = datetime.combine(day, RELAUNCH_AT, clock.ZONE)
        if at > until:
            return
        # What the worker does by itself; whom no SMS nor e-mail reaches is left to the secretary.
        for batch_id in appointments.ask_relaunches(by=self.system, at=at):
            appointments.run_batch(batch_id, now=lambda: at)
        ids = [deadline.entry_id for deadline in agendas.to_relaunch(day)]
        if ids:
            tried(appointments.invite_entries, entry_ids=ids, is_relaunch=True, by=self.office, at=at)

    def _book(self, day: date, until: datetime) -> None:
        """Some of those invited choose an hour, most of them near their home and soon."""
        at = datetime.combine(day, BOOK_AT, clock.ZONE)
        if at > until:
            return
        living = Appointment.objects.filter(entry=OuterRef("pk"), is_first_interview=True, status__in=LIVING)
        invited = Entry.objects.open().counted().filter(Exists(Invitation.objects.filter(entry=OuterRef("pk"))))
        waiting = invited.exclude(Exists(living)).exclude(Exists(Decision.objects.filter(entry=OuterRef("pk"))))
        for entry in waiting.select_related("person"):
            draws = self._draws(BOOKING_STREAM, entry.pk, day)
            if draws.chance(ANSWERS_A_DAY):
                self._choose(entry, at, draws)

    def _choose(self, entry: Entry, at: datetime, draws: Draws) -> None:
        kind = agendas.first_interview_kind()
        since = clock.start_of(at.date() + timedelta(days=1))
        until = since + timedelta(days=HORIZON_DAYS)
        near = agendas.places_with_slots(entry.commune_id, kind_id=kind.pk, since=since, until=until)[:2]
        places = [choice.place.pk for choice in near] or None
        slots = agendas.free_slots(kind_id=kind.pk, since=since, until=until, place_ids=places)[:CHOICES]
        if not slots:
            return
        own = draws.chance(0.66)
        by = Actor.person(entry.person_id, entry.person.full_name) if own else self.office
        invitation = Invitation.objects.filter(entry=entry, revoked_at=None).order_by("-sent_at").first()
        tried(
            appointments.book,
            slot_id=draws.pick(list(slots)).pk,
            entry_id=entry.pk,
            via=BookedVia.PERSON if own else BookedVia.PHONE,
            invitation_id=invitation.pk if own and invitation else None,
            by=by,
            at=at,
        )

    def _meet(self, day: date, until: datetime) -> None:
        """Notes the presences of a day and holds its interviews; today, those that are over, and not all of them."""
        planned = Appointment.objects.planned().first_interviews().filter(starts_at__date=day)
        for appointment in planned.select_related("agent", "entry").order_by("starts_at", "pk"):
            starts_at = appointment.starts_at.astimezone(clock.ZONE)
            if starts_at + INTERVIEW > until or appointment.entry is None or appointment.entry.closed_on is not None:
                continue
            draws = self._draws(MEETING_STREAM, appointment.pk, day)
            if day == until.date() and draws.chance(0.35):
                continue
            self._mark(appointment, starts_at, draws)

    def _note_others(self, day: date, until: datetime) -> None:
        """Notes who came to the sessions, to the referents, or answered the telephone."""
        planned = Appointment.objects.planned().filter(
            is_first_interview=False, starts_at__date=day, ends_at__lte=until
        )
        for appointment in planned.select_related("agent").order_by("starts_at", "pk"):
            absent = self._draws(MEETING_STREAM, appointment.pk, day).chance(ABSENT)
            mark = appointments.mark_absent if absent else appointments.mark_present
            at = appointment.ends_at.astimezone(clock.ZONE)
            tried(mark, appointment_id=appointment.pk, by=appointment.agent.as_actor(), at=at)

    def _mark(self, appointment: Appointment, starts_at: datetime, draws: Draws) -> None:
        officer, chance = appointment.agent.as_actor(), draws.random()
        after = starts_at + timedelta(minutes=35)
        if chance < ABSENT:
            tried(appointments.mark_absent, appointment_id=appointment.pk, by=officer, at=after)
        elif chance < ABSENT + EXCUSED:
            reason = "Enfant malade"
            tried(appointments.mark_excused, appointment_id=appointment.pk, reason=reason, by=officer, at=after)
        else:
            meeting = Meeting(appointment, officer, starts_at)
            tried(hold, meeting=meeting, promises=self.world.figures.promises, draws=draws)

    def _transmit(self, day: date, until: datetime) -> None:
        at = datetime.combine(day, SEND_AT, clock.ZONE)
        if day.weekday() != THURSDAY or at > until:
            return
        before = day - timedelta(days=1)
        ids = list(orientations.unsent_decisions().filter(decided_on__lte=before).values_list("pk", flat=True))
        if ids:
            tried(orientation.mark_transmitted, decision_ids=ids, on=day, by=self.office, at=at)

    def _draws(self, what: int, number: int, day: date) -> Draws:
        return stream(self.world.seed, STORY, what, number, day.toordinal())
