"""One line of France Travail to what it says of somebody, or to the sentences that say what to correct. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from emploi.exchanges.france_travail.columns import LABELS, LAST_NAMES, NAMES, PATHS, RESULTS, reason_of
from emploi.exchanges.spreadsheets.lists import Cells, Reading, read_person, values
from emploi.pathway.beneficiaries.row_facts import PersonRow
from emploi.pathway.orientation.facts import FollowUpSaid, ReceiptSaid, RecommendationSaid

LEGAL = "professionnel, socio-professionnel ou social"
_AGENCY_MAX, _CATEGORY_MAX, _CODE_MAX, _ADVISER_MAX, _NUMBER_MAX = 10, 40, 20, 120, 9


@dataclass(slots=True)
class StatementReading(Reading):
    """What a line says beside the person it is about."""

    follow_up: FollowUpSaid | None = None
    recommendations: tuple[RecommendationSaid, ...] = ()


@dataclass(slots=True)
class ReceiptReading(Reading):
    """The answer a line gives to one decision."""

    receipt: ReceiptSaid | None = None


def read_statement(
    cells: Sequence[str], columns: Mapping[str, int], *, number: int, now: datetime, received_on: date
) -> StatementReading:
    """Read a line through a mapping (field → position); a blank says nothing, nothing is guessed."""
    who = read_person(cells, columns, number=number, today=now.date())
    found = StatementReading(who.person, list(who.problems), list(who.warnings))
    line = Cells(cells, columns, now, found, LABELS)
    _birth(found, line)
    found.follow_up = _follow_up(line, received_on)
    found.recommendations = _recommendations(line)
    if not found.problems and found.follow_up is None and not found.recommendations and not _numbered(found.person):
        line.missing("followed", "nothing_said", "cette ligne ne dit ni un suivi, ni une recommandation, ni un numéro")
    if found.problems:
        found.person = None
    return found


def read_receipt(
    cells: Sequence[str], columns: Mapping[str, int], *, number: int, now: datetime, received_on: date
) -> ReceiptReading:
    """Read the answer to one decision, named by its number."""
    found = ReceiptReading()
    line = Cells(cells, columns, now, found, LABELS)
    decision, sending = _number(line, "decision"), _number(line, "transmission")
    result = line.chosen("result", RESULTS, "acceptée ou refusée")
    stated_on = line.past("answered_on")
    answered_on = stated_on or (None if line.said_wrong("answered_on") else received_on)
    if decision is None and not line.said_wrong("decision"):
        line.missing("decision", "no_decision", "il manque")
    if result is None and not line.said_wrong("result"):
        line.missing("result", "no_result", "il manque (acceptée ou refusée)")
    code, words = line.text("code")[:_CODE_MAX], line.text("words")
    if not found.problems and decision is not None and answered_on is not None:
        found.receipt = ReceiptSaid(
            line=number,
            decision_id=decision,
            transmission_id=sending,
            answered_on=answered_on,
            is_accepted=bool(result),
            code=code,
            words=reason_of(code, words),
            is_dated=stated_on is not None,
            names=_texts(line, NAMES),
            last_names=_texts(line, LAST_NAMES),
        )
        # The engine follows people: this line is about a decision, its person is found with it.
        found.person = PersonRow(number=number, last_name=line.text("last_name"), first_name=line.text("first_name"))
    return found


def _texts(line: Cells, slugs: Sequence[str]) -> tuple[str, ...]:
    return tuple(text for slug in slugs if (text := line.text(slug)))


def _birth(found: StatementReading, line: Cells) -> None:
    """A number alone is not enough: names and birth confirm whose it is."""
    row = found.person
    if row is not None and row.birth_date is None and not row.nir13:
        line.missing("birth_date", "no_birth", "elle manque, ou le numéro de sécurité sociale")


def _numbered(row: PersonRow | None) -> bool:
    return row is not None and bool(row.france_travail_number)


def _follow_up(line: Cells, received_on: date) -> FollowUpSaid | None:
    followed = line.chosen("followed", values.YES_NO, "oui ou non")
    since, until = line.past("followed_since"), line.day("followed_until")
    stated_on = line.past("stated_on") or received_on
    agency, category = line.text("agency")[:_AGENCY_MAX], line.text("category")[:_CATEGORY_MAX]
    ended = until is not None and until <= stated_on
    if followed is None and since and not until and not line.said_wrong("followed"):
        line.missing("followed", "not_said", "il manque (oui ou non) alors que la ligne donne une date de suivi")
    if since and until and until < since:
        line.wrong("followed_until", "ends_before", line.text("followed_until"), "est avant le début du suivi")
    if followed is True and ended:
        line.wrong("followed_until", "ended", line.text("followed_until"), "est passé alors que la ligne dit « suivi »")
    if followed is False and since and not until:
        line.left_out("followed_since", "not_followed", line.text("followed_since"), "n’a pas de sens sans suivi")
        since = None
    if followed is None and not ended:
        return None
    is_followed = bool(followed) and not ended
    return FollowUpSaid(
        stated_on=stated_on,
        followed=is_followed,
        since=since if is_followed or until else None,
        ended_on=until if ended or not is_followed else None,
        agency_code=agency,
        category=category,
    )


def _recommendations(line: Cells) -> tuple[RecommendationSaid, ...]:
    path = line.chosen("path", PATHS, LEGAL)
    days = {False: line.past("recommended_on"), True: line.past("decided_on")}
    said = any(days.values())
    if path is None:
        if said and not line.said_wrong("path"):
            line.missing("path", "no_path", f"il manque ({LEGAL})")
        return ()
    if not said and not line.said_wrong("recommended_on", "decided_on"):
        line.missing("recommended_on", "no_day", "elle manque alors que la ligne recommande un parcours")
    return tuple(
        RecommendationSaid(
            recommended_on=day,
            legal_path=str(path),
            body_name=line.text("body"),
            agency_code=line.text("agency")[:_AGENCY_MAX],
            adviser=line.text("adviser")[:_ADVISER_MAX],
            is_decision=is_decision,
        )
        for is_decision, day in days.items()
        if day is not None
    )


def _number(line: Cells, slug: str) -> int | None:
    text = line.text(slug)
    if not text:
        return None
    whole = text.removesuffix(".0").removesuffix(",0")
    if not (whole.isascii() and whole.isdigit() and len(whole) <= _NUMBER_MAX):
        line.wrong(slug, "not_a_number", text, "n’est pas un numéro")
        return None
    return int(whole)
