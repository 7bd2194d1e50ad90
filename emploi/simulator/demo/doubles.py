"""Second dossiers of people already known, as they really come: each kind of double the queue must show a human."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from emploi.simulator.life import numbers
from emploi.simulator.life.dossier import Snapshot, World, dossier_in_file, snapshot
from emploi.simulator.life.draws import STORY, Draws, stream
from emploi.simulator.life.homes import Home
from emploi.simulator.life.months import month_number
from emploi.simulator.life.names import names, without_accents
from emploi.simulator.life.people import CLAIMANT, Person
from emploi.simulator.life.rights import OPEN
from emploi.simulator.life.tenancies import Place

DOUBLES_STREAM, STRIDE = 95, 7919  # prime: places far from each other
LONG, EVERY, FEWEST = 6, 750, 7
PROVISIONAL = {"1": "7", "2": "8"}
ENDINGS = {"1": ("AN", "EL"), "2": ("ELLE", "INE")}


@dataclass(frozen=True, slots=True)
class Double:
    """One kind: how the second dossier tells the same person, and of whom it can be told."""

    kind: str
    tells: Callable[[Person, Draws], Person]
    suits: Callable[[Person], bool]
    moved: bool = False  # the second dossier gives another commune


def second_dossiers(world: World, households: int, day: date) -> list[Snapshot]:
    """The dossiers that tell a known person a second time: each kind in turn, more of them in a large Département."""
    wanted = [KINDS[rank % len(KINDS)] for rank in range(max(FEWEST, households // EVERY))]
    found: list[Snapshot] = []
    elsewhere: tuple[Home, ...] = ()
    for view in alone_and_paid(world, households, day):
        person = view.people[0][0]
        double = next((double for double in wanted if double.suits(person)), None)
        if double is not None:
            wanted.remove(double)
            draws = stream(world.seed, STORY, DOUBLES_STREAM, person.serial)
            told = double.tells(person, draws)
            found.append(_another_dossier(view, told, elsewhere if double.moved else ()))
        elsewhere = view.dossier.household.homes
        if not wanted:
            break
    return found


def alone_and_paid(world: World, households: int, day: date) -> Iterator[Snapshot]:
    """Dossiers of one adult whose right is open, spread over the Département."""
    for number in range(households):
        slot = (number * STRIDE) % households
        dossier = dossier_in_file(Place(slot, world.seed, world.figures), month_number(day), world)
        view = snapshot(dossier, day, world.figures)
        if view is None or view.phase.state != OPEN or dossier.household.payer != "CAF" or len(view.people) != 1:
            continue
        person, subject = view.people[0]
        if subject and person.role == CLAIMANT and len(person.birth_name) >= LONG and len(person.first_name) >= LONG:
            yield view


def _another_dossier(view: Snapshot, person: Person, homes: tuple[Home, ...]) -> Snapshot:
    """The same life under another claim and another payer's number, as when somebody applies again."""
    claim, partner = int(view.dossier.claim_number[:-3]), view.dossier.claim_number[-3:]
    number = 9_999_999 - int(view.dossier.household.payer_number)
    household = replace(view.dossier.household, people=(person,), payer_number=f"{number:07d}")
    if homes:
        household = replace(household, homes=homes)
    dossier = replace(
        view.dossier, household=household, claim_number=f"{99_999_999 - claim:08d}{partner}", previous_claim_number=""
    )
    return replace(view, dossier=dossier, people=((person, view.people[0][1]),))


def _married(person: Person, draws: Draws) -> Person:
    """Her husband's name behind her own, written where the name at birth goes; no number yet."""
    husband = min((names().surname(draws) for _ in range(5)), key=len)
    both = f"{person.birth_name}-{without_accents(husband)}"
    return replace(person, last_name=both, birth_name=both, name_change=None, nir="")


def _accent_lost(person: Person, draws: Draws) -> Person:
    """An accent broken on its way: a question mark where the letter was."""
    broken = "".join(letter if letter == without_accents(letter) else "?" for letter in person.birth_name)
    return replace(person, last_name=broken, birth_name=broken, name_change=None, nir="")


def _one_digit(person: Person, draws: Draws) -> Person:
    """A provisional number, whose first digit alone differs, and two letters of the name exchanged."""
    body = PROVISIONAL[person.nir[0]] + person.nir[1:13]
    return replace(
        person, last_name=_swapped(person.last_name), birth_name=_swapped(person.birth_name), name_change=None,
        nir=body + numbers.nir_key(body), nir_since=date.min,
    )  # fmt: skip


def _month_only(person: Person, draws: Draws) -> Person:
    """Born abroad, the day unknown on this dossier: the first of the month stands for it."""
    return replace(person, birth_date=person.birth_date.replace(day=1), precision="J", nir="")


def _day_mistyped(person: Person, draws: Draws) -> Person:
    """The same name, a day of birth a few digits off."""
    day = person.birth_date.day
    return replace(person, birth_date=person.birth_date.replace(day=day + 10 if day <= 18 else day - 10), nir="")


def _twin(person: Person, draws: Draws) -> Person:
    """Not a double: a twin, whose first name begins alike. Two people they must stay."""
    kept = person.first_name[: max(LONG - 1, len(person.first_name) * 2 // 3)]
    ending = next(ending for ending in ENDINGS[person.sex] if kept + ending != person.first_name)
    return replace(person, first_name=kept + ending, birth_rank=2, nir="")


def _number_of_another(person: Person, draws: Draws) -> Person:
    """Not a double either: somebody else entirely, received under this person's certified number."""
    sex = {"1": "2", "2": "1"}[person.sex]
    name = names().surname(draws)
    born = person.birth_date.replace(year=person.birth_date.year + 9, day=1)
    return replace(
        person, sex=sex, last_name=name, birth_name=name, first_name=names().first_name(draws, sex), birth_date=born,
        name_change=None, precision="N",
    )  # fmt: skip


def _swapped(name: str) -> str:
    """Two letters in the middle exchanged."""
    middle = len(name) // 2
    return f"{name[:middle]}{name[middle + 1]}{name[middle]}{name[middle + 2 :]}"


def _certified(person: Person) -> bool:
    return person.nir[:1] in PROVISIONAL and person.nir_since == date.min


def _whole(person: Person) -> bool:
    return person.precision == "N" and person.birth_date.day > 1


KINDS = (
    Double("married", _married, lambda person: person.sex == "2" and "-" not in person.birth_name),
    Double("one_digit", _one_digit, lambda person: _certified(person) and "-" not in person.birth_name),
    Double("twin", _twin, _whole),
    Double("accent_lost", _accent_lost, lambda person: person.birth_name != without_accents(person.birth_name)),
    Double("number_of_another", _number_of_another, _certified),
    Double("day_mistyped", _day_mistyped, _whole),
    Double("month_only", _month_only, _whole, moved=True),
)
