"""Until when the letters of appointments are useful: the post must bring them before the day they speak of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from emploi.foundation import clock
from emploi.foundation.messaging.paper.origins import Origin
from emploi.foundation.messaging.paper.waiting import Useful
from emploi.foundation.ui.french import date_fr, moment_fr
from emploi.pathway.appointments.enums import Act, AppointmentStatus
from emploi.pathway.appointments.models import Appointment, Invitation, InvitationBatch
from emploi.pathway.appointments.rules.invitations import LETTER
from emploi.territory.rulebook import queries as rulebook


def useful_letters(keys: Sequence[str], today: date) -> Mapping[str, Useful]:
    """Return, by key, what each letter of an appointment is about and the last day to post it; two queries at most."""
    invitations = _numbers(keys, "invitation")
    meetings = _numbers(keys, "appointment")
    if not invitations and not meetings:
        return {}
    days = int(rulebook.value("letter_days", today))
    found: dict[str, Useful] = {}
    dates = Appointment.objects.filter(pk__in=meetings.values()).values_list("pk", "starts_at")
    starts = dict(dates)
    for key, pk in meetings.items():
        if pk in starts:
            found[key] = _before(starts[pk], days)
    sent = Invitation.objects.filter(pk__in=invitations.values()).values_list("pk", "act", "expires_on")
    known = {pk: (act, expires_on) for pk, act, expires_on in sent}
    summoned = _summoned([pk for pk, (act, _) in known.items() if act == Act.CONVOCATION])
    for key, pk in invitations.items():
        if pk in summoned:
            found[key] = _before(summoned[pk], days)
        elif pk in known and known[pk][0] == Act.INVITATION:
            last = known[pk][1]
            found[key] = Useful(f"valable jusqu’au {date_fr(last)}", clock.add_days(last, -days))
    return found


def batch_as_origin(batch_id: int) -> Origin | None:
    """Return a batch of invitations as the page of a print run names it."""
    batch = InvitationBatch.objects.filter(pk=batch_id).first()
    if batch is None:
        return None
    what = "relances" if batch.is_relaunch else "invitations"
    return Origin(f"les {what} du {moment_fr(batch.created_at)}", f"/invitations/{batch.pk}/")


def _summoned(invitation_ids: Sequence[int]) -> dict[int, datetime]:
    planned = Appointment.objects.filter(invitation__in=invitation_ids, status=AppointmentStatus.PLANNED)
    return {pk: starts_at for pk, starts_at in planned.values_list("invitation_id", "starts_at") if pk is not None}


def _before(starts_at: datetime, days: int) -> Useful:
    """A letter about an hour arrives that day at the latest, as the same rule decides whether it is written at all."""
    day = starts_at.astimezone(clock.ZONE).date()
    return Useful(f"rendez-vous {moment_fr(starts_at)}", clock.add_days(day, -days))


def _numbers(keys: Sequence[str], what: str) -> dict[str, int]:
    """The numbers written in the keys of letters: « invitation:12:letter », « appointment:7:moved:letter »."""
    parts = {key: key.split(":") for key in keys if key.startswith(f"{what}:")}
    return {key: int(words[1]) for key, words in parts.items() if LETTER in words and words[1].isdecimal()}
