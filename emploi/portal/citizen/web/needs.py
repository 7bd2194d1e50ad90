"""What the person needs to come: asked once, said back on her pages."""

from __future__ import annotations

from typing import Any

from django import forms

from emploi.foundation.audit.queries import changes_of
from emploi.foundation.ui.free_text import FreeTextField
from emploi.pathway.beneficiaries.enums import Source, VisitNeed
from emploi.pathway.beneficiaries.models import Person


class NeedsForm(forms.Form):
    """A few boxes, a language: nothing to prove, nothing about health."""

    needs = forms.MultipleChoiceField(
        label="Cochez ce qu’il vous faut", choices=VisitNeed.choices, required=False,
        widget=forms.CheckboxSelectMultiple, error_messages={"invalid_choice": "Cochez une case de la liste."},
    )  # fmt: skip
    language = FreeTextField(
        label="Un interprète ? Écrivez la langue.", max_length=40, required=False,
        help_text="Par exemple : arabe, ukrainien, langue des signes. Sinon, n’écrivez rien.",
    )  # fmt: skip
    other = FreeTextField(
        label="Autre chose pour venir", max_length=200, required=False,
        help_text="N’écrivez rien sur votre santé : vous nous en parlerez si vous voulez.",
    )  # fmt: skip


def needs_said(person: Person) -> dict[str, Any]:
    """What she said before herself, as the form shows it; words written freely are never shown on a link."""
    return {"needs": _own_boxes(person), "other": "", "language": _own_language(person)}


def with_unseen(person: Person, said: dict[str, Any]) -> dict[str, Any]:
    """What she says now, with what her page did not show her: she cannot mean to take it away."""
    told = person.last_needs
    unseen = set(told.needs if told else ()) - set(_own_boxes(person))
    language = "" if _own_language(person) else person.interpreter_language
    return {
        "needs": [*said["needs"], *(need for need in sorted(unseen) if need not in said["needs"])],
        "other": said["other"] or (told.other if told else ""),
        "language": said["language"] or language,
    }


def needs_wheelchair(person: Person) -> bool:
    """True when only places without stairs are proposed first."""
    told = person.last_needs
    return told is not None and VisitNeed.WHEELCHAIR in told.needs


def answered_herself(person: Person) -> bool:
    """True when she was asked on a link and answered, were it that she needs nothing."""
    return any(told.source == Source.PERSON for told in person.visit_needs.all())


def said_back(person: Person) -> list[str]:
    """What she said herself she needs, in the words of the form: never what an agent wrote, nor words of her own."""
    labels = [str(VisitNeed(need).label) for need in _own_boxes(person)]
    found = [label[:1].lower() + label[1:] for label in labels]
    language = _own_language(person)
    return [*found, f"un interprète ({language})"] if language else found


def _own_boxes(person: Person) -> list[str]:
    """The boxes that hold and that she ticked: a box an agent ticked before her stays the agent's."""
    own: set[str] = set()
    known: set[str] = set()
    for told in sorted(person.visit_needs.all(), key=lambda told: (told.told_at, told.pk)):
        now = set(told.needs)
        own = (own | (now - known) if told.source == Source.PERSON else own) & now
        known = now
    return [need for need in VisitNeed.values if need in own]


def _own_language(person: Person) -> str:
    """The language of the interpreter when she is who wrote it last."""
    if not person.interpreter_language:
        return ""
    changes = changes_of(Person._meta.db_table, person.pk).filter(column_name="interpreter_language")
    last = changes.values_list("actor", flat=True).first() or ""
    return person.interpreter_language if last.startswith("person:") else ""
