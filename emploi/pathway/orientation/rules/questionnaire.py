"""The diagnosis as data: sections, questions in plain French, choices, where an answer may already be known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from emploi.foundation.texts.guard import speaks_of_health

TYPES = ("choice", "choices", "yes_no", "text", "number")
YES_NO = (("yes", "Oui"), ("no", "Non"))
MAX_TEXT = 500


class QuestionnaireError(ValueError):
    """The questionnaire file cannot be used: the message says which question and why."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question: how it is said, how it is answered, who may see it, whether a rule may use it."""

    slug: str
    section: str
    label: str
    type: str
    choices: tuple[tuple[str, str], ...] = ()
    help: str = ""
    sensitive: bool = False
    usable_in_rules: bool = True
    prefilled_from: str = ""
    fact_label: str = ""
    maximum: int = 0
    sensitive_choices: tuple[str, ...] = ()
    # True of the whole household: said by one of a couple, it may be proposed to the other.
    household: bool = False

    def is_sensitive(self, value: Any) -> bool:
        """Tell whether this answer is health data: by its question, by its choice, or by what was typed."""
        if self.type == "text" and isinstance(value, str) and speaks_of_health(value):
            return True
        return self.sensitive or value in self.sensitive_choices

    def text_of(self, value: Any) -> str:
        """Return the answer in words, as the person would read it."""
        if value in (None, "", []):
            return "Pas de réponse"
        if self.type == "choices":
            return ", ".join(self._choice(item) for item in value)
        return self._choice(value) if self.choices else str(value)

    def _choice(self, value: Any) -> str:
        return next((label for slug, label in self.choices if slug == value), str(value))

    def accepts(self, value: Any) -> bool:
        """Tell whether a value has the shape this question stores; empty is accepted, nobody is forced to answer."""
        if value in (None, "", []):
            return True
        known = {slug for slug, _ in self.choices}
        if self.type == "choices":
            return isinstance(value, list) and set(value) <= known
        if self.type == "number":
            return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= (self.maximum or 99)
        if self.type == "text":
            return isinstance(value, str) and len(value) <= MAX_TEXT
        return value in known


@dataclass(frozen=True, slots=True)
class Section:
    """A group of questions shown together, with a sentence that says why they are asked."""

    slug: str
    title: str
    why: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """The whole diagnosis, in order."""

    sections: tuple[Section, ...]

    def __iter__(self) -> Iterator[Question]:
        return (question for section in self.sections for question in section.questions)

    def section(self, slug: str) -> Section | None:
        """Return the section of that slug, if it exists."""
        return next((section for section in self.sections if section.slug == slug), None)

    def question(self, slug: str) -> Question | None:
        """Return the question of that slug, if it exists."""
        return next((question for question in self if question.slug == slug), None)


def parse_questionnaire(
    sections: Sequence[Mapping[str, Any]], extra: Sequence[Mapping[str, Any]] = ()
) -> Questionnaire:
    """Read the shipped sections, then the questions a Département adds at the end of a section."""
    added: dict[str, list[Mapping[str, Any]]] = {}
    for row in extra:
        added.setdefault(row["section"], []).append(row)
    result = Questionnaire(tuple(_section(row, added.pop(row["slug"], [])) for row in sections))
    if added:
        raise QuestionnaireError(f"Section inconnue : {', '.join(sorted(added))}.")
    slugs = [question.slug for question in result]
    twice = sorted({slug for slug in slugs if slugs.count(slug) > 1})
    if twice:
        raise QuestionnaireError(f"Question posée deux fois : {', '.join(twice)}.")
    return result


def _section(row: Mapping[str, Any], extra: Sequence[Mapping[str, Any]]) -> Section:
    questions = tuple(_question(item, row["slug"]) for item in [*row.get("questions", ()), *extra])
    return Section(slug=row["slug"], title=row["title"], why=row.get("why", ""), questions=questions)


def _question(row: Mapping[str, Any], section: str) -> Question:
    kind = row.get("type", "choice")
    if kind not in TYPES:
        raise QuestionnaireError(f"Question « {row['slug']} » : type « {kind} » inconnu.")
    choices = YES_NO if kind == "yes_no" else tuple(row.get("choices", {}).items())
    if not all(isinstance(slug, str) for slug, _ in choices):
        raise QuestionnaireError(f"Question « {row['slug']} » : mettez « yes » et « no » entre guillemets.")
    if kind in ("choice", "choices") and len(choices) < 2:
        raise QuestionnaireError(f"Question « {row['slug']} » : il faut au moins deux réponses possibles.")
    sensitive = bool(row.get("sensitive", False)) or bool(row.get("sensitive_choices"))
    household = bool(row.get("household", False))
    if household and (sensitive or kind == "text"):
        raise QuestionnaireError(
            f"Question « {row['slug']} » : un texte libre ou une question de santé ne passe jamais au conjoint."
        )
    return Question(
        slug=row["slug"],
        section=section,
        label=row["label"],
        type=kind,
        choices=choices,
        help=row.get("help", ""),
        sensitive=bool(row.get("sensitive", False)),
        usable_in_rules=bool(row.get("usable_in_rules", True)),
        prefilled_from=row.get("prefilled_from", ""),
        fact_label=row.get("fact_label", row["label"]),
        maximum=int(row.get("maximum", 0)),
        sensitive_choices=tuple(row.get("sensitive_choices", ())),
        household=household,
    )
