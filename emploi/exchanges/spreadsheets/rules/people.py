"""One row of text to one person, or to the sentences that say what to correct."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from emploi.exchanges.spreadsheets.rules import values
from emploi.exchanges.spreadsheets.rules.dates import WHOLE, DateRead, read_date
from emploi.exchanges.spreadsheets.rules.fields import label_of
from emploi.exchanges.spreadsheets.rules.values import Wrong
from emploi.pathway.beneficiaries.facts import TypedAddress
from emploi.pathway.beneficiaries.identifiers import nir_agrees
from emploi.pathway.beneficiaries.row_facts import PersonRow

SHOWN_MAX = 60
SECRET = frozenset({"nir", "payer_number"})
_PLACE = re.compile(r"(?:F-)?(\d{4,5})[\s,–-]+(\S.*)")
# What tells one human being from another beside the names.
_IDENTIFYING = ("uuid", "birth_date", "nir13", "claim_number", "payer_number", "local_number",
                "france_travail_number", "phones", "emails")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell: a field, a code for programs, a sentence for people."""

    slug: str
    code: str
    sentence: str


@dataclass(slots=True)
class Reading:
    """What a row gives: a person, or problems; warnings say what was left out and why."""

    person: PersonRow | None = None
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    @property
    def reason(self) -> str:
        """Every problem in one text."""
        return " ".join(problem.sentence for problem in self.problems)

    @property
    def code(self) -> str:
        """The first problem, for programs."""
        return self.problems[0].code if self.problems else ""


def read_person(cells: Sequence[str], columns: Mapping[str, int], *, number: int, today: date) -> Reading:
    """Read a row through a mapping (field → position). Pure; nothing is ever guessed in silence."""
    return _Row(cells, columns, today).read(number)


