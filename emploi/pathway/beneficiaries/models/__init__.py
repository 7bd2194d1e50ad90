"""Persons, households, rights over time and entries."""

from emploi.pathway.beneficiaries.models.entries import Entry
from emploi.pathway.beneficiaries.models.households import Household, HouseholdRole
from emploi.pathway.beneficiaries.models.merges import MergeRecord
from emploi.pathway.beneficiaries.models.needs import VisitNeeds
from emploi.pathway.beneficiaries.models.people import Contact, Person
from emploi.pathway.beneficiaries.models.reviews import ReviewItem
from emploi.pathway.beneficiaries.models.rights import Address, DutyState, RightState
from emploi.pathway.beneficiaries.models.sightings import DossierVersion, Sighting
from emploi.pathway.beneficiaries.models.stated import StatedDate
from emploi.pathway.beneficiaries.models.wishes import WritingWish

__all__ = [
    "Address",
    "Contact",
    "DossierVersion",
    "DutyState",
    "Entry",
    "Household",
    "HouseholdRole",
    "MergeRecord",
    "Person",
    "ReviewItem",
    "RightState",
    "Sighting",
    "StatedDate",
    "VisitNeeds",
    "WritingWish",
]
