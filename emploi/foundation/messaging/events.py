"""What happens to messages, beyond their ordinary sending."""

from dataclasses import dataclass
from datetime import date

from emploi.foundation.events import Event


@dataclass(frozen=True, kw_only=True)
class MessageFailed(Event):
    """A message will not reach the person: wrong number, full mailbox, letter sent back.

    The address itself is read from the message, so that the journal holds no telephone number. `address_is_wrong` when
    the failure says so (unknown number, refused mailbox, returned letter): an operator out of order says nothing of it.
    """

    message_id: int
    channel: str
    error: str
    address_is_wrong: bool = False


@dataclass(frozen=True, kw_only=True)
class MessageResent(Event):
    """Somebody put a message back in the queue."""

    message_id: int
    channel: str


@dataclass(frozen=True, kw_only=True)
class MessageSettled(Event):
    """Somebody said what became of a message nobody could follow."""

    message_id: int
    channel: str
    status: str


@dataclass(frozen=True, kw_only=True)
class MessageCancelled(Event):
    """A message still waiting was withdrawn."""

    message_id: int
    channel: str


@dataclass(frozen=True, kw_only=True)
class LettersPrinted(Event):
    """A batch of letters was turned into one PDF: their date of sending."""

    print_run_id: int
    count: int


@dataclass(frozen=True, kw_only=True)
class LettersPosted(Event):
    """Somebody said on which day the letters of a print run were posted, or corrected it.

    `was` is the day that counted before: the one noted first, else the day of printing.
    """

    print_run_id: int
    count: int
    posted_on: date
    was: date


@dataclass(frozen=True, kw_only=True)
class RegisteredFollowed(Event):
    """Somebody noted what the post says of a registered letter: its number, then what became of it and when."""

    message_id: int
    number: str
    outcome: str = ""
    on: date | None = None


@dataclass(frozen=True, kw_only=True)
class TextRewritten(Event):
    """The Département gave a message its own words, in every case or in the one named."""

    template: str
    channel: str
    variant: str = ""


@dataclass(frozen=True, kw_only=True)
class TextRestored(Event):
    """The Département went back to the words shipped with the product, or from a case to everybody's."""

    template: str
    channel: str
    variant: str = ""


@dataclass(frozen=True, kw_only=True)
class ReplyReceived(Event):
    """Somebody answered a message, or wrote to us; who it is, the reception says."""

    reply_id: int
    channel: str
    is_stop: bool


@dataclass(frozen=True, kw_only=True)
class SmsStopped(Event):
    """No SMS leaves any more for a number: whoever holds it answered STOP."""

    stop_id: int


@dataclass(frozen=True, kw_only=True)
class SmsResumed(Event):
    """SMS leave again for a number, as its holder asked."""

    stop_id: int
