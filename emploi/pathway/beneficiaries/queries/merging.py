"""Two records side by side: what differs, what each has, what says they are two people; the merges of a person."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from emploi.foundation.documents.models import Document
from emploi.foundation.messaging.models import Message
from emploi.foundation.ui.french import date_num_fr, phone_fr
from emploi.pathway.beneficiaries import nir
from emploi.pathway.beneficiaries.enums import ContactKind
from emploi.pathway.beneficiaries.hooks import belongings
from emploi.pathway.beneficiaries.models import (
    Contact,
    Entry,
    HouseholdRole,
    MergeRecord,
    Person,
    ReviewItem,
    VisitNeeds,
    WritingWish,
)
from emploi.pathway.beneficiaries.rules.merging import CHOICES, Against, Choice, Side, against
from emploi.pathway.beneficiaries.rules.words import right_in_words

_SHOWN = 6
Lines = dict[int, list[str]]


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One value on both records; `takes_absorbed` is what is proposed."""

    name: str
    label: str
    kept: str
    absorbed: str
    differs: bool
    takes_absorbed: bool

    @property
    def said(self) -> bool:
        """Whether one of the records says something: two « non » say nothing."""
        return bool({self.kept, self.absorbed} - {"", "non"})


@dataclass(frozen=True, slots=True)
class Holding:
    """What each record has of one kind."""

    title: str
    kept: tuple[str, ...]
    absorbed: tuple[str, ...]
    kept_count: int
    absorbed_count: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two records side by side."""

    kept: Person
    absorbed: Person
    fields: tuple[FieldLine, ...]
    holdings: tuple[Holding, ...]
    against: tuple[Against, ...]
    running: int


def compare(kept: Person, absorbed: Person, *, shows_nir: bool) -> Comparison:
    """Compare two records; a constant number of statements, whatever they hold."""
    ids = [kept.pk, absorbed.pk]
    return Comparison(
        kept=kept,
        absorbed=absorbed,
        fields=tuple(_field(name, choice, kept, absorbed, shows_nir) for name, choice in CHOICES.items()),
        holdings=tuple(_holdings(kept.pk, absorbed.pk)),
        against=reasons_against(*ids),
        running=Entry.objects.open().filter(person__in=ids).count(),
    )


def reasons_against(one_id: int, other_id: int) -> tuple[Against, ...]:
    """Return everything that says that two records are two human beings."""
    people = Person.objects.in_bulk([one_id, other_id])
    homes: dict[int, set[tuple[int, str]]] = defaultdict(set)
    roles = HouseholdRole.objects.filter(person__in=people, ended_on__isnull=True)
    for person_id, household_id, role in roles.values_list("person_id", "household_id", "role"):
        homes[person_id].add((household_id, role))
    return against(_side(people[one_id], homes[one_id]), _side(people[other_id], homes[other_id]))


def merges_of(person_id: int) -> QuerySet[MergeRecord]:
    """Return the merges that brought another record into this one, those undone included, the latest first."""
    return MergeRecord.objects.filter(kept=person_id).select_related("kept", "absorbed")


def merged_ids(person_id: int) -> list[int]:
    """Return the numbers of the records that have joined this one."""
    return list(Person.objects.filter(merged_into=person_id).order_by("pk").values_list("pk", flat=True))


def _side(person: Person, homes: set[tuple[int, str]]) -> Side:
    return Side(
        first_name=person.first_name,
        birth_date=person.birth_date,
        precision=person.birth_date_precision,
        birth_rank=person.birth_rank,
        sex=person.sex,
        nir_hash=person.nir_hash,
        nir_valid=person.nir_valid,
        homes=frozenset(homes),
    )


def _field(name: str, choice: Choice, kept: Person, absorbed: Person, shows_nir: bool) -> FieldLine:
    mine, theirs = _said(name, choice, kept, shows_nir), _said(name, choice, absorbed, shows_nir)
    is_blank = not any(getattr(kept, column) for column in choice.columns[:1])
    has_theirs = any(getattr(absorbed, column) for column in choice.columns[:1])
    differs = _values(choice, kept, name) != _values(choice, absorbed, name)
    # A certified NIR is worth more than one that is not.
    is_better = name == "nir" and absorbed.nir_valid and not kept.nir_valid
    return FieldLine(name, choice.label, mine, theirs, differs, differs and has_theirs and (is_blank or is_better))


def _values(choice: Choice, person: Person, name: str) -> tuple[Any, ...]:
    # The same NIR is encrypted each time otherwise: compared by its fingerprint.
    return tuple(getattr(person, column) for column in choice.columns if column != "nir_encrypted")


def _said(name: str, choice: Choice, person: Person, shows_nir: bool) -> str:
    if name == "birth":
        return _birth(person)
    if name == "nir":
        return _nir(person, shows_nir)
    value = getattr(person, choice.columns[0])
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, date):
        return date_num_fr(value)
    return str(getattr(person, f"get_{choice.columns[0]}_display", lambda: value)() or "")


def _birth(person: Person) -> str:
    if person.birth_date is None:
        return ""
    known = {"N": "", "J": " (jour inconnu)", "O": " (jour et mois inconnus)"}[person.birth_date_precision]
    rank = f", rang {person.birth_rank}" if person.birth_rank and person.birth_rank > 1 else ""
    return f"{date_num_fr(person.birth_date)}{known}{rank}"


def _nir(person: Person, shows_nir: bool) -> str:
    if not person.nir_hash:
        return ""
    number = nir.display(nir.decrypt(person.nir_encrypted)) if shows_nir else "connu"
    return f"{number}, {'certifié' if person.nir_valid else 'non certifié'}"


def _holdings(kept_id: int, absorbed_id: int) -> list[Holding]:
    """What this app knows in words, what later apps say of theirs, and the count of anything else."""
    ids = [kept_id, absorbed_id]
    told: list[tuple[str, Callable[[Sequence[int]], Lines]]] = [
        ("Dossiers de la caisse", _dossiers),
        ("Entrées dans le dispositif", _entries),
        *belongings().values(),
        ("Coordonnées", _contacts),
        ("Besoins pour venir", _needs),
        ("Comment lui écrire", _wishes),
        ("Documents", _documents),
        ("Envois", _messages),
        ("Autres points à vérifier", _reviews),
    ]
    found = []
    for title, function in told:
        lines = function(ids)
        mine, theirs = lines.get(kept_id, []), lines.get(absorbed_id, [])
        if mine or theirs:
            found.append(Holding(title, tuple(mine[:_SHOWN]), tuple(theirs[:_SHOWN]), len(mine), len(theirs)))
    return found


def _dossiers(ids: Sequence[int]) -> Lines:
    lines: Lines = defaultdict(list)
    roles = HouseholdRole.objects.filter(person__in=ids).select_related("household").order_by("-started_on", "-pk")
    for role in roles:
        home = role.household
        numbers = " · ".join(filter(None, [home.claim_number or "", home.payer_number])) or "sans numéro"
        end = f", jusqu’au {date_num_fr(role.ended_on)}" if role.ended_on else ""
        right = right_in_words(home.state, home.motive)
        lines[role.person_id].append(f"{numbers} ({role.get_role_display().lower()}{end}) : {right}")
    return lines


def _entries(ids: Sequence[int]) -> Lines:
    lines: Lines = defaultdict(list)
    for entry in Entry.objects.filter(person__in=ids).order_by("-opened_on", "-pk"):
        end = f"sortie le {date_num_fr(entry.closed_on)}" if entry.closed_on else "en cours"
        lines[entry.person_id].append(f"J0 le {date_num_fr(entry.opened_on)}, {end}")
    return lines


def _needs(person_ids: Sequence[int]) -> Lines:
    lines: Lines = defaultdict(list)
    for told in VisitNeeds.objects.filter(person__in=person_ids).order_by("-told_at", "-pk"):
        lines[told.person_id].append(f"{told.in_words or 'rien de particulier'}, dit le {date_num_fr(told.told_at)}")
    return lines


def _wishes(person_ids: Sequence[int]) -> Lines:
    lines: Lines = defaultdict(list)
    for told in WritingWish.objects.filter(person__in=person_ids).order_by("-told_at", "-pk"):
        lines[told.person_id].append(f"{told.in_words or 'rien de particulier'}, dit le {date_num_fr(told.told_at)}")
    return lines


def _contacts(ids: Sequence[int]) -> Lines:
    lines: Lines = defaultdict(list)
    for contact in Contact.objects.filter(person__in=ids).order_by("is_dead", "-is_preferred", "-received_on", "pk"):
        value = contact.value if contact.kind == ContactKind.EMAIL else phone_fr(contact.value)
        dead = ", ne fonctionne plus" if contact.is_dead else ""
        lines[contact.person_id].append(f"{value} ({contact.get_source_display().lower()}{dead})")
    return lines


def _documents(ids: Sequence[int]) -> Lines:
    lines: Lines = defaultdict(list)
    for document in Document.objects.filter(person_id__in=ids).order_by("-created_at"):
        lines[document.person_id or 0].append(document.name)
    return lines


def _messages(ids: Sequence[int]) -> Lines:
    counts = Message.objects.filter(person_id__in=ids).order_by().values_list("person_id").annotate(count=Count("pk"))
    return {person_id: [f"{count} message(s)"] for person_id, count in counts}


def _reviews(ids: Sequence[int]) -> Lines:
    lines: Lines = defaultdict(list)
    waiting = ReviewItem.objects.filter(person__in=ids, settled_at=None).exclude(other__in=ids)
    for kind, count in Counter((review.person_id, review.get_kind_display()) for review in waiting).items():
        lines[kind[0]].append(f"{kind[1]} ({count})" if count > 1 else kind[1])
    return lines
