"""What is known of France Travail about somebody: told by a person, never guessed from an old number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.pathway.beneficiaries.actions.snapshots.writing import update_rows
from emploi.pathway.beneficiaries.events import FranceTravailTold
from emploi.pathway.beneficiaries.models import Entry, Person


@dataclass(frozen=True, slots=True)
class FranceTravailFacts:
    """The number, the present follow-up (None: unknown) and the pathway recommended, each with its day."""

    number: str = ""
    followed: bool | None = None
    since: date | None = None
    path: str = ""
    path_on: date | None = None


@action
def tell_france_travail(*, person_id: int, told: FranceTravailFacts, by: Actor, at: datetime) -> Entry:
    """Note on the entry that runs (else the last one) what France Travail does and recommends, with who said it."""
    _check(told, at.date())
    person = Person.objects.select_for_update().get(pk=person_id)
    entry = Entry.objects.select_for_update(of=("self",)).filter(person=person).order_by("-opened_on", "-id").first()
    if entry is None:
        raise DomainError("Cette personne n’est pas encore entrée dans le dispositif : rien à suivre pour l’instant.")
    if told.number != person.france_travail_number:
        person.france_travail_number = told.number
        person.save(update_fields=["france_travail_number"])
    entry.france_travail_followed, entry.france_travail_since = told.followed, told.since
    entry.france_travail_path, entry.france_travail_path_on = told.path, told.path_on
    entry.france_travail_told_by, entry.france_travail_told_at = by.label[:120], at
    entry.save(
        update_fields=[
            "france_travail_followed", "france_travail_since", "france_travail_path", "france_travail_path_on",
            "france_travail_told_by", "france_travail_told_at",
        ]
    )  # fmt: skip
    event = FranceTravailTold(
        person_id=person_id,
        entry_id=entry.pk,
        followed=told.followed,
        since=told.since,
        path=told.path,
        path_on=told.path_on,
    )
    publish(event, by=by, at=at)
    return entry


@dataclass(frozen=True, slots=True)
class FranceTravailNow:
    """What the newest facts say of the entry that runs, and who said them."""

    entry_id: int
    followed: bool | None
    since: date | None
    path: str
    path_on: date | None
    told_by: str
    told_at: datetime | None

    def differs_from(self, entry: Entry) -> bool:
        """Tell whether the entry says something else; who said it counts too, the moment does not."""
        return (self.followed, self.since, self.path, self.path_on, self.told_by) != (
            entry.france_travail_followed,
            entry.france_travail_since,
            entry.france_travail_path,
            entry.france_travail_path_on,
            entry.france_travail_told_by,
        )


@action
def note_france_travail(*, rows: Sequence[FranceTravailNow], by: Actor, at: datetime) -> None:
    """Write on entries what later apps know of France Travail, in one statement."""
    columns = [f"france_travail_{name}" for name in ("followed", "since", "path", "path_on", "told_by", "told_at")]
    values = [(r.entry_id, r.followed, r.since, r.path, r.path_on, r.told_by, r.told_at) for r in rows]
    update_rows(Entry, columns, values)


@action
def number_people(*, people: Sequence[Person], by: Actor, at: datetime) -> None:
    """Keep the numbers of France Travail these people now carry, in one statement."""
    update_rows(Person, ["france_travail_number"], [(one.pk, one.france_travail_number) for one in people])


def _check(told: FranceTravailFacts, today: date) -> None:
    if told.since is not None and told.followed is not True:
        raise DomainError("Indiquez « oui » pour donner la date du suivi.", field="followed")
    if told.since is not None and told.since > today:
        raise DomainError("Cette date est dans le futur.", field="since")
    if bool(told.path) != (told.path_on is not None):
        field = "path_on" if told.path else "path"
        raise DomainError(
            "Indiquez le parcours recommandé et la date de la recommandation, ou aucun des deux.", field=field
        )
    if told.path_on is not None and told.path_on > today:
        raise DomainError("Cette date est dans le futur.", field="path_on")
