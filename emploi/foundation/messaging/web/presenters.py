"""Messages in words: sentences of the journal, rows and details of the screens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString

from emploi.foundation import department
from emploi.foundation.audit.presenters import presents
from emploi.foundation.messaging import events
from emploi.foundation.messaging.catalogue import catalogue
from emploi.foundation.messaging.enums import Channel, PostalOutcome, Status
from emploi.foundation.messaging.models import Message
from emploi.foundation.messaging.rendering import masked, plain_letter, shown
from emploi.foundation.messaging.workflow import ICONS, MESSAGE
from emploi.foundation.ui.french import date_long_fr, phone_fr, pluriel
from emploi.foundation.workflow import Transition

CHANNEL_ICONS = {Channel.SMS: "sms", Channel.EMAIL: "mail", Channel.LETTER: "letter"}
EXCERPT = 110
# What a letter in state « envoyé » says: it was printed, nobody knows when it was put in a box.
LETTER_SENT = "Imprimé"


@dataclass(frozen=True, slots=True)
class Row:
    """A message as a line of the list."""

    message: Message
    person: str
    is_hidden: bool = False

    @property
    def href(self) -> str:
        """Return the address of the message."""
        return reverse("messaging:message", args=[self.message.pk])

    @property
    def state(self) -> str:
        """Return the state in words."""
        return state_of(self.message)

    @property
    def tone(self) -> str:
        """Return the tone of the state."""
        return MESSAGE.tones[self.message.status]

    @property
    def icon(self) -> str:
        """Return the icon of the state."""
        return ICONS[self.message.status]

    @property
    def channel_icon(self) -> str:
        """Return the icon of the channel."""
        return CHANNEL_ICONS[Channel(self.message.channel)]

    @property
    def to(self) -> str:
        """Return the recipient on one line."""
        return recipient_of(self.message)

    @property
    def excerpt(self) -> str:
        """Return the object or the first words."""
        text = " ".join((self.message.subject or masked(words_of(self.message))).split())
        return f"{text[:EXCERPT]}…" if len(text) > EXCERPT else text

    @property
    def may_come_back(self) -> bool:
        """Tell whether the letter left, so may be noted as returned."""
        return self.message.channel == Channel.LETTER and self.message.status == Status.SENT

    @property
    def person_href(self) -> str:
        """Return the address of the messages of the same person."""
        return f"{reverse('messaging:outbox')}?person={self.message.person_id}" if self.message.person_id else ""

    @property
    def file_href(self) -> str:
        """Return the address of the person's file."""
        return file_of(self.message.person_id)


def file_of(person_id: int | None) -> str:
    """Return the address of a person's file, empty for a message to nobody in particular."""
    return f"/personnes/{person_id}/" if person_id else ""


def state_of(message: Message) -> str:
    """Return the state of a message in words."""
    if message.channel == Channel.LETTER and message.status == Status.SENT:
        return LETTER_SENT
    if message.channel == Channel.LETTER and message.status == Status.QUEUED:
        return "À imprimer"
    return str(message.get_status_display())


def recipient_of(message: Message) -> str:
    """Return the recipient on one line: a number in pairs, the first line of an address."""
    if message.channel == Channel.SMS:
        return phone_fr(message.recipient)
    return message.recipient_lines[0] if message.recipient else ""


def words_of(message: Message) -> str:
    """Return the text of a message as people read it."""
    return plain_letter(message.body) if message.channel == Channel.LETTER else message.body


def body_of(message: Message) -> SafeString:
    """Return the text as shown on the page; the link that acts in the person's name opens for invented people only."""
    words = words_of(message)
    return shown(words if department.is_fictitious() else masked(words))


def buttons_of(message: Message, agent: Any) -> list[Transition]:
    """Return what this agent may do with the message now."""
    allowed = [t for t in MESSAGE.allowed_from(message.status) if t.permission and agent.can(t.permission)]
    return [t for t in allowed if _makes_sense(t, message)]


def _makes_sense(transition: Transition, message: Message) -> bool:
    """A printed letter is printed again from its PDF; « envoyé » comes back only when somebody says so."""
    if transition.name == "resend":
        return not (message.channel == Channel.LETTER and message.status == Status.SENT)
    return not (transition.name == "settle_failed" and message.status == Status.DELIVERED)


@presents(events.MessageFailed)
def _failed(event: events.MessageFailed) -> str:
    return f"{Channel(event.channel).label} non remis : {event.error}"


@presents(events.MessageResent)
def _resent(event: events.MessageResent) -> str:
    return f"{Channel(event.channel).label} renvoyé"


@presents(events.MessageCancelled)
def _cancelled(event: events.MessageCancelled) -> str:
    return f"{Channel(event.channel).label} annulé avant son envoi"


@presents(events.MessageSettled)
def _settled(event: events.MessageSettled) -> str:
    return f"{Channel(event.channel).label} : noté « {Status(event.status).label} »"


@presents(events.LettersPrinted)
def _printed(event: events.LettersPrinted) -> str:
    return f"{pluriel(event.count, 'courrier imprimé', 'courriers imprimés')}"


@presents(events.LettersPosted)
def _posted(event: events.LettersPosted) -> str:
    on = event.posted_on if isinstance(event.posted_on, date) else date.fromisoformat(event.posted_on)
    return f"{pluriel(event.count, 'courrier posté', 'courriers postés')} le {date_long_fr(on)}"


@presents(events.RegisteredFollowed)
def _registered(event: events.RegisteredFollowed) -> str:
    said = f"Recommandé n° {event.number}"
    if not event.outcome or event.on is None:
        return f"{said} : numéro noté"
    on = event.on if isinstance(event.on, date) else date.fromisoformat(event.on)
    return f"{said} : {PostalOutcome(event.outcome).label.lower()}, le {date_long_fr(on)}"


@presents(events.TextRewritten)
def _rewritten(event: events.TextRewritten) -> str:
    return f"Texte « {title_of(event.template)} » ({Channel(event.channel).label}) réécrit{_case(event.variant)}"


@presents(events.TextRestored)
def _restored(event: events.TextRestored) -> str:
    if event.variant:
        return f"Texte général remis pour « {title_of(event.template)} »{_case(event.variant)}"
    return f"Texte d’origine remis pour « {title_of(event.template)} » ({Channel(event.channel).label})"


def _case(variant: str) -> str:
    return f", pour « {variant} »" if variant else ""


@presents(events.ReplyReceived)
def _reply(event: events.ReplyReceived) -> str:
    what = "STOP reçu" if event.is_stop else "Réponse reçue"
    return f"{what} par {Channel(event.channel).label}"


@presents(events.SmsStopped)
def _stopped(event: events.SmsStopped) -> str:
    return "Plus aucun SMS vers un numéro : son titulaire a répondu STOP"


@presents(events.SmsResumed)
def _resumed(event: events.SmsResumed) -> str:
    return "Les SMS repartent vers un numéro, à la demande de son titulaire"


def title_of(template: str) -> str:
    """Return what a message is called on screen; one that no longer exists keeps its technical name."""
    known = catalogue().get(template)
    return known.title if known else template
