"""Persons, households, rights over time and entries."""

from emploi.pathway.beneficiaries.models.entries import Entry
from emploi.pathway.beneficiaries.models.households import Household, HouseholdRole
from emploi.pathway.beneficiaries.models.people import Contact, Person
from emploi.pathway.beneficiaries.models.reviews import ReviewItem
from emploi.pathway.beneficiaries.models.rights import Address, DutyState, RightState

__all__ = [
    "Address",
    "Contact",
    "DutyState",
    "Entry",
    "Household",
    "HouseholdRole",
    "Person",
    "ReviewItem",
    "RightState",
]
