"""Work lists of the orientation: "due and not done"."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery

from emploi.foundation.ui.french import date_long_fr
from emploi.pathway.appointments.enums import Act, AppointmentStatus
from emploi.pathway.appointments.models import Appointment, CallAttempt, Invitation
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.clocks.enums import DeadlineKind
from emploi.pathway.clocks.models import Deadline
from emploi.pathway.orientation.models import Decision, Interview, Modality
from emploi.pathway.orientation.rules.bases import SOCIAL_BY_DEFAULT, bodies_by_default
from emploi.territory.rulebook import queries as rulebook
from emploi.territory.rulebook.models import Regime
from emploi.territory.rulebook.wording import said

STILL_ALIVE = (AppointmentStatus.PLANNED, AppointmentStatus.HELD)


@dataclass(frozen=True, slots=True)
class DefaultTarget:
    """Where the law of an entry's period sends a person oriented by default (R262-65-3)."""

    rule: str
    kinds: frozenset[str]
    words: str
    regime: str

    def allows(self, modality: Modality) -> bool:
        """Tell whether a pathway may be chosen by default; nobody guesses the health of somebody never met."""
        if modality.is_sensitive:
            return False
        if self.rule == SOCIAL_BY_DEFAULT:
            return modality.legal_path == "social"
        return bool(self.kinds & set(modality.responsible_kinds))


def default_targets(entries: Collection[Entry]) -> dict[int, DefaultTarget]:
    """Return, by entry, where one may be oriented by default under the regime of the day she was known."""
    regimes = list(rulebook.regimes())
    with rulebook.cached():
        return {entry.pk: _target(entry, regimes) for entry in entries}


def _target(entry: Entry, regimes: list[Regime]) -> DefaultTarget:
    legal_date = entry.reopened_on or entry.opened_on
    found = rulebook.parameter("default_orientation", legal_date)
    kinds = bodies_by_default(str(found.value), followed=bool(entry.france_travail_followed))
    in_force = [one for one in regimes if one.valid_from <= legal_date <= (one.valid_to or legal_date)]
    regime = f"{in_force[0].title}, depuis le {date_long_fr(in_force[0].valid_from)}" if in_force else ""
    return DefaultTarget(str(found.value), kinds, said(found.value, found.unit), regime)


def to_orient_by_default() -> QuerySet[Deadline]:
    """Return the six weeks still owed of those who missed their convocation and whom nothing else awaits (R262-65-3).

    Not here: an excused absence, another date given since, an interview begun, an orientation decided.
    """
    entry = OuterRef("entry_id")
    sent = Invitation.objects.filter(entry_id=entry, kind__is_first_interview=True, revoked_at=None)
    convoked = sent.filter(act=Act.CONVOCATION).order_by("-sent_on")
    first = Appointment.objects.first_interviews().filter(entry_id=entry)
    missed = first.filter(status=AppointmentStatus.ABSENT, starts_at__date__gte=OuterRef("convoked_on"))
    return (
        Deadline.objects.actionable()
        .filter(kind=DeadlineKind.ORIENTATION_SIX_WEEKS, entry__closed_on=None, person__died_on=None)
        .filter(~Exists(first.filter(status__in=STILL_ALIVE)))
        .filter(~Exists(Interview.objects.real().filter(entry_id=entry)))
        .filter(~Exists(Decision.objects.current().filter(entry_id=entry)))
        .annotate(convoked_on=Subquery(convoked.values("sent_on")[:1]))
        .filter(convoked_on__isnull=False)
        .annotate(missed_at=Subquery(missed.order_by("-starts_at").values("starts_at")[:1]))
        .filter(missed_at__isnull=False)
        .annotate(relaunches=_count(Invitation.objects.filter(entry_id=entry, is_relaunch=True)))
        .annotate(calls=_count(CallAttempt.objects.filter(entry_id=entry)))
        .select_related("person", "entry", "entry__commune")
        .order_by("due_on", "id")
    )


def _count(rows: QuerySet[Invitation] | QuerySet[CallAttempt]) -> Subquery:
    counted = rows.order_by().values("entry").annotate(found=Count("pk")).values("found")
    return Subquery(counted, output_field=IntegerField())
