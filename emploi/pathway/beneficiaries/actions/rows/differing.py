"""Field by field, what a line changes of a person, in words; what was typed or sent by the payer is kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from emploi.foundation.ui.french import date_num_fr, phone_fr
from emploi.pathway.beneficiaries import nir
from emploi.pathway.beneficiaries.actions.rows.known import EMAIL, Known, Slot, contact_pairs
from emploi.pathway.beneficiaries.enums import Precision, RoleKind, Sex, Title
from emploi.pathway.beneficiaries.facts import TypedAddress
from emploi.pathway.beneficiaries.models import Address, Household
from emploi.pathway.beneficiaries.row_facts import (
    KEPT_AGENT,
    KEPT_DOUBT,
    KEPT_PAYER,
    Difference,
    PersonRow,
)
from emploi.pathway.beneficiaries.rules.births import is_whole, same_birth
from emploi.pathway.beneficiaries.rules.identity import compact

NAMES = {"last_name": "Nom", "birth_name": "Nom de naissance", "first_name": "Prénom"}
CODED = {"title": ("Civilité", dict(Title.choices)), "sex": ("Sexe", dict(Sex.choices))}
TEXTS = {
    "local_number": "Numéro de l’ancien logiciel",
    "france_travail_number": "Numéro France Travail",
    "interpreter_language": "Langue pour l’interprète",
}
FLAGS = {"under_guardianship": "Sous tutelle ou curatelle", "confidential_address": "Adresse confidentielle"}
HOUSEHOLD = {
    "claim_number": "Numéro de demande RSA",
    "payer": "Caisse",
    "payer_number": "Numéro allocataire",
    "claimed_on": "Date de la demande",
}


class Comparison:
    """Compares one line with one person; applied values are set on the objects, former ones kept for the undoing."""

    def __init__(self, row: PersonRow, slot: Slot, known: Known, *, overwrite: bool, names_in_doubt: bool) -> None:
        self.row, self.slot, self.known = row, slot, known
        self.overwrite, self.names_in_doubt = overwrite, names_in_doubt
        self.person_before: dict[str, Any] = {}
        self.household_before: dict[str, Any] = {}
        self.entry_before: dict[str, Any] = {}
        self.new_contacts: list[tuple[str, str]] = []
        self.new_address = False

    def differences(self) -> list[Difference]:
        """Every difference, applied or kept, in the order of the page."""
        found = [
            *self._person(),
            *self._flags(),
            *self._birth(),
            *self._nir(),
            *self._household(),
            *self._duties(),
            *self._reach(),
        ]
        return [*found, *self._address()]

    def _person(self) -> Iterator[Difference]:
        for name, label in NAMES.items():
            value = getattr(self.row, name)
            if value and compact(value) != compact(getattr(self.slot.person, name)) and not self._is_birth_name(name):
                yield self._set(name, label, value, self._why_kept(name, identity=True))
        for name, (label, words) in CODED.items():
            value = getattr(self.row, name)
            if value and value != getattr(self.slot.person, name):
                yield self._set(name, label, value, self._why_kept(name, identity=True), words)
        for name, label in TEXTS.items():
            value = getattr(self.row, name)
            if value and compact(value) != compact(getattr(self.slot.person, name)):
                yield self._set(name, label, value, self._why_kept(name))

    def _flags(self) -> Iterator[Difference]:
        for name, label in FLAGS.items():
            value = getattr(self.row, name)
            if value is not None and value != getattr(self.slot.person, name):
                # « Non » in a list never lifts a protection by itself.
                kept = "" if value or self.overwrite else KEPT_AGENT
                yield self._set(name, label, value, kept, {True: "oui", False: "non"})

    def _is_birth_name(self, name: str) -> bool:
        """A list that has one column of names may hold those at birth."""
        row, person = self.row, self.slot.person
        return name == "last_name" and not row.birth_name and compact(row.last_name) == compact(person.birth_name)

    def _birth(self) -> Iterator[Difference]:
        row, person = self.row, self.slot.person
        if row.birth_date is None:
            return
        facts = (row.birth_date, row.birth_date_precision)
        stored = (person.birth_date, person.birth_date_precision)
        if facts == stored:
            return
        agree = same_birth(*facts, *stored)
        if agree and not is_whole(*facts):
            return
        kept = "" if person.birth_date is None or agree else self._why_kept("birth_date", identity=True)
        before, after = birth_in_words(*stored), birth_in_words(*facts)
        if not kept:
            self._remember("birth_date", "birth_date_precision")
            person.birth_date, person.birth_date_precision = facts
            self.slot.identity.birth_date, self.slot.identity.precision = facts
        yield Difference("Date de naissance", before, after, kept)

    def _nir(self) -> Iterator[Difference]:
        person, fingerprint = self.slot.person, nir.fingerprint(self.row.nir13)
        if not fingerprint or person.nir_hash == fingerprint:
            return
        if person.nir_hash:
            yield Difference("Numéro de sécurité sociale", "connu", "un autre numéro", KEPT_DOUBT)
            return
        self._remember("nir_hash", "nir_encrypted")
        person.nir_hash, person.nir_encrypted = fingerprint, nir.encrypt(self.row.nir13)
        self.slot.identity.nir_hash = fingerprint
        yield Difference("Numéro de sécurité sociale", "", "ajouté")

    def _household(self) -> Iterator[Difference]:
        role = self.slot.role
        if role is None:
            return
        household = role.household
        for name, label in HOUSEHOLD.items():
            value = getattr(self.row, name)
            if not value or (name == "payer_number" and (self.row.payer or household.payer) == "MSA"):
                continue
            former = getattr(household, name)
            if former == value:
                continue
            taken = name == "claim_number" and ("claim", value) in self.known.households
            if former or taken or household.last_reference_on:
                yield Difference(label, _said(former), _said(value), KEPT_PAYER)
                continue
            self.household_before.setdefault(name, former)
            setattr(household, name, value)
            if name == "claim_number":
                self.known.households[("claim", value)] = household
            yield Difference(label, "", _said(value))

    def _duties(self) -> Iterator[Difference]:
        entry, since = self.slot.entry, self.row.duties_since_on
        if entry is None or since is None or entry.duties_since_on == since:
            return
        kept = "" if entry.duties_since_on is None or entry.run_id is None else KEPT_PAYER
        if self.overwrite:
            kept = ""
        before = entry.duties_since_on
        if not kept:
            self.entry_before.setdefault("duties_since_on", before)
            entry.duties_since_on = since
        yield Difference("Droits et devoirs depuis le", _said(before), _said(since), kept)

    def _reach(self) -> Iterator[Difference]:
        for kind, value in contact_pairs(self.row):
            if (kind, value) not in self.slot.contacts:
                self.slot.contacts.add((kind, value))
                self.new_contacts.append((kind, value))
                label = "Courriel" if kind == EMAIL else "Téléphone"
                yield Difference(label, "", value if kind == EMAIL else phone_fr(value))

    def _address(self) -> Iterator[Difference]:
        role, address = self.slot.role, self.row.address
        if role is None or not (address.postal_code and address.city):
            return
        current = max(
            self.known.addresses.get(role.household_id or id(role.household), ()),
            key=lambda stored: stored.source == "typed",
            default=None,
        )
        if current is not None and same_address(current, address):
            return
        kept = ""
        if current is not None:
            kept = KEPT_PAYER if current.source != "typed" else "" if current.run_id else KEPT_AGENT
            if role.role != RoleKind.CLAIMANT and not kept:
                kept = KEPT_DOUBT  # a household has one address, that of its claimant
        if kept and not self.overwrite:
            yield Difference("Adresse", self._stored(current), typed_in_words(address), kept)
            return
        self.new_address = True
        yield Difference("Adresse", self._stored(current), typed_in_words(address))

    def _stored(self, address: Address | None) -> str:
        """The address of the file in words, unless it must stay secret."""
        return "adresse confidentielle" if self.slot.person.confidential_address else address_in_words(address)

    def _why_kept(self, name: str, *, identity: bool = False) -> str:
        slot = self.slot
        if identity and self.names_in_doubt and name in NAMES:
            return KEPT_DOUBT
        if self.overwrite or not getattr(slot.person, name):
            return ""
        if slot.person.is_manual or name in slot.typed:
            return KEPT_AGENT
        return KEPT_PAYER if identity and slot.from_payer else ""

    def _set(self, name: str, label: str, value: Any, kept: str, words: dict[Any, str] | None = None) -> Difference:
        former = getattr(self.slot.person, name)
        if not kept:
            self._remember(name)
            setattr(self.slot.person, name, value)
        words = words or {}
        return Difference(label, words.get(former, _said(former)), words.get(value, _said(value)), kept)

    def _remember(self, *names: str) -> None:
        for name in names:
            self.person_before.setdefault(name, getattr(self.slot.person, name))


def birth_in_words(day: date | None, precision: str) -> str:
    """A birth date as far as it is known."""
    if day is None:
        return ""
    shapes = {Precision.DAY_UNKNOWN.value: "%m/%Y", Precision.MONTH_UNKNOWN.value: "%Y"}
    return day.strftime(shapes.get(precision, "%d/%m/%Y"))


def same_address(stored: Address, typed: TypedAddress) -> bool:
    """Whether an address says the same, accents and abbreviations of the case left out; a blank street says nothing."""
    street = " ".join(str(stored.lines.get(name, "")) for name in ("number", "street_type", "street", "place"))
    same_place = (stored.postal_code, compact(stored.city)) == (typed.postal_code, compact(typed.city))
    complement = str(stored.lines.get("complement", ""))
    same_street = not typed.street or compact(street) == compact(f"{typed.number} {typed.street}")
    return same_place and same_street and (not typed.complement or compact(complement) == compact(typed.complement))


def address_in_words(address: Address | None) -> str:
    """A stored address on one line."""
    if address is None:
        return ""
    lines = [str(address.lines.get(name, "")) for name in ("complement", "number", "street_type", "street", "place")]
    return " ".join(filter(None, [*lines, address.postal_code, address.city]))


def typed_in_words(address: TypedAddress) -> str:
    """An address of a line on one line."""
    parts = (address.complement, address.number, address.street, address.postal_code, address.city)
    return " ".join(filter(None, parts))


def new_in_words(row: PersonRow, household: Household) -> list[Difference]:
    """What a new person is created with, field by field."""
    pairs: list[tuple[str, Any]] = [(label, getattr(row, name)) for name, label in NAMES.items()]
    pairs += [(label, words.get(getattr(row, name), "")) for name, (label, words) in CODED.items()]
    pairs.append(("Date de naissance", birth_in_words(row.birth_date, row.birth_date_precision)))
    pairs.append(("Numéro de sécurité sociale", "ajouté" if row.nir13 else ""))
    pairs += [
        (label, getattr(row, name)) for name, label in HOUSEHOLD.items() if row.payer != "MSA" or name != "payer_number"
    ]
    pairs += [("Courriel" if kind == EMAIL else "Téléphone", value if kind == EMAIL else phone_fr(value))
              for kind, value in contact_pairs(row)]  # fmt: skip
    pairs.append(("Adresse", typed_in_words(row.address)))
    pairs += [(label, getattr(row, name)) for name, label in TEXTS.items()]
    pairs += [(label, "oui" if getattr(row, name) else "") for name, label in FLAGS.items()]
    pairs.append(
        ("Droits et devoirs", {True: "oui", False: "non"}.get(row.subject, "") if row.subject is not None else "")
    )
    return [Difference(label, "", _said(value)) for label, value in pairs if value]


def _said(value: Any) -> str:
    if isinstance(value, date):
        return date_num_fr(value)
    return str(value) if value else ""
