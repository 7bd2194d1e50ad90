"""The rows of the messages of the last months, with the very texts the product sends."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from emploi.foundation.messaging.conf import first_moment, moment_before
from emploi.foundation.messaging.enums import Channel
from emploi.foundation.messaging.models import Message
from emploi.foundation.messaging.rendering import render
from emploi.pathway.appointments.queries.links import code_address, public_url
from emploi.pathway.appointments.rules import codes
from emploi.pathway.appointments.rules.booking import reminder_moment
from emploi.simulator.history.cases import Case
from emploi.simulator.history.parallel import Share
from emploi.simulator.history.people_rows import international
from emploi.simulator.history.rows import Table, as_json
from emploi.simulator.history.service import Service
from emploi.simulator.history.visit_rows import Held, Sent, code_of, token_of
from emploi.simulator.life.draws import mix
from emploi.territory.rulebook import queries as rulebook

TITLES = {"MR": "Monsieur", "MME": "Madame"}
PROVIDER = "database"
ABOUT = {
    "confirmation": "Confirmation de rendez-vous",
    "reminder": "Rappel de rendez-vous",
    "cancelled": "Rendez-vous annulé",
}
DELIVERY = timedelta(seconds=40)
UNIQUE = 77


class MessageTables:
    """The outbox; only what leaves from `since` on is written."""

    def __init__(self, service: Service, seed: int, since: datetime, now: datetime) -> None:
        self.service, self.seed, self.since, self.now = service, seed, since, now
        self.message = Table(Message, _MESSAGE)
        self._hours = int(rulebook.value("reminder_hours", now.date()))
        self._count, self._step = 0, 1

    def start(self, share: Share) -> None:
        """References of messages are unique: two shares never give the same one."""
        self._count, self._step = Message.objects.count() + share.number, share.of

    def add(self, case: Case, sent: list[Sent], held: list[Held]) -> None:
        """The messages of one entry: invitations, confirmations, reminders, cancellations."""
        for invitation in sent:
            if invitation.at >= self.since and invitation.act == "invitation":
                self._invite(case, invitation)
        url = public_url(token_of(self.seed, sent[-1].id)) if sent else ""
        for appointment in held:
            convoked = next((one for one in sent if one.act != "invitation" and one.id == appointment.invitation), None)
            if appointment.booked_at >= self.since and convoked is not None:
                self._convene(case, convoked, appointment)
            elif appointment.booked_at >= self.since:
                self._confirm(case, appointment, url)

    def _invite(self, case: Case, sent: Sent) -> None:
        context = {
            "first_name": case.said_first_name,
            "full_name": case.full_name,
            "title": TITLES.get(case.title, ""),
            "kind": self.service.kind.name,
            "presentation": self.service.kind.presentation,
            "what_to_bring": self.service.kind.things_to_bring,
            "expires_on": sent.expires_on,
            **self._link(sent),
        }
        template = "relaunch" if sent.is_relaunch else "invitation"
        about = "Relance" if sent.is_relaunch else "Invitation à choisir un rendez-vous"
        for channel in sent.channels:
            self._write(case, channel, template, context, f"invitation:{sent.id}:{channel}", about, sent.at, sent.at)

    def _convene(self, case: Case, sent: Sent, held: Held) -> None:
        link = self._link(sent)
        context = {**self._words(case, held, link["url"]), **link, "link_title": "Voir mon rendez-vous"}
        for channel in sent.channels:
            key = f"invitation:{sent.id}:{channel}"
            self._write(case, channel, "convocation", context, key, "Convocation", sent.at, sent.at)

    def _link(self, sent: Sent) -> dict[str, str]:
        url = public_url(token_of(self.seed, sent.id))
        code = codes.display(code_of(self.seed, sent.id))
        return {
            "url": url,
            "code": code,
            "code_address": code_address(),
            "link_url": url,
            "link_title": "Choisissez votre rendez-vous",
            "link_address": code_address(),
            "link_code": code,
            "reference": f"INV-{sent.id}",
        }

    def _confirm(self, case: Case, held: Held, url: str) -> None:
        context = self._words(case, held, url)
        booked, gone = held.booked_at, held.cancelled_at
        moment = reminder_moment(held.visit.taken.starts_at, at=booked, hours=self._hours)
        for channel in case.channels:
            if channel == "letter":
                continue
            self._about(case, held, channel, "confirmation", context, booked, booked)
            if moment is not None and (gone is None or moment <= gone):
                self._about(case, held, channel, "reminder", context, booked, moment)
            if gone is not None:
                words = {**context, "by_us": held.status == "cancelled_by_us"}
                self._about(case, held, channel, "cancelled", words, gone, gone)

    def _about(
        self, case: Case, held: Held, channel: str, what: str, context: dict[str, Any], made_at: datetime, at: datetime
    ) -> None:
        self._write(case, channel, what, context, f"appointment:{held.id}:{what}:{channel}", ABOUT[what], made_at, at)

    def _words(self, case: Case, held: Held, url: str) -> dict[str, Any]:
        taken = held.visit.taken
        place = self.service.places[taken.site.id]
        return {
            "first_name": case.said_first_name, "title": TITLES.get(case.title, ""),
            "full_name": case.full_name, "starts_at": taken.starts_at,
            "kind": self.service.kind.name, "agent_name": self.service.officers[taken.desk].name, "is_physical": True,
            "modality": "Sur place", "place_name": place.name, "place_address": place.address,
            "place_city": place.commune.name, "place_directions": place.directions,
            "what_to_bring": self.service.kind.things_to_bring, "url": url, "reason": held.reason,
        }  # fmt: skip

    def _write(
        self, case: Case, channel: str, template: str, context: dict[str, Any], key: str, about: str,
        created_at: datetime, wanted_at: datetime,
    ) -> None:  # fmt: skip
        rendered = render(channel, f"appointments/{template}", context, own={})
        recipient = _recipient(case, channel, context["full_name"])
        is_reminder = template == "reminder"
        leaves_at = (
            moment_before(channel, wanted_at, at=created_at)
            if is_reminder
            else first_moment(Channel(channel), wanted_at, immediate=False)
        )
        left = leaves_at <= self.now
        self._count += self._step
        self.message.add(
            str(UUID(int=mix(self.seed, UNIQUE, self._count) << 64 | self._count)), channel,
            "queued" if not left else "sent" if channel == "letter" else "delivered", recipient, rendered.subject,
            rendered.body, as_json(rendered.extras or {}), f"appointments/{template}", about, key, case.person_id,
            case.entry_id, rendered.segments, PROVIDER if left else "", f"demo-{self._count}" if left else "",
            1 if left else 0, leaves_at, created_at, leaves_at if left else None,
            leaves_at + DELIVERY if left and channel != "letter" else None, "system", "Rendez-vous",
        )  # fmt: skip


def _recipient(case: Case, channel: str, name: str) -> str:
    if channel == "sms":
        return international(case.mobile)
    return case.email if channel == "email" else "\n".join((name, *case.address))


_MESSAGE = (
    "uuid", "channel", "status", "recipient", "subject", "body", "extras", "template", "about", "dedup_key",
    "person_id", "entry_id", "segments", "provider", "provider_ref", "attempts", "send_after", "created_at", "sent_at",
    "delivered_at", "created_by_kind", "created_by_label",
)  # fmt: skip
