"""Everything that writes persons, households, contacts and entries."""

from emploi.pathway.beneficiaries.actions.addresses import type_address
from emploi.pathway.beneficiaries.actions.contacts import (
    AppliedContacts,
    add_contact,
    apply_contacts,
    mark_contact_dead,
    prefer_contact,
)
from emploi.pathway.beneficiaries.actions.entries import close_entries, enter, open_entry, reopen_entry
from emploi.pathway.beneficiaries.actions.france_travail import FranceTravailFacts, tell_france_travail
from emploi.pathway.beneficiaries.actions.households import Applied, apply_households, flag_disappeared
from emploi.pathway.beneficiaries.actions.merging import merge_persons, undo_merge, why_not_undo
from emploi.pathway.beneficiaries.actions.needs import tell_needs
from emploi.pathway.beneficiaries.actions.persons import correct_person, create_person, record_death
from emploi.pathway.beneficiaries.actions.reviews import payer_says, settle_duties, settle_identity, settle_review
from emploi.pathway.beneficiaries.actions.wishes import tell_wish

__all__ = [
    "Applied",
    "AppliedContacts",
    "FranceTravailFacts",
    "add_contact",
    "apply_contacts",
    "apply_households",
    "close_entries",
    "correct_person",
    "create_person",
    "enter",
    "flag_disappeared",
    "mark_contact_dead",
    "merge_persons",
    "open_entry",
    "payer_says",
    "prefer_contact",
    "record_death",
    "reopen_entry",
    "settle_duties",
    "settle_identity",
    "settle_review",
    "tell_france_travail",
    "tell_needs",
    "tell_wish",
    "type_address",
    "undo_merge",
    "why_not_undo",
]
