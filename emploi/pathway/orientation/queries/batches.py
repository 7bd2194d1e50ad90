"""Who may be oriented without an interview, and what would be decided for each of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from emploi.foundation import clock
from emploi.foundation.messaging import printing
from emploi.foundation.messaging.enums import ReplyKind
from emploi.foundation.messaging.models import Message, PrintRun
from emploi.foundation.messaging.paper.origins import Origin
from emploi.foundation.ui.french import date_long_fr, moment_fr
from emploi.pathway.appointments.enums import AppointmentStatus, CallOutcome
from emploi.pathway.appointments.models import Appointment, CallAttempt
from emploi.pathway.appointments.queries.recipients import reach_of
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.orientation.enums import Basis
from emploi.pathway.orientation.models import Decision, Interview, Lot, Modality, OrientationBatch
from emploi.pathway.orientation.queries.capacity import Places, places
from emploi.pathway.orientation.queries.decisions import KEPT_FOR_SOME, bodies_near, six_weeks_overdue
from emploi.pathway.orientation.queries.diagnosis import facts_of_many
from emploi.pathway.orientation.queries.publics import publics_of_many
from emploi.pathway.orientation.queries.reference import active_modalities, nomenclature, ruleset
from emploi.pathway.orientation.queries.worklists import default_targets, to_orient_by_default
from emploi.pathway.orientation.rules.proposing import propose
from emploi.pathway.reception.enums import CallState, Means
from emploi.pathway.reception.models import Call
from emploi.territory.geography import queries as geography
from emploi.territory.organizations.models import Organization

BY_TELEPHONE = "téléphone"
# The reception has the words of the person herself: answered, called back, or a reply of hers dealt with.
HEARD = (CallState.ANSWERED, CallState.CALLED_BACK, CallState.SETTLED)
HOW = {Means.PHONE: BY_TELEPHONE, Means.SMS: "SMS", Means.EMAIL: "e-mail"}


@dataclass(frozen=True, slots=True)
class PlannedOrientation:
    """What would be decided for one person, or why nothing can be."""

    entry: Entry
    modality: Modality | None
    body: Organization | None
    exchange_on: date | None = None
    exchange_how: str = ""
    missed_on: date | None = None
    obstacle: str = ""


def eligible_on_file() -> QuerySet[Entry]:
    """Return the open entries nobody met, whose person was spoken to or wrote, and whom nothing else awaits.

    The exchange is a condition of "sur dossier" (definitions.md: Oriented); its day is that of the last one: our call
    to fix the appointment, or what the reception wrote down since she came in (« Appels et réponses »).
    """
    heard = Call.objects.filter(person=OuterRef("person"), state__in=HEARD, closed_at__date__gte=OuterRef("opened_on"))
    # A STOP is not an exchange.
    heard = heard.filter(Q(reply=None) | Q(reply__kind=ReplyKind.ANSWER))
    last_heard = heard.order_by("-closed_at", "-pk")
    spoken = CallAttempt.objects.filter(entry=OuterRef("pk"), outcome=CallOutcome.REACHED).order_by("-called_at")
    first = Appointment.objects.first_interviews().filter(entry=OuterRef("pk"))
    awaited = first.filter(status__in=(AppointmentStatus.PLANNED, AppointmentStatus.HELD))
    return (
        Entry.objects.filter(closed_on=None, person__died_on=None, is_stock=False)
        .filter(~Exists(Interview.objects.real().filter(entry=OuterRef("pk"))))
        .filter(~Exists(Decision.objects.current().filter(entry=OuterRef("pk"))))
        .filter(~Exists(awaited))
        .annotate(
            spoken_at=Subquery(spoken.values("called_at")[:1]),
            heard_at=Subquery(last_heard.values("closed_at")[:1]),
            heard_by=Subquery(last_heard.values("means")[:1]),
        )
        .filter(Q(spoken_at__isnull=False) | Q(heard_at__isnull=False))
        .select_related("person", "household", "commune")
        .order_by("opened_on", "pk")
    )


def eligible(basis: str) -> QuerySet[Entry]:
    """Return the entries that meet the conditions of a basis, the oldest first."""
    if basis == Basis.ON_FILE:
        return eligible_on_file()
    missed: QuerySet[Any] = to_orient_by_default().order_by().filter(entry=OuterRef("pk"))
    return (
        Entry.objects.filter(pk__in=to_orient_by_default().order_by().values("entry"))
        .annotate(missed_at=Subquery(missed.values("missed_at")[:1]))
        .select_related("person", "household", "commune")
        .order_by("opened_on", "pk")
    )


def planned(entries: Sequence[Entry], basis: str, on: date, *, together: bool = False) -> list[PlannedOrientation]:
    """Return the pathway and the body of each entry: those of the rules on file, those of the law by default.

    Decided `together`, each takes her place from those who follow; in a list to tick, each is planned as if alone.
    """
    pathways = list(active_modalities())
    reach = reach_of(list(entries))
    late = six_weeks_overdue([entry.pk for entry in entries], on)
    chosen = _by_rules(entries, pathways, on) if basis == Basis.ON_FILE else _by_law(entries, pathways)
    room = _Room(entries, {modality.pk for modality, _ in chosen.values() if modality}, on)
    lines = []
    for entry in entries:
        modality, kinds = chosen[entry.pk]
        body = room.body(modality, entry, kinds) if modality else None
        known = reach.get(entry.pk)
        exchange_on, exchange_how = _exchange(entry)
        obstacle = _obstacle(modality, body, late.get(entry.pk), bool(known and known.address_lines))
        if together and modality and body and not obstacle:
            room.take(modality, entry, body)
        lines.append(
            PlannedOrientation(
                entry=entry,
                modality=modality,
                body=body,
                exchange_on=exchange_on,
                exchange_how=exchange_how,
                missed_on=_day(getattr(entry, "missed_at", None)),
                obstacle=obstacle,
            )
        )
    return lines


def batches() -> QuerySet[OrientationBatch]:
    """Return the batches, the latest first."""
    return OrientationBatch.objects.select_related("created_by", "letters")


def letters_of_batch(batch: OrientationBatch) -> QuerySet[Message]:
    """Return the letters of a batch, printed or waiting."""
    return _letters(batch)


def batch_as_origin(batch_id: int) -> Origin | None:
    """Return a batch of orientations as the page of a print run names it."""
    batch = OrientationBatch.objects.filter(pk=batch_id).first()
    if batch is None:
        return None
    return Origin(
        f"les orientations sans entretien du {moment_fr(batch.created_at)}", f"/orientations/sans-entretien/{batch.pk}/"
    )


def waiting_letters(batch: OrientationBatch) -> QuerySet[Message]:
    """Return the letters of a batch nobody has printed."""
    return printing.unprinted(_letters(batch))


def binding(batch: OrientationBatch) -> PrintRun | None:
    """Return the print run that holds letters of a batch and is not finished."""
    return printing.binding(_letters(batch))


def letters_failure(batch: OrientationBatch) -> str:
    """Return why the letters of a batch could not be composed the last time, or nothing."""
    return printing.last_failure(_letters(batch))


def letters_left(batch: OrientationBatch) -> printing.LettersLeft:
    """Count the letters of a batch still to print: their decisions were told to nobody."""
    return printing.letters_left(_letters(batch))


def stopped_orientation_batches(silent_since: object) -> list[int]:
    """Return the batches nobody has worked on for a while."""
    rows = OrientationBatch.objects.filter(created_at__lt=silent_since).only("pk", "done", "total", "worked_at")
    return [row.pk for row in rows if row.is_running and (row.worked_at is None or row.worked_at < silent_since)]  # type: ignore[operator]


def _letters(batch: OrientationBatch) -> QuerySet[Message]:
    papers = batch.rows.exclude(decision=None).values("decision__notification_id")
    return Message.objects.filter(document_id__in=papers)


def _by_rules(
    entries: Sequence[Entry], pathways: Collection[Modality], on: date
) -> dict[int, tuple[Modality | None, frozenset[str]]]:
    known = {row.slug: row for row in pathways}
    rules, facts = ruleset(on), facts_of_many(entries)
    found: dict[int, tuple[Modality | None, frozenset[str]]] = {}
    for entry in entries:
        ranked = propose(rules, facts[entry.pk], nomenclature()).ranked
        found[entry.pk] = (next((known[one.modality] for one in ranked if one.modality in known), None), frozenset())
    return found


def _by_law(
    entries: Sequence[Entry], pathways: Collection[Modality]
) -> dict[int, tuple[Modality | None, frozenset[str]]]:
    targets = default_targets(entries)
    # The social path first: it is the one that asks nothing of somebody never met.
    ordered = sorted(pathways, key=lambda row: (row.legal_path != "social", row.position))
    return {
        entry.pk: (
            next((row for row in ordered if targets[entry.pk].allows(row)), None),
            targets[entry.pk].kinds,
        )
        for entry in entries
    }


class _Room:
    """The bodies that may lead each pathway from each territory, and their places as people are planned."""

    def __init__(self, entries: Sequence[Entry], pathways: Collection[int], on: date) -> None:
        found = geography.territories_of(entry.commune_id for entry in entries if entry.commune_id)
        self._territories = {code: territory.pk for code, territory in found.items()}
        self._places: dict[int, list[Places]] = defaultdict(list)
        for place in places(list(Lot.objects.running(on).filter(modality__in=pathways).exclude(maximum=None))):
            self._places[place.lot.modality_id].append(place)
        self._bodies: dict[tuple[int, int], list[Organization]] = {}
        self._given: Counter[int] = Counter()
        self._known_by = {
            pk: {body for public in publics for body in public.bodies}
            for pk, publics in publics_of_many(entries).items()
        }

    def body(self, modality: Modality, entry: Entry, kinds: frozenset[str]) -> Organization | None:
        """Return the nearest body with a place left, first those that know the person's situation.

        A body kept for one public takes nobody else: an agent may still choose it for a person.
        """
        full = {
            place.lot.organization_id
            for place in self._open_to(modality, entry)
            if place.left is not None and place.left <= self._given[place.lot.pk]
        }
        key = (modality.pk, self._territory(entry))
        if key not in self._bodies:
            self._bodies[key] = list(bodies_near(modality, key[1]))
        fit = [body for body in self._bodies[key] if body.pk not in full and (not kinds or body.kind in kinds)]
        known_by = self._known_by[entry.pk]
        known = next((body for body in fit if body.pk in known_by), None)
        return known or next((body for body in fit if getattr(body, "nearness", 0) != KEPT_FOR_SOME), None)

    def take(self, modality: Modality, entry: Entry, body: Organization) -> None:
        """Keep a place for somebody: a limit everywhere and one in the territory both count her."""
        for place in self._open_to(modality, entry):
            if place.lot.organization_id == body.pk:
                self._given[place.lot.pk] += 1

    def _open_to(self, modality: Modality, entry: Entry) -> list[Places]:
        here = (None, self._territory(entry))
        return [place for place in self._places[modality.pk] if place.lot.territory_id in here]

    def _territory(self, entry: Entry) -> int:
        return self._territories.get(entry.commune_id or "", 0)


def _obstacle(modality: Modality | None, body: Organization | None, late_since: date | None, has_address: bool) -> str:
    if late_since is not None:  # D262-65-2, as the decision itself refuses it
        return f"Délai passé depuis le {date_long_fr(late_since)} : France Travail décide cette première orientation."
    if modality is None:
        return "Aucune voie ouverte ne convient."
    if body is None:
        return "Aucun organisme n’a de place dans cette voie."
    return "" if has_address else "L’adresse postale manque ou n’est pas complète."


def _exchange(entry: Any) -> tuple[date | None, str]:
    """Return the day of the last exchange and how it was held; none for who is oriented by default."""
    spoken, heard = getattr(entry, "spoken_at", None), getattr(entry, "heard_at", None)
    if heard and (spoken is None or heard > spoken):
        return _day(heard), HOW[Means(entry.heard_by)]
    return _day(spoken), BY_TELEPHONE if spoken else ""


def _day(moment: object) -> date | None:
    return moment.astimezone(clock.ZONE).date() if moment else None  # type: ignore[attr-defined]
