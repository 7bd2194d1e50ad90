"""What two looks at a household tell: one table."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from emploi.foundation.audit.presenters import has_sentence
from emploi.pathway.beneficiaries import right_events as told
from emploi.pathway.beneficiaries.actions.happenings import looks
from emploi.pathway.beneficiaries.rules.happenings import Look, happenings
from emploi.pathway.beneficiaries.web.right_presenters import household_moved
from tests.pathway.beneficiaries.builders import household

ON = date(2026, 10, 31)
MUM, DAD, CHILD = 1, 2, 3
HOME = Look(9, "2", "", commune="99001", roles={MUM: "DEM", CHILD: "ENF"}, entered=frozenset({MUM}))
OUT = frozenset[int]()

CASES = [
    ("nothing", HOME, HOME, []),
    ("a new household says nothing but its claim", None, HOME, []),
    ("a new claim", None, replace(HOME, state="0", entered=OUT), ["ClaimPending"]),
    ("a claim accepted is told by the entry", replace(HOME, state="0", entered=OUT), HOME, []),
    ("a claim refused", replace(HOME, state="0", entered=OUT), replace(HOME, state="1", motive="F02", entered=OUT),
     ["ClaimRefused"]),
    ("payment suspended", HOME, replace(HOME, state="4", motive="06"), ["RightSuspended"]),
    ("right suspended", HOME, replace(HOME, state="3", motive="DB"), ["RightSuspended"]),
    ("another reason", replace(HOME, state="4", motive="06"),
     replace(HOME, state="4", motive="01"), ["RightSuspended"]),
    ("resumed", replace(HOME, state="4", motive="06"), HOME, ["RightResumed"]),
    ("suspended then still closed is no resumption", replace(HOME, state="4", motive="06"),
     replace(HOME, state="5", motive="RFD", entered=OUT), []),
    ("closed: the entry tells it", HOME, replace(HOME, state="5", motive="RFD", entered=OUT), []),
    ("closed, no entry ran", replace(HOME, entered=OUT), replace(HOME, state="5", motive="RFD", entered=OUT),
     ["RightClosed"]),
    ("still closed a month later", replace(HOME, state="5", motive="RFD", entered=OUT),
     replace(HOME, state="6", motive="RFD", entered=OUT), []),
    ("GJ", HOME, replace(HOME, state="3", motive="GJ"), ["SanctionApplied"]),
    ("GK", HOME, replace(HOME, state="3", motive="GK"), ["SanctionApplied"]),
    ("GL", HOME, replace(HOME, state="3", motive="GL"), ["SanctionApplied"]),
    ("70", HOME, replace(HOME, state="4", motive="70"), ["SanctionApplied"]),
    ("CG", HOME, replace(HOME, state="4", motive="CG"), ["SanctionApplied"]),
    ("closed by the Département", HOME, replace(HOME, state="5", motive="PCG", entered=OUT), ["SanctionApplied"]),
    ("a sanction that goes on", replace(HOME, state="4", motive="CG"), replace(HOME, state="4", motive="CG"), []),
    ("awaiting a decision is no sanction", HOME, replace(HOME, state="4", motive="CV"), ["RightSuspended"]),
    ("reduced", HOME, replace(HOME, reduction="100.00"), ["RightReduced"]),
    ("reduced more", replace(HOME, reduction="100.00"), replace(HOME, reduction="200.00"), ["RightReduced"]),
    ("no longer reduced", replace(HOME, reduction="100.00"), HOME, ["ReductionEnded"]),
    ("moved", HOME, replace(HOME, commune="99002"), ["HouseholdMoved"]),
    ("a partner comes", HOME, replace(HOME, roles={**HOME.roles, DAD: "CJT"}), ["JoinedHousehold"]),
    ("a partner leaves, whose entry ends",
     replace(HOME, roles={**HOME.roles, DAD: "CJT"}, entered=frozenset({MUM, DAD})), HOME, []),
    ("a partner leaves, without an entry", replace(HOME, roles={**HOME.roles, DAD: "CJT"}), HOME, ["LeftHousehold"]),
    ("a child comes", HOME, replace(HOME, roles={**HOME.roles, 4: "ENF"}), ["ChildArrived"]),
    ("a child leaves", HOME, replace(HOME, roles={MUM: "DEM"}), []),
    ("spouses swap their roles", replace(HOME, roles={MUM: "DEM", DAD: "CJT"}),
     replace(HOME, roles={MUM: "CJT", DAD: "DEM"}), []),
    ("received from elsewhere, the entry says it", None, replace(HOME, transferred_in_on=ON), []),
    ("received from elsewhere, without an entry", None, replace(HOME, transferred_in_on=ON, entered=OUT),
     ["TransferredIn"]),
    ("gone elsewhere, the entry says it", HOME,
     replace(HOME, state="5", motive="MUT", transferred_out_on=ON, entered=OUT), []),
    ("gone elsewhere, without an entry", replace(HOME, entered=OUT),
     replace(HOME, state="5", motive="MUT", transferred_out_on=ON, entered=OUT), ["TransferredOut"]),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_is_told(before: Look | None, after: Look, expected: list[str]) -> None:
    assert [type(event).__name__ for event in happenings(before, after, ON)] == expected


def test_each_adult_is_told_once_and_who_moves_in_did_not_move_commune() -> None:
    couple = replace(HOME, roles={MUM: "DEM", DAD: "CJT"})
    found = list(happenings(couple, replace(couple, state="4", motive="06"), ON))
    assert [event.person_id for event in found] == [MUM, DAD]
    after = replace(couple, commune="99002")
    moved = [e for e in happenings(HOME, after, ON) if isinstance(e, told.HouseholdMoved)]
    assert [(event.person_id, event.former_commune, event.commune) for event in moved] == [(MUM, "99001", "99002")]


def test_a_move_names_the_communes_as_they_were_that_day() -> None:
    home = replace(HOME, commune_name="Belleville")
    moved = next(happenings(home, replace(home, commune="99002", commune_name="Ombreval"), ON))
    assert household_moved(moved) == (
        "Changement de commune : Belleville (99001), puis Ombreval (99002) (situation au 31/10/2026)."
    )
    lost = next(happenings(home, replace(home, commune="", commune_name=""), ON))
    assert "Belleville (99001), puis commune inconnue ou hors de France (" in household_moved(lost)
    assert "99001, puis 99002" in household_moved(replace(moved, former_name="", name="")), "written before"
    found = replace(moved, former_name="", former_commune="")
    assert ": commune inconnue, puis Ombreval (99002)" in household_moved(found)


@pytest.mark.usefixtures("rules")
def test_the_names_are_read_with_the_households(month: Callable[..., object]) -> None:
    month(8, household())
    assert looks(["00000000199"])["00000000199"].commune_name == "Exempleville"


def test_every_kind_has_its_sentence() -> None:
    assert [kind for kind in told.HouseholdEvent.__subclasses__() if not has_sentence(kind)] == []
