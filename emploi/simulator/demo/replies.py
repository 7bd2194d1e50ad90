"""Some replies waiting in the demonstration: known, shared, unknown, a STOP, one with files, one long waited."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from emploi.foundation.messaging.enums import ReplyKind
from emploi.foundation.messaging.inbound.mail import read_mail
from emploi.foundation.messaging.inbound.receiving import POST, ReceivedSms, receive_mail, receive_sms
from emploi.foundation.messaging.models import Reply
from emploi.pathway.appointments.enums import AppointmentStatus
from emploi.pathway.appointments.models import Appointment
from emploi.pathway.beneficiaries.enums import ContactKind
from emploi.pathway.beneficiaries.models import Contact

# Days and hours waited, and what is said: plain words, as people write them.
SMS = (
    (0, 2, "oui"),
    (1, 5, "Bonjour je ne peux pas venir a ce rdv je travaille. Merci de changer"),
    (4, 3, "J ai pas de voiture c est trop loin, il y a pas plus pres ?"),
    (0, 1, "annuler"),
    (2, 6, "STOP"),
    (1, 1, "C est qui ?"),
)
MAILS = (
    (
        0,
        4,
        "Bonjour,\r\n\r\nMerci, je viendrai. Puis-je venir avec ma fille ?\r\n\r\nCordialement",
        "",
    ),
    (3, 2, "Bonjour,\r\n\r\nVous trouverez mon bail et mes fiches de paie.\r\n\r\nBonne journée", "bail.pdf"),
)
# Kept by the operators for fiction, in nobody's file.
UNKNOWN = "+33639980199"


def receive_replies(now: datetime) -> int:
    """Receives the replies of the demonstration, once; answers how many."""
    if Reply.objects.exists():
        return 0
    mobiles, emails = _reached(ContactKind.MOBILE, len(SMS) - 1, now), _reached(ContactKind.EMAIL, len(MAILS), now)
    received = 0
    for number, ((days, hours, text), sender) in enumerate(zip(SMS, [*mobiles, UNKNOWN], strict=False)):
        at = _moment(now, days, hours)
        sms = ReceivedSms(identifier=f"demo-{number}", sender=sender, text=text, at=at)
        received += receive_sms(sms=sms, by=POST, at=at) is not None
    for number, ((days, hours, text, attached), sender) in enumerate(zip(MAILS, emails, strict=False)):
        at = _moment(now, days, hours)
        raw = f"From: {sender}\r\nSubject: Re: votre rendez-vous\r\nMessage-ID: <{number}@demo>\r\n\r\n{text}"
        mail = replace(read_mail(raw.encode()), attachments=(attached,) if attached else (), kind=ReplyKind.ANSWER)
        received += receive_mail(mail=mail, by=POST, at=at) is not None
    return received


def _moment(now: datetime, days: int, hours: int) -> datetime:
    """A moment of the day, before now."""
    at = (now - timedelta(days=days)).replace(hour=9 + hours, minute=12)
    return at if at < now else at - timedelta(days=1)


def _reached(kind: str, count: int, now: datetime) -> list[str]:
    """Numbers or addresses of people whose entry runs: a shared one first, then those awaited at an appointment."""
    living = Contact.objects.filter(kind=kind, is_dead=False, person__died_on=None, person__entries__closed_on=None)
    values = living.exclude(person__entries=None).order_by("value", "pk").values_list("value", "person")
    holders: dict[str, set[int]] = {}
    for value, person_id in values:
        holders.setdefault(value, set()).add(person_id)
    shared = [value for value, people in holders.items() if len(people) > 1][:1]
    coming = Appointment.objects.filter(status=AppointmentStatus.PLANNED, starts_at__gt=now).values_list("person")
    expected = {person_id for (person_id,) in coming}
    others = sorted((value for value in holders if value not in shared), key=lambda v: not holders[v] & expected)
    return [*shared, *others][:count]
