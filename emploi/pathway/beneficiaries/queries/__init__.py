"""Everything that reads persons, households, contacts and entries."""

from emploi.pathway.beneficiaries.queries.duplicates import Lookalike, exact_matches, lookalikes
from emploi.pathway.beneficiaries.queries.merging import Comparison, compare, merged_ids, merges_of
from emploi.pathway.beneficiaries.queries.people import (
    Header,
    Reach,
    contacts_of,
    hidden_homes,
    hidden_people,
    hides_home,
    open_entries,
    payer_differs,
    person_header,
    reach_of,
    stated_dates,
)
from emploi.pathway.beneficiaries.queries.reviews import open_reviews, review_counts
from emploi.pathway.beneficiaries.queries.rights import HouseholdView, RightLine, household_of, rights_history
from emploi.pathway.beneficiaries.queries.search import Found, matching_ids, search_persons
from emploi.pathway.beneficiaries.queries.wishes import wishes_of
from emploi.pathway.beneficiaries.rules.identity import name_key

__all__ = [
    "Comparison",
    "Found",
    "Header",
    "HouseholdView",
    "Lookalike",
    "Reach",
    "RightLine",
    "compare",
    "contacts_of",
    "exact_matches",
    "hidden_homes",
    "hidden_people",
    "hides_home",
    "household_of",
    "lookalikes",
    "matching_ids",
    "merged_ids",
    "merges_of",
    "name_key",
    "open_entries",
    "open_reviews",
    "payer_differs",
    "person_header",
    "reach_of",
    "review_counts",
    "rights_history",
    "search_persons",
    "stated_dates",
    "wishes_of",
]
