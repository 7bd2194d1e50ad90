"""After a cancellation, the link with which the person chooses again works as long as a new one would."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from emploi.pathway.appointments.enums import Act
from emploi.pathway.appointments.models import Appointment, Invitation
from emploi.pathway.appointments.queries import terms
from emploi.pathway.appointments.queries.links import is_ended, was_promised


def link_to_choose(appointment: Appointment, latest: Invitation | None, *, at: datetime) -> Invitation | None:
    """Return the link by which a person whose date was cancelled chooses another, prolonged; None: she has to call.

    A message never sends to a link that is over, nor to one that only shows a convocation.
    """
    if latest is None or latest.act == Act.CONVOCATION or is_ended(latest):
        return None
    if not (latest.kind.bookable_by_person or was_promised(latest.pk)):
        return None
    until = terms.expires_on(latest.kind, at.date())
    # She may hold an earlier message as well: every link of hers that was not replaced by a convocation goes on.
    hers = Invitation.links.filter(
        Q(superseded_by=None) | ~Q(superseded_by__act=Act.CONVOCATION),
        person=appointment.person_id,
        entry=appointment.entry_id,
        kind=appointment.kind_id,
        revoked_at=None,
        expires_on__lt=until,
    ).exclude(Q(act=Act.CONVOCATION) | Q(pk=latest.pk))
    hers.update(expires_on=until)
    if latest.expires_on < until:
        latest.expires_on = until
        latest.save(update_fields=["expires_on"])
    return latest
