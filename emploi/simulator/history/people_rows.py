"""The rows of households, persons, rights, addresses, contacts and entries of one place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from emploi.foundation import clock
from emploi.pathway.beneficiaries import nir
from emploi.pathway.beneficiaries.models import (
    Address,
    Contact,
    DutyState,
    Entry,
    Household,
    HouseholdRole,
    Person,
    ReviewItem,
    RightState,
)
from emploi.pathway.beneficiaries.rules.identity import name_key, search_text, similarity, sort_name
from emploi.simulator.history.ledger import Dossier, Doubt, Known, Ledger, Passage
from emploi.simulator.history.parallel import WHOLE, Share
from emploi.simulator.history.rows import Table, as_json
from emploi.simulator.life.contacts import Reach

DEAD: Final = {"email": "Adresse refusée par le serveur", "mobile": "Numéro non attribué"}
SEEN_AGAIN: Final = "Information reçue"
IMPORT: Final = "Import CAF"
LOOKALIKE: Final = 0.55  # as beneficiaries.actions.snapshots.reviews


@dataclass(frozen=True, slots=True)
class Last:
    """The last file that showed a dossier, and the hash of what it said."""

    reference_on: date
    created_on: date
    content_hash: str


class PeopleTables:
    """The tables of the beneficiaries app, filled place by place."""

    def __init__(self) -> None:
        self.household = Table(Household, _HOUSEHOLD)
        self.person = Table(Person, _PERSON)
        self.role = Table(HouseholdRole, _ROLE)
        self.right = Table(RightState, _RIGHT)
        self.duty = Table(DutyState, _DUTY)
        self.address = Table(Address, _ADDRESS)
        self.contact = Table(Contact, _CONTACT)
        self.entry = Table(Entry, _ENTRY)
        self.review = Table(ReviewItem, _REVIEW)
        self.lookalike = Table(ReviewItem, _LOOKALIKE)

    def in_order(self) -> list[Table]:
        """Parents first."""
        return [
            self.household, self.person, self.role, self.right, self.duty, self.address, self.contact, self.entry,
            self.review, self.lookalike,
        ]  # fmt: skip

    def start(self, share: Share = WHOLE) -> None:
        """Continues the identifiers after what the tables hold."""
        for table in (self.household, self.person, self.entry):
            table.start(share)

    def settle_ids(self) -> None:
        """Tells the sequences where the tables stand."""
        for table in (self.household, self.person, self.entry):
            table.settle_ids()

    def add(self, ledger: Ledger, lasts: dict[str, Last], reaches: dict[int, Reach], died: dict[int, date]) -> None:
        """Everything of one place; gives their identifiers to its dossiers, people and passages."""
        for claim, dossier in ledger.dossiers.items():
            self._add_household(dossier, lasts.get(claim))
        for known in ledger.people.values():
            self._add_person(known, died.get(known.key))
        for dossier in ledger.dossiers.values():
            self._add_history(dossier)
        for key, reach in reaches.items():
            self._add_contacts(ledger.people[key], reach)
        for passage in ledger.passages:
            self._add_entry(passage)
        for doubt in ledger.doubts:
            self._add_doubt(doubt)
        self._add_lookalikes(ledger)

    def _add_household(self, dossier: Dossier, last: Last | None) -> None:
        facts, notice = dossier.facts, dossier.notice
        dossier.id = self.household.take_id()
        is_msa = facts.payer == "MSA"
        has_spouse = any(member.role == "CJT" for member in facts.members)
        seen = last or Last(notice.reference_on, notice.created_on, "")
        self.household.add(
            dossier.id, facts.claim_number, facts.payer, facts.payer_organism,
            "" if is_msa else facts.payer_number, nir.fingerprint(facts.payer_number) if is_msa else "",
            facts.previous_claim_number, facts.claimed_on, facts.right_origin_on, facts.state, facts.motive,
            notice.reference_on, facts.family_situation, facts.homeless, facts.dependants,
            facts.dependants > 0 and not has_spouse, facts.addresses[0].insee, "", seen.content_hash,
            seen.reference_on, seen.created_on, seen.created_on, dossier.transferred_in, dossier.transferred_out,
        )  # fmt: skip

    def _add_person(self, known: Known, died_on: date | None) -> None:
        facts = known.facts
        known.id = self.person.take_id()
        adult = known.adult
        self.person.add(
            known.id, facts.title, facts.last_name, facts.birth_name, facts.first_name, facts.birth_date,
            facts.birth_date_precision, facts.birth_rank, facts.sex, nir.fingerprint(facts.nir13),
            facts.nir_valid, known.number,
            search_text(facts.last_name, facts.birth_name, facts.first_name) if adult else "",
            sort_name(facts.last_name, facts.first_name) if adult else "",
            name_key(facts.birth_name, facts.last_name, facts.first_name), nir.encrypt(facts.nir13),
            died_on,
        )  # fmt: skip

    def _add_history(self, dossier: Dossier) -> None:
        for notice, run, state, motive, amount in dossier.rights:
            self.right.add(
                dossier.id, notice.reference_on, notice.created_on, notice.source, state, motive, amount, run,
                _received(notice.created_on),
            )  # fmt: skip
        for notice, run, person, kind, subject in dossier.duties:
            self.duty.add(
                person.id, dossier.id, kind, notice.reference_on, notice.created_on, notice.source, subject, run,
                _received(notice.created_on),
            )  # fmt: skip
        for role in dossier.roles:
            self.role.add(
                role.person.id, dossier.id, role.role, role.started_on, role.ended_on, role.subject, role.number
            )
        for lodging in dossier.lodgings:
            self._add_address(dossier.id, lodging.facts, lodging.received_on, lodging.run, current=lodging.current)

    def _add_address(self, household_id: int, facts: Any, received_on: date, run: int, *, current: bool) -> None:
        lines = {
            "complement": facts.complement,
            "number": facts.number,
            "street_type": facts.street_type,
            "street": facts.street,
            "place": facts.place,
        }
        self.address.add(
            household_id, facts.rank, "caf", as_json(lines), facts.postal_code, facts.insee, facts.insee, facts.city,
            facts.country, facts.since, received_on, run, current,
        )  # fmt: skip

    def _add_contacts(self, known: Known, reach: Reach) -> None:
        ways = (
            ("mobile", international(reach.mobile), reach.dead_phone),
            ("phone", international(reach.landline), False),
            ("email", reach.email, reach.dead_email),
        )
        for kind, value, dead in ways:
            if value:
                reason, on = (DEAD[kind], clock.add_days(known.since, 2)) if dead else ("", None)
                self.contact.add(
                    known.id, kind, value, "caf", known.since, False, dead, reason, on, IMPORT, _received(known.since)
                )

    def _add_entry(self, passage: Passage) -> None:
        passage.id = self.entry.take_id()
        facts, notice = passage.opened_with, passage.notice
        self.entry.add(
            passage.id, passage.person.id, passage.dossier.id, notice.created_on, passage.kind,
            passage.previous.id if passage.previous else None, facts.claimed_on, facts.right_origin_on,
            notice.reference_on, notice.created_on, passage.commune, passage.kind == "stock", passage.followed,
            passage.interrupted_on, passage.reopened_on, passage.closed_on, passage.closing_reason,
            passage.closed_known_on, passage.run,
        )  # fmt: skip

    def _add_lookalikes(self, ledger: Ledger) -> None:
        """Adults of a place born the same day under alike names: the import asks a human (caf-flows.md §3)."""
        adults = sorted((known for known in ledger.people.values() if known.adult), key=lambda known: known.since)
        for rank, new in enumerate(adults):
            for known in adults[:rank]:
                if known.facts.birth_date == new.facts.birth_date and not _no_alias(known, new):
                    self._add_lookalike(known, new)

    def _add_lookalike(self, known: Known, new: Known) -> None:
        names = [sort_name(person.facts.last_name, person.facts.first_name) for person in (known, new)]
        if similarity(*names) < LOOKALIKE:
            return
        kind, first, second = "name_similarity", min(known.id, new.id), max(known.id, new.id)
        self.lookalike.add(new.id, known.id, kind, f"{kind}:{first}:{second}", _received(new.since), None)

    def _add_doubt(self, doubt: Doubt) -> None:
        kind = "duties_unknown"
        self.review.add(
            doubt.person.id, doubt.dossier.id, kind, f"{kind}:{doubt.person.id}:{doubt.dossier.id}",
            _received(doubt.raised_on), _received(doubt.settled_on) if doubt.settled_on else None,
            IMPORT if doubt.settled_on else "", SEEN_AGAIN if doubt.settled_on else "", doubt.run,
        )  # fmt: skip


def _no_alias(one: Known, other: Known) -> bool:
    """Two certain and different NIRs are two persons."""
    return one.facts.nir_valid and other.facts.nir_valid and one.facts.nir13 != other.facts.nir13


def international(number: str) -> str:
    """A French number in its international form, as contacts are kept."""
    return f"+33{number[1:]}" if number else ""


def _received(day: date) -> datetime:
    return clock.at_noon(day)


_HOUSEHOLD = (
    "id", "claim_number", "payer", "payer_organism", "payer_number", "payer_number_hash", "previous_claim_number",
    "claimed_on", "right_origin_on", "state", "motive", "state_reference_on", "family_situation", "homeless",
    "dependants", "single_parent", "commune_id", "tied_hashes", "content_hash", "last_reference_on", "last_created_on",
    "last_seen_on", "transferred_in_on", "transferred_out_on",
)  # fmt: skip
_PERSON = (
    "id", "title", "last_name", "birth_name", "first_name", "birth_date", "birth_date_precision", "birth_rank", "sex",
    "nir_hash", "nir_valid", "france_travail_number", "search_text", "sort_name", "name_key", "nir_encrypted",
    "died_on",
)  # fmt: skip
_ROLE = ("person_id", "household_id", "role", "started_on", "ended_on", "subject_to_duties", "pole_emploi_number")
_RIGHT = (
    "household_id", "reference_on", "received_on", "source", "state", "motive", "amount", "run_id", "recorded_at",
)  # fmt: skip
_DUTY = (
    "person_id", "household_id", "role", "reference_on", "received_on", "source", "subject", "run_id", "recorded_at",
)  # fmt: skip
_ADDRESS = (
    "household_id", "rank", "source", "lines", "postal_code", "insee", "commune_id", "city", "country", "valid_from",
    "received_on", "run_id", "is_current",
)  # fmt: skip
_CONTACT = (
    "person_id", "kind", "value", "source", "received_on", "is_preferred", "is_dead", "dead_reason", "dead_on",
    "recorded_by", "recorded_at",
)  # fmt: skip
_ENTRY = (
    "id", "person_id", "household_id", "opened_on", "kind", "previous_id", "claimed_on", "right_origin_on",
    "duties_since_on", "caf_known_on", "commune_id", "is_stock", "france_travail_followed", "interrupted_on",
    "reopened_on", "closed_on", "closing_reason", "closed_known_on", "run_id",
)  # fmt: skip
_LOOKALIKE = ("person_id", "other_id", "kind", "key", "created_at", "run_id")
_REVIEW = (
    "person_id", "household_id", "kind", "key", "created_at", "settled_at", "settled_by", "outcome", "run_id",
)  # fmt: skip
