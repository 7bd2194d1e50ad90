"""The spouse's interview beside, never mixed: who, whether a door may be shown, what may pass from one to the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from emploi.foundation.ui.french import date_long_fr
from emploi.pathway.beneficiaries.enums import RoleKind
from emploi.pathway.beneficiaries.models import Entry, HouseholdRole, Person
from emploi.pathway.orientation.enums import AnswerSource, BrakeKind
from emploi.pathway.orientation.models import Answer, Brake, Interview
from emploi.pathway.orientation.queries.reference import questionnaire

COUPLE = (RoleKind.CLAIMANT, RoleKind.SPOUSE)
# Said once, even lifted since: no name, no door, no word passes; it would tell how and with whom she lives.
UNSAFE = Q(kind=BrakeKind.FAMILY, subtype__in=("violence", "separation"))
OWN_WORDS = (AnswerSource.PERSON, AnswerSource.AGENT)


@dataclass(frozen=True, slots=True)
class Spouse:
    """The other of a couple in rights and duties, with the interview in progress when there is one."""

    entry: Entry
    interview_id: int | None

    @property
    def person(self) -> Person:
        """The spouse as a person: only a name and a title are ever shown from here."""
        return self.entry.person


@dataclass(frozen=True, slots=True)
class SaidBySpouse:
    """A fact of the household the spouse said, proposed to the other: nothing is written before she agrees."""

    question: str
    text: str
    provenance: str


def spouse_of(entry: Entry) -> Spouse | None:
    """Return the spouse when both are in rights and duties.

    Nobody when one of them keeps an address secret, or ever spoke of violence or of a separation: the screen is shared.
    """
    roles = HouseholdRole.objects.filter(household_id=entry.household_id, ended_on=None, role__in=COUPLE)
    found = list(roles.filter(subject_to_duties=True).select_related("person"))
    people = {role.person_id: role.person for role in found}
    if len(people) != len(COUPLE) or entry.person_id not in people:
        return None
    if any(person.confidential_address or person.died_on is not None for person in people.values()):
        return None
    if Brake.objects.filter(UNSAFE, person_id__in=people).exists():
        return None
    theirs = Entry.objects.filter(household_id=entry.household_id, closed_on=None).exclude(person_id=entry.person_id)
    other = theirs.filter(person_id__in=people).select_related("person").first()
    if other is None:
        return None
    running = Interview.objects.filter(entry=other, closed_at=None).values_list("pk", flat=True).first()
    return Spouse(other, running)


def said_by_spouse(interview: Interview, slugs: Sequence[str]) -> dict[str, SaidBySpouse]:
    """Return what the spouse said of the household that the person has not answered, among these questions.

    Only the closed list of the questionnaire (`household: true`) ever passes, and only the spouse's own words.
    """
    closed_list = {item.slug: item for item in questionnaire() if item.household and item.slug in slugs}
    spouse = spouse_of(interview.entry) if closed_list else None
    if spouse is None:
        return {}
    mine = Answer.objects.filter(person_id=interview.person_id, question__in=closed_list).in_force()
    answered = {row.question for row in mine if row.source not in (AnswerSource.CAF, AnswerSource.FRANCE_TRAVAIL)}
    theirs = Answer.objects.filter(person_id=spouse.person.pk, question__in=closed_list).in_force()
    return {
        row.question: SaidBySpouse(
            row.question,
            closed_list[row.question].text_of(row.value),
            f"dit par votre conjoint le {date_long_fr(row.source_on)}",
        )
        for row in theirs
        if row.question not in answered and row.source in OWN_WORDS and row.value not in (None, "", [])
    }


def spouse_answer(interview: Interview, question: str) -> Answer | None:
    """Return the spouse's answer that may pass to this person, with the same conditions as what is shown."""
    spouse = spouse_of(interview.entry)
    if spouse is None or question not in said_by_spouse(interview, [question]):
        return None
    return Answer.objects.filter(person_id=spouse.person.pk, question=question).order_by("-pk").first()
