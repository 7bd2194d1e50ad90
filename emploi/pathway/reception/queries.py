"""Everything that reads calls and replies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, When
from django.db.models.functions import Lower

from emploi.foundation.messaging.models import SmsStop
from emploi.foundation.messaging.queries import stops
from emploi.foundation.ui.french import date_num_fr
from emploi.pathway.beneficiaries import permissions as people
from emploi.pathway.beneficiaries.models import Contact, Person
from emploi.pathway.reception.enums import WAITING, CallState, Means
from emploi.pathway.reception.facts import Holder
from emploi.pathway.reception.models import Call
from emploi.pathway.reception.permissions import services_of, visible_to
from emploi.territory.agents import queries as agents
from emploi.territory.agents.models import Membership
from emploi.territory.agents.roles import Permission, Role
from emploi.territory.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class Month:
    """The reception since the first of the month: calls, answered at once, called back in time, still to call."""

    calls: int
    answered: int
    in_time: int
    owed: int

    @property
    def in_time_share(self) -> float | None:
        """Return the share of calls back made by their day, in percent; None when none was owed."""
        return 100 * self.in_time / self.owed if self.owed else None


def readable(agent: Any) -> QuerySet[Call]:
    """The calls and replies of an agent's list, with what a line shows; `waits_since` puts first what waits."""
    shown = visible_to(agent).select_related("person", "received_by", "owner", "service", "reply__message")
    return shown.annotate(waits_since=Case(When(state__in=WAITING, then=F("received_at"))))


def waiting_for(agent: Any) -> QuerySet[Call]:
    """Those this agent may deal with: hers, those of her services and of nobody in particular, the oldest first."""
    ours = Q(service__isnull=True) | Q(service__in=services_of(agent))
    mine = Q(owner=agent.pk) | (Q(owner__isnull=True) & ours)
    return readable(agent).waiting().filter(mine).order_by("due_on", "received_at", "pk")  # type: ignore[attr-defined, no-any-return]


def month_of(calls: QuerySet[Call], today: date) -> Month:
    """The figures of the month under way; a call back is in time when it was made by its day."""
    since = today.replace(day=1)
    due = Q(due_on__lt=today) | Q(state=CallState.CALLED_BACK)
    phoned = calls.filter(means=Means.PHONE, received_at__date__gte=since)
    found = phoned.aggregate(
        calls=Count("pk"),
        answered=Count("pk", filter=Q(state=CallState.ANSWERED)),
        owed=Count("pk", filter=Q(due_on__isnull=False) & due),
        in_time=Count("pk", filter=Q(state=CallState.CALLED_BACK, closed_at__date__lte=F("due_on"))),
    )
    return Month(**found)


def calls_of(person_id: int) -> QuerySet[Call]:
    """The calls of a person, the latest first."""
    return (
        Call.objects.filter(person=person_id)
        .select_related("owner", "received_by", "reply")
        .order_by("-received_at", "-pk")
    )


def calls_in_words(person_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the calls of these people as lines, the latest first."""
    lines: dict[int, list[str]] = defaultdict(list)
    for call in Call.objects.filter(person__in=person_ids).order_by("-received_at", "-pk"):
        what = call.get_subject_display() if call.means == Means.PHONE else f"Réponse par {call.get_means_display()}"
        lines[call.person_id or 0].append(f"{what}, {date_num_fr(call.received_at.date())}")
    return lines


def holders_of(senders: Collection[str]) -> dict[str, list[Holder]]:
    """Return whose files hold these numbers and addresses, dead ones included: they still leave a doubt."""
    asked = {sender for sender in senders if sender}
    found: dict[str, dict[int, bool]] = defaultdict(dict)
    for value, person_id, is_dead, died_on in _contacts(asked):
        is_certain = not is_dead and died_on is None
        found[value][person_id] = found[value].get(person_id, False) or is_certain
    return {value: [Holder(*holder) for holder in sorted(people.items())] for value, people in found.items()}


def candidates_for(call: Call) -> list[Person]:
    """Return who may have written a reply: the person of the message answered first, then the holders of the number."""
    if call.reply is None:
        return []
    ids = [holder.person_id for holder in holders_of([call.reply.sender]).get(call.reply.sender, [])]
    message = call.reply.message
    first = message.person_id if message else None
    found = Person.objects.alive_records().filter(pk__in=[*ids, first or 0]).order_by("sort_name", "pk")
    return sorted(found, key=lambda person: person.pk != first)


@dataclass(frozen=True, slots=True)
class Sharing:
    """Whose files hold the number of a reply: the names this reader may know, how many others there are."""

    names: tuple[str, ...] = ()
    hidden: int = 0

    @property
    def is_shared(self) -> bool:
        """Tell whether several people hold it, known to this reader or not."""
        return len(self.names) + self.hidden > 1


def sharers(calls: Sequence[Call], agent: Any) -> dict[int, Sharing]:
    """Return, for the replies of a page nobody is attributed, whose files hold the number; a constant of statements."""
    unknown = {call.pk: call.reply.sender for call in calls if call.person_id is None and call.reply is not None}
    holders = holders_of(unknown.values()) if unknown else {}
    ids = {holder.person_id for found in holders.values() for holder in found}
    seen = {person.pk: person.full_name for person in people.visible_to(agent).filter(pk__in=ids)} if ids else {}
    found: dict[int, Sharing] = {}
    for pk, sender in unknown.items():
        holding = [holder.person_id for holder in holders.get(sender, [])]
        names = tuple(seen[person_id] for person_id in holding if person_id in seen)
        found[pk] = Sharing(names, len(holding) - len(names))
    return found


def stops_of(person_id: int) -> list[SmsStop]:
    """Return the numbers of a person that take no SMS."""
    numbers = list(Contact.objects.filter(person=person_id).values_list("value", flat=True))
    return list(stops(numbers).select_related("reply__reception"))


def services(on: date) -> QuerySet[Organization]:
    """The services a call may be handed to: those where somebody holds the reception that day."""
    holding = agents.agents_with(Permission.RECEIVE_CALLS, on)
    members = Membership.objects.active(on=on).filter(agent__in=holding)
    return Organization.objects.active().filter(pk__in=members.values("organization")).order_by("name")


def addresses_of_reception(on: date) -> list[str]:
    """Where to write when nobody in particular lets people wait: the Département's own heads of service."""
    heads = Membership.objects.active(on=on).filter(role=Role.HEAD_OF_SERVICE, agent__is_active=True)
    return sorted(set(heads.values_list("agent__email", flat=True)))


def _contacts(senders: Collection[str]) -> list[tuple[str, int, bool, date | None]]:
    emails = [sender.lower() for sender in senders if "@" in sender]
    numbers = [sender for sender in senders if "@" not in sender]
    living = Contact.objects.filter(person__merged_into=None)
    rows = list(living.filter(value__in=numbers).values_list("value", "person", "is_dead", "person__died_on"))
    if emails:
        lowered = living.filter(kind="email").annotate(lowered=Lower("value")).filter(lowered__in=emails)
        rows += lowered.values_list("lowered", "person", "is_dead", "person__died_on")
    return rows
