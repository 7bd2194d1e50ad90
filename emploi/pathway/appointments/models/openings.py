"""An agent's recurring openings at a place, the slots they give, the days nobody is received."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import reduce
from operator import or_
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from emploi.foundation import clock
from emploi.pathway.appointments.enums import Modality, Weeks
from emploi.pathway.appointments.models.kinds import Kind
from emploi.pathway.appointments.rules.slots import Moments, closed_moments
from emploi.territory.geography.models import Place

AGENT = settings.AUTH_USER_MODEL
# A slot closed while booked still occupies its agent until the appointment is moved.
OCCUPIES_THE_AGENT = Q(closed_at=None) | Q(booked__gt=0)
NOTHING = Q(pk__in=[])
IS_FREE = Q(closed_at=None, booked__lt=F("seats"))


class Opening(models.Model):
    """A weekly opening of one agent at one place, between two dates."""

    agent = models.ForeignKey(AGENT, on_delete=models.PROTECT, related_name="openings", verbose_name="agent")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="openings", verbose_name="lieu")
    kind = models.ForeignKey(Kind, on_delete=models.PROTECT, related_name="openings", verbose_name="type")
    first_on = models.DateField("à partir du")
    last_on = models.DateField("jusqu'au", null=True, blank=True)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), verbose_name="jours")
    starts_at = models.TimeField("de")
    ends_at = models.TimeField("à")
    slot_minutes = models.PositiveSmallIntegerField("durée d'un rendez-vous, en minutes")
    seats = models.PositiveSmallIntegerField("personnes par rendez-vous", default=1)
    weeks = models.CharField("semaines", max_length=4, choices=Weeks.choices, blank=True, default=Weeks.ALL)
    modality = models.CharField("comment", max_length=10, choices=Modality.choices, default=Modality.PHYSICAL)
    generated_until = models.DateField("créneaux créés jusqu'au", null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(AGENT, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "permanence"
        ordering: ClassVar = ["agent", "first_on", "starts_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="opening_hours_in_order"),
            models.CheckConstraint(
                condition=Q(last_on=None) | Q(last_on__gte=F("first_on")), name="opening_dates_in_order"
            ),
            models.CheckConstraint(condition=Q(slot_minutes__gte=5), name="opening_slot_of_five_minutes"),
            models.CheckConstraint(condition=Q(seats__gte=1), name="opening_has_a_seat"),
        ]
        indexes: ClassVar = [models.Index(fields=["agent", "first_on"], name="opening_agent")]

    def __str__(self) -> str:
        return f"{self.agent_id} à {self.place_id} dès le {self.first_on:%d/%m/%Y}"


class OpeningException(models.Model):
    """A date on which an opening is not as usual: other hours, or, without hours, nobody."""

    opening = models.ForeignKey(Opening, on_delete=models.CASCADE, related_name="exceptions")
    day = models.DateField("le")
    starts_at = models.TimeField("de", null=True, blank=True)
    ends_at = models.TimeField("à", null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(AGENT, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "date particulière"
        verbose_name_plural = "dates particulières"
        ordering: ClassVar = ["day"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["opening", "day"], name="opening_exception_once_a_day"),
            models.CheckConstraint(
                condition=Q(starts_at=None, ends_at=None)
                | Q(starts_at__isnull=False, ends_at__isnull=False, ends_at__gt=F("starts_at")),
                name="opening_exception_hours_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"Le {self.day:%d/%m/%Y}"


class Closure(models.Model):
    """Days, or hours of these days, on which an agent, a whole place, or the whole Département receives nobody."""

    agent = models.ForeignKey(AGENT, on_delete=models.PROTECT, null=True, blank=True, related_name="closures")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, blank=True, related_name="closures")
    everywhere = models.BooleanField("tout le Département", default=False)
    first_on = models.DateField("du")
    last_on = models.DateField("au")
    # ISO weekdays of an absence that comes back every week; none: every day between the two.
    weekdays = ArrayField(models.PositiveSmallIntegerField(), verbose_name="jours", default=list, blank=True)
    # Without hours, whole days; with them, those hours of each day.
    starts_at = models.TimeField("de", null=True, blank=True)
    ends_at = models.TimeField("à", null=True, blank=True)
    reason = models.CharField("raison", max_length=200)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(AGENT, on_delete=models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "jours fermés"
        verbose_name_plural = "jours fermés"
        ordering: ClassVar = ["first_on"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="closure_dates_in_order"),
            models.CheckConstraint(
                condition=Q(everywhere=True, agent=None, place=None)
                | (Q(everywhere=False) & ~Q(agent=None, place=None)),
                name="closure_of_someone_or_somewhere_or_all",
            ),
            models.CheckConstraint(
                condition=Q(starts_at=None, ends_at=None)
                | Q(starts_at__isnull=False, ends_at__isnull=False, ends_at__gt=F("starts_at")),
                name="closure_hours_in_order",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["first_on", "last_on"], condition=Q(lifted_at=None), name="closure_running")
        ]

    def __str__(self) -> str:
        return f"Fermé du {self.first_on:%d/%m/%Y} au {self.last_on:%d/%m/%Y}"

    def moments(self) -> list[Moments]:
        """The moments at which nobody is received: whole days, or the same hours of each."""
        hours = (self.starts_at, self.ends_at) if self.starts_at and self.ends_at else None
        return closed_moments(self.first_on, self.last_on, hours, clock.ZONE, self.weekdays)

    def holds(self, day: date) -> bool:
        """Whether it closes this day, or hours of it."""
        within = self.first_on <= day <= self.last_on
        return within and (not self.weekdays or day.isoweekday() in self.weekdays)

    @property
    def whose(self) -> str:
        """Who, and where, receives nobody."""
        if self.everywhere:
            return "Tout le Département"
        return ", ".join(str(one) for one in (self.agent and self.agent.full_name, self.place) if one)


def during(moments: Iterable[Moments]) -> Q:
    """The slots or appointments that a part of these moments touches."""
    return reduce(or_, (Q(starts_at__lt=stop, ends_at__gt=start) for start, stop in moments), NOTHING)


class SlotQuerySet(models.QuerySet["Slot"]):
    """Scopes over slots."""

    def free(self) -> SlotQuerySet:
        """Slots with a seat left, whatever their date."""
        return self.filter(IS_FREE)

    def open(self) -> SlotQuerySet:
        """Slots not closed, booked or not."""
        return self.filter(closed_at=None)

    def sessions(self) -> SlotQuerySet:
        """Slots where several people are received together: what `is_session` says of one."""
        together = Q(opening__seats__gt=1) | Q(opening=None)
        return self.filter(together, seats__gt=1, kind__is_first_interview=False)


class Slot(models.Model):
    """A moment at which an agent can receive; `booked` is kept by the database itself."""

    opening = models.ForeignKey(Opening, on_delete=models.PROTECT, null=True, blank=True, related_name="slots")
    agent = models.ForeignKey(AGENT, on_delete=models.PROTECT, related_name="slots")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="slots")
    kind = models.ForeignKey(Kind, on_delete=models.PROTECT, related_name="slots")
    period = DateTimeRangeField()
    seats = models.PositiveSmallIntegerField(default=1, db_default=1)
    booked = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    modality = models.CharField(
        max_length=10, choices=Modality.choices, default=Modality.PHYSICAL, db_default=Modality.PHYSICAL
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_reason = models.CharField(max_length=200, blank=True)
    starts_at = models.GeneratedField(
        expression=Func(F("period"), function="lower"), output_field=models.DateTimeField(), db_persist=True
    )
    ends_at = models.GeneratedField(
        expression=Func(F("period"), function="upper"), output_field=models.DateTimeField(), db_persist=True
    )

    objects = SlotQuerySet.as_manager()

    class Meta:
        verbose_name = "créneau"
        verbose_name_plural = "créneaux"
        constraints: ClassVar = [
            ExclusionConstraint(
                name="slot_agent_once_at_a_time",
                expressions=[("agent", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                condition=OCCUPIES_THE_AGENT,
            ),
            models.CheckConstraint(condition=Q(booked__lte=F("seats")), name="slot_never_overbooked"),
            models.CheckConstraint(condition=Q(seats__gte=1), name="slot_has_a_seat"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["kind", "starts_at"], condition=IS_FREE, name="slot_free_soonest"),
            models.Index(fields=["kind", "place", "starts_at"], condition=IS_FREE, name="slot_free_at_place"),
            models.Index(fields=["agent", "starts_at"], name="slot_of_agent"),
            models.Index(fields=["place", "starts_at"], name="slot_at_place"),
        ]

    def __str__(self) -> str:
        return f"Créneau {self.pk}"

    @property
    def seats_left(self) -> int:
        """Number of seats that may still be taken."""
        return max(self.seats - self.booked, 0)

    @property
    def is_session(self) -> bool:
        """True when several people are received together; never at the first interview.

        A seat added for somebody who came without appointment makes no session of an individual slot.
        """
        planned = self.opening.seats if self.opening else self.seats
        return min(planned, self.seats) > 1 and not self.kind.is_first_interview


SEAT_IS_TAKEN = "status IN ('planned', 'held', 'absent', 'excused')"


def seats_counter() -> pgtrigger.Trigger:
    """Keep `booked` of a slot equal to its active appointments, whoever writes them, bulk loads included."""
    return pgtrigger.Trigger(
        name="count_seats",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Delete | pgtrigger.UpdateOf("status", "slot_id"),
        declare=[("was", "bigint"), ("is_now", "bigint")],
        func=f"""
            IF TG_OP <> 'INSERT' THEN
                was := CASE WHEN OLD.{SEAT_IS_TAKEN} THEN OLD.slot_id END;
            END IF;
            IF TG_OP <> 'DELETE' THEN
                is_now := CASE WHEN NEW.{SEAT_IS_TAKEN} THEN NEW.slot_id END;
            END IF;
            IF was IS DISTINCT FROM is_now THEN
                UPDATE appointments_slot SET booked = booked - 1 WHERE id = was;
                UPDATE appointments_slot SET booked = booked + 1 WHERE id = is_now;
            END IF;
            RETURN NULL;
        """,  # noqa: S608 - built from constants of this module
    )
