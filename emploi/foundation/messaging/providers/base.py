"""What a provider of messages must do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from emploi.foundation.messaging.models import Message

# How the error of a message begins when the fault is ours to mend: an address, a token, a text the gateway refuses.
MISCONFIGURED = "Réglage de la passerelle à revoir :"

Result = Literal["accept", "deliver", "put_back", "fail", "lose"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one message, as the name of a transition of workflow.py.

    accept: taken by the provider; deliver: reached the person; put_back: try again later, nothing was sent;
    fail: will never go, `address_is_wrong` when that is why; lose: nobody knows whether it was sent, so it is never
    sent again by itself.
    """

    result: Result
    ref: str = ""
    error: str = ""
    address_is_wrong: bool = False


class Provider(ABC):
    """A carrier of messages. `send` never raises for what happens on the network: it says it in outcomes."""

    name: ClassVar[str]
    # How many messages are handed over in one call, hence how many a crash may leave unknown.
    chunk: ClassVar[int] = 1
    # Whether handing the same message over again is harmless.
    repeatable: ClassVar[bool] = False

    def open(self) -> None:  # noqa: B027 - optional
        """Prepare what serves a whole batch (a connection)."""

    def close(self) -> None:  # noqa: B027 - optional
        """Release what `open` prepared."""

    @abstractmethod
    def send(self, messages: Sequence[Message]) -> list[Outcome]:
        """Hand messages over; one outcome a message, in the same order."""
