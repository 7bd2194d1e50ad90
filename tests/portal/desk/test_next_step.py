"""There is always a next step and somebody who owes it."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emploi.foundation.clock import ZONE
from emploi.portal.desk.rules.next_step import Code, Facts, Owes, next_step
from emploi.portal.desk.web.shown import TEXTS, shown_step

TODAY = date(2026, 11, 23)
PAST = datetime(2026, 11, 20, 10, tzinfo=ZONE)
SOON = datetime(2026, 11, 25, 10, tzinfo=ZONE)
DUE = (("first_interview", TODAY + timedelta(days=5)), ("orientation_month", TODAY + timedelta(days=20)))
IN = {"entry_id": 7, "opened_on": TODAY - timedelta(days=10), "due": DUE}
INVITED = {**IN, "invited_on": TODAY - timedelta(days=6), "invitation_ends_on": TODAY + timedelta(days=4)}


def due(**follow_ups: int) -> tuple[tuple[str, date], ...]:
    return (*DUE, *((kind, TODAY + timedelta(days=days)) for kind, days in follow_ups.items()))


LATE = {
    **INVITED,
    "due": (("orientation_month", TODAY - timedelta(days=2)), ("orientation_six_weeks", TODAY + timedelta(days=9))),
}
TOO_LATE = {**INVITED, "due": (("orientation_six_weeks", TODAY - timedelta(days=1)),)}
ORIENTED = {**IN, "met": True, "decision_id": 3, "notified": True, "body": "France Travail"}
NAMED = {**ORIENTED, "referent": "Léa Blanc"}


@pytest.mark.parametrize(
    ("facts", "code", "owes"),
    [
        ({}, Code.NEVER_IN, Owes.NOBODY),
        ({"died_on": TODAY, **IN}, Code.DECEASED, Owes.NOBODY),
        ({"merged_into": 4}, Code.MERGED, Owes.DEPARTMENT),
        ({"duties_unknown": True}, Code.CHECK_DUTIES, Owes.DEPARTMENT),
        ({"claim_pending": True}, Code.WAIT_FOR_PAYER, Owes.PAYER),
        ({"left_on": TODAY}, Code.OUT, Owes.PAYER),
        ({"planned_at": SOON, "left_on": TODAY}, Code.COME, Owes.PERSON),
        (IN, Code.INVITE, Owes.DEPARTMENT),
        (INVITED, Code.CHOOSE_SLOT, Owes.PERSON),
        ({**INVITED, "due": due(relaunch=0, call=2)}, Code.RELAUNCH, Owes.DEPARTMENT),
        ({**INVITED, "due": due(relaunch=-3, call=0, convocation=2)}, Code.CALL, Owes.DEPARTMENT),
        ({**INVITED, "due": due(relaunch=-4, call=-2, convocation=0)}, Code.CONVENE, Owes.DEPARTMENT),
        ({**INVITED, "invitation_ends_on": TODAY - timedelta(days=1)}, Code.INVITE, Owes.DEPARTMENT),
        ({**INVITED, "asked_for_slot": True}, Code.CALL_BACK, Owes.DEPARTMENT),
        ({**INVITED, "missed_at": PAST}, Code.OFFER_AGAIN, Owes.DEPARTMENT),
        ({**INVITED, "missed_at": PAST, "invited_on": TODAY}, Code.CHOOSE_SLOT, Owes.PERSON),
        ({**INVITED, "planned_at": SOON, "due": due(call=0)}, Code.COME, Owes.PERSON),
        ({**IN, "unmarked_at": PAST, "planned_at": SOON}, Code.MARK_ATTENDANCE, Owes.DEPARTMENT),
        ({**IN, "interview_id": 2, "met": True}, Code.FINISH_INTERVIEW, Owes.DEPARTMENT),
        ({**IN, "met": True}, Code.DECIDE, Owes.DEPARTMENT),
        ({**LATE, "by_default": True}, Code.DECIDE_BY_DEFAULT, Owes.DEPARTMENT),
        (LATE, Code.CHOOSE_SLOT, Owes.PERSON),
        ({**LATE, "invitation_ends_on": None}, Code.CONVENE, Owes.DEPARTMENT),
        ({**LATE, "missed_at": PAST}, Code.OFFER_AGAIN, Owes.DEPARTMENT),
        ({**LATE, "met": True}, Code.DECIDE, Owes.DEPARTMENT),
        ({**LATE, "planned_at": SOON}, Code.COME, Owes.PERSON),
        (TOO_LATE, Code.FRANCE_TRAVAIL_DECIDES, Owes.FRANCE_TRAVAIL),
        ({**TOO_LATE, "met": True}, Code.FRANCE_TRAVAIL_DECIDES, Owes.FRANCE_TRAVAIL),
        ({**ORIENTED, "notified": False}, Code.NOTIFY, Owes.DEPARTMENT),
        ({**ORIENTED, "reorientation_id": 5, "reorientation_due": SOON.date()}, Code.ANSWER_REQUEST, Owes.DEPARTMENT),
        ({**ORIENTED, "to_agree_in": 2}, Code.AGREE, Owes.PERSON),
        ({**ORIENTED, "to_agree_in": 2, "person_agreed": True}, Code.AGREE, Owes.DEPARTMENT),
        (ORIENTED, Code.NAME_REFERENT, Owes.BODY),
        ({**ORIENTED, "former_referent": "Léa Blanc"}, Code.NAME_ANOTHER, Owes.BODY),
        ({**NAMED, "due": due(contract=30)}, Code.SIGN_CONTRACT, Owes.BODY),
        ({**NAMED, "outside_on": TODAY}, Code.COME_TO_BODY, Owes.PERSON),
        (NAMED, Code.FIRST_MEETING, Owes.BODY),
        ({**NAMED, "met_by_body": True}, Code.SUPPORT, Owes.BODY),
    ],
)
def test_each_situation_has_its_step(facts: dict[str, object], code: Code, owes: Owes) -> None:
    found = next_step(Facts(**facts), TODAY)  # type: ignore[arg-type]
    assert (found.code, found.owes) == (code, owes)


def test_the_orientation_is_due_within_the_month() -> None:
    assert next_step(Facts(**{**IN, "met": True}), TODAY).due_on == TODAY + timedelta(days=20)  # type: ignore[arg-type]


def test_every_code_has_words() -> None:
    assert set(TEXTS) == set(Code)


moments = st.none() | st.sampled_from([PAST, SOON])
days = st.none() | st.dates(date(2026, 1, 1), date(2027, 1, 1))
ids = st.none() | st.integers(1, 9)
kinds = st.sampled_from(
    ["first_interview", "orientation_month", "orientation_six_weeks", "relaunch", "call", "convocation", "contract"]
)
anybody = st.builds(
    Facts,
    died_on=days, merged_into=ids, entry_id=ids, left_on=days, duties_unknown=st.booleans(),
    claim_pending=st.booleans(), unmarked_at=moments, planned_at=moments, interview_id=ids,
    asked_for_slot=st.booleans(), missed_at=moments, met=st.booleans(), invited_on=days, invitation_ends_on=days,
    due=st.dictionaries(kinds, st.dates(date(2026, 1, 1), date(2027, 1, 1))).map(lambda d: tuple(d.items())),
    decision_id=ids, notified=st.booleans(), to_agree_in=ids, referent=st.sampled_from(["", "Léa Blanc"]),
    reorientation_id=ids, by_default=st.booleans(),
    former_referent=st.sampled_from(["", "Marc Roux"]), outside_on=days, met_by_body=st.booleans(),
    body=st.just("France Travail"), with_whom=st.just("Claire Martin"),
)  # fmt: skip


@given(anybody, st.dates(date(2026, 1, 1), date(2027, 1, 1)))
def test_nobody_is_ever_without_a_next_step_nor_somebody_who_owes_it(facts: Facts, today: date) -> None:
    step = next_step(facts, today)
    shown = shown_step(1, step, facts, today)
    assert shown.text
    assert "{" not in shown.text
    assert bool(shown.who) == (step.owes != Owes.NOBODY)


@given(anybody, st.dates(date(2026, 1, 1), date(2027, 1, 1)))
def test_somebody_in_the_pathway_is_always_owed_something_by_somebody(facts: Facts, today: date) -> None:
    step = next_step(facts, today)
    in_pathway = facts.entry_id and not facts.died_on and not facts.merged_into
    assert not in_pathway or step.owes in (Owes.DEPARTMENT, Owes.PERSON, Owes.BODY, Owes.FRANCE_TRAVAIL)
