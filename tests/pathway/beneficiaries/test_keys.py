"""What people are compared by, computed ahead of a batch: the same values, for that batch only."""

from dataclasses import replace

from emploi.pathway.beneficiaries import keys
from emploi.pathway.beneficiaries.identifiers import knowing, prepare_members
from tests.pathway.beneficiaries.builders import child, household, member


def test_what_is_computed_ahead_is_what_would_be_computed_on_the_way() -> None:
    adult, daughter = member(last_name="DE LA TOUR", first_name="Zoé"), child()
    prepared = prepare_members([household(members=(adult, daughter))])
    assert prepared == {adult: keys.keys_of(adult), daughter: keys.keys_of(daughter)}
    assert prepared[adult].search_text != ""
    assert prepared[daughter].search_text == ""  # children are never looked for


def test_it_serves_the_batch_it_was_computed_for_and_no_other() -> None:
    someone = member(first_name="Zoé")
    other = keys.keys_of(replace(someone, first_name="Ana"))
    with knowing({someone: other}):
        assert keys.keys_of(someone) is other
        assert keys.keys_of(replace(someone, first_name="Eva")).first_name == "eva"
    assert keys.keys_of(someone).first_name == "zoe"