class _Row:
    """The reading of one row, its problems gathered as they come."""

    def __init__(self, cells: Sequence[str], columns: Mapping[str, int], today: date) -> None:
        self.columns, self.today = columns, today
        self.texts = {slug: values.clean(cells[n]) for slug, n in columns.items() if 0 <= n < len(cells)}
        self.result = Reading()

    def read(self, number: int) -> Reading:
        """Read every field, then check what they say together."""
        found: dict[str, Any] = {"uuid": self._take("uuid", _uuid), **self._names(), **self._closed_lists()}
        found |= self._birth() | self._numbers(found["payer"]) | self._contacts()
        found["address"] = self._address()
        found["local_number"] = self._take("local_number", lambda text: values.short(values.integer_text(text), 40))
        found["france_travail_number"] = self._take(
            "france_travail_number", lambda text: values.short(values.integer_text(text).upper(), 20)
        )
        found["interpreter_language"] = self._take("interpreter_language", lambda text: values.short(text, 40))
        self._check_together(found)
        if not self.result.problems:
            self.result.person = PersonRow(number=number, **found)
        return self.result

    def _text(self, slug: str) -> str:
        return self.texts.get(slug, "")

    def _take(self, slug: str, read: Any, default: Any = "", *, essential: bool = True) -> Any:
        text = self.texts.get(slug)
        if not text:
            return default
        try:
            values.check_cell(text)
            return read(text)
        except Wrong as wrong:
            self._say(slug, wrong.code, text, wrong.reason, essential)
            return default

    def _say(self, slug: str, code: str, text: str, reason: str, essential: bool = True) -> None:
        shown = text if len(text) <= SHOWN_MAX else f"{text[:SHOWN_MAX]}…"
        end = "" if reason.endswith("?") else "."
        # A reason is kept and shown in clear: it never quotes a NIR, which is also the number of the MSA.
        quoted = "le numéro écrit" if slug in SECRET else f"« {shown} »"
        sentence = f"{label_of(slug)} : {quoted} {reason}{end}"
        if not essential:
            sentence = f"{sentence} Laissé de côté."
        (self.result.problems if essential else self.result.warnings).append(Problem(slug, code, sentence))

    def _names(self) -> dict[str, str]:
        last, first = self._take("last_name", values.name), self._take("first_name", values.name)
        if not (last or first) and "full_name" in self.columns:
            last, first = self._take("full_name", _split_name, ("", ""))
        birth = self._take("birth_name", values.name)
        last = last or birth
        said = {problem.slug for problem in self.result.problems}
        for slug, value in (("last_name", last), ("first_name", first)):
            if not value and not said & {slug, "full_name"}:
                self.result.problems.append(Problem(slug, f"no_{slug}", f"{label_of(slug)} : il manque."))
        return {"last_name": last, "first_name": first, "birth_name": birth}

    def _closed_lists(self) -> dict[str, Any]:
        def pick(slug: str, choices: Mapping[str, object], examples: str, default: Any, essential: bool = False) -> Any:
            return self._take(slug, lambda text: values.chosen(text, choices, examples), default, essential=essential)

        return {
            "title": pick("title", values.TITLES, "M. ou Mme", ""),
            "sex": pick("sex", values.SEXES, "F ou H", ""),
            "role": pick("role", values.ROLES, "demandeur ou conjoint", "", essential=True),
            "payer": pick("payer", values.PAYERS, "CAF ou MSA", ""),
            "subject": pick("subject", values.YES_NO, "oui ou non", None, essential=True),
            "under_guardianship": pick("under_guardianship", values.YES_NO, "oui ou non", None),
            "confidential_address": pick("confidential_address", values.YES_NO, "oui ou non", None, essential=True),
        }

    def _birth(self) -> dict[str, Any]:
        found = self._date("birth_date", essential=True)
        if found.day and found.day > self.today:
            self._say("birth_date", "future", self._text("birth_date"), "est dans le futur")
        return {
            "birth_date": found.day,
            "birth_date_precision": found.precision,
            "claimed_on": self._whole_day("claimed_on"),
            "duties_since_on": self._whole_day("duties_since_on"),
        }

    def _whole_day(self, slug: str) -> date | None:
        found = self._date(slug)
        if found.day and found.precision != WHOLE:
            self._say(slug, "partial_date", self._text(slug), "ne dit pas le jour", essential=False)
            return None
        return found.day

    def _date(self, slug: str, *, essential: bool = False) -> DateRead:
        text = self._text(slug)
        found = read_date(text, self.today)
        if found.reason:
            code = "american_date" if found.american else "bad_date"
            self._say(slug, code, text, found.reason, essential)
        return found

    def _numbers(self, payer: str) -> dict[str, Any]:
        nir = self._take("nir", values.nir, None)
        payer, number = self._take("payer_number", lambda text: values.payer_number(text, payer), (payer, ""))
        return {
            "nir13": nir.nir13 if nir else "",
            "nir_valid": bool(nir and nir.valid),
            "payer": payer,
            "payer_number": number,
            "claim_number": self._take("claim_number", values.claim_number),
        }

    def _contacts(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {"phones": [], "emails": []}
        readers = (("phone", "phones", values.phones), ("phone2", "phones", values.phones),
                   ("email", "emails", values.emails), ("email2", "emails", values.emails))  # fmt: skip
        for slug, kind, read in readers:
            sound, wrong = self._take(slug, read, ((), ()), essential=False)
            found[kind] += sound
            for piece in wrong:
                what = "n’est pas un numéro de téléphone complet" if kind == "phones" else "n’est pas un courriel"
                self._say(slug, f"bad_{slug.rstrip('2')}", piece, what, essential=False)
        return {kind: tuple(dict.fromkeys(pieces)) for kind, pieces in found.items()}

    def _address(self) -> TypedAddress:
        def text(slug: str, most: int) -> str:
            return str(self._take(slug, lambda cell: values.short(cell, most), essential=False))

        code, city = self._take("postal_code", values.postal_code, essential=False), text("city", 60)
        place = _PLACE.fullmatch(text("place", 80))
        if place:
            code, city = code or values.postal_code(place[1]), city or place[2].strip()
        street = f"{text('street_number', 10)} {text('street', 120)}".strip()
        insee = self._take("insee", values.integer_text, essential=False)
        return TypedAddress(
            complement=text("complement", 120),
            street=street,
            postal_code=code,
            city=city,
            insee=insee.zfill(5).upper() if 4 <= len(insee) <= 5 else "",
        )

    def _check_together(self, found: dict[str, Any]) -> None:
        year = found["birth_date"].year if found["birth_date"] else None
        if not nir_agrees(found["nir13"], sex=found["sex"], birth_year=year):
            reason = "ne correspond pas au sexe ou à l’année de naissance de cette ligne"
            self._say("nir", "nir_disagrees", self._text("nir"), reason)
        if not any(found[name] for name in _IDENTIFYING) and not self.result.problems:
            sentence = (
                "Cette ligne ne dit pas assez de qui il s’agit : ajoutez la date de naissance, un numéro "
                "(sécurité sociale, allocataire, ancien logiciel), un téléphone ou un courriel."
            )
            self.result.problems.append(Problem("birth_date", "nobody", sentence))


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError as error:
        raise Wrong("bad_uuid", "n’est pas un identifiant de fiche : effacez-le pour une nouvelle personne") from error


def _split_name(text: str) -> tuple[str, str]:
    """« MARTIN LOPEZ Claire » or « Claire MARTIN LOPEZ »: the capitals tell the name; else one comma does."""
    values.name(text)
    last, comma, first = text.partition(",")
    if comma and last.strip() and first.strip():
        return values.name(last), values.name(first)
    words = text.split()
    capitals = [word for word in words if word.isupper() and len(word) > 1]
    others = [word for word in words if word not in capitals]
    if not capitals or not others:
        raise Wrong("unsplit_name", "ne dit pas où finit le nom : écrivez « MARTIN Claire », ou deux colonnes")
    return values.name(" ".join(capitals)), values.name(" ".join(others))
