"""Forms of what is heard besides the questions: papers, their copies, trades."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.dateparse import parse_date

from emploi.foundation.ui.free_text import FreeTextField
from emploi.pathway.appointments.enums import Modality
from emploi.pathway.appointments.models import Kind
from emploi.pathway.orientation import actions, queries
from emploi.pathway.orientation.enums import PaperState, TradeWishKind
from emploi.pathway.orientation.queries import PaperLine
from emploi.pathway.orientation.web.rule_forms import day_field

STATES = [*PaperState.choices, ("", "Pas demandé")]


class MeetingFilter:
    """Of which kind, where and from which day the next appointment is looked for; what is unreadable is left out."""

    def __init__(self, kinds: Sequence[Kind], data: Mapping[str, str]) -> None:
        self.kind = next((kind for kind in kinds if str(kind.pk) == data.get("type")), kinds[0] if kinds else None)
        place = data.get("lieu", "")
        self.place_id = int(place) if place.isdecimal() else None
        self.since = parse_date(data.get("depuis", "")) if _is_day(data.get("depuis", "")) else None


def _is_day(text: str) -> bool:
    try:
        return parse_date(text) is not None
    except ValueError:
        return False


class WayForm(forms.Form):
    """How people will meet at the next appointment."""

    modality = forms.ChoiceField(
        label="Comment", choices=Modality.choices, initial=Modality.PHYSICAL, widget=forms.RadioSelect
    )
    modality_reason = FreeTextField(label="Pourquoi pas sur place", max_length=200, required=False)


class PapersForm(forms.Form):
    """One choice a paper, and until when for those to bring."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, lines: list[PaperLine], *args: Any, usual_day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for rank, line in enumerate(lines):
            self.fields[f"state_{rank}"] = forms.ChoiceField(
                label=line.paper.label, choices=STATES, widget=forms.RadioSelect, required=False
            )
            self.fields[f"until_{rank}"] = day_field("À apporter avant le", required=False)
            said = line.said
            self.initial.setdefault(f"state_{rank}", said.state if said else "")
            self.initial.setdefault(f"until_{rank}", said.until if said and said.until else usual_day)

    def rows(self) -> list[tuple[PaperLine, forms.BoundField, forms.BoundField]]:
        """Return each paper with its two fields."""
        return [(line, self[f"state_{rank}"], self[f"until_{rank}"]) for rank, line in enumerate(self.lines)]

    def notes(self) -> list[actions.PaperNote]:
        """Return what is said of each paper; one that was never asked stays so."""
        found = []
        for rank, line in enumerate(self.lines):
            state = self.cleaned_data.get(f"state_{rank}") or ""
            until = self.cleaned_data.get(f"until_{rank}") if state == PaperState.LATER else None
            if state:
                found.append(actions.PaperNote(paper=line.paper.slug, state=state, until=until))
        return found

    def field_of(self, paper: str | None) -> str | None:
        """Return the field of a paper, to say an error beside it."""
        ranks = (rank for rank, line in enumerate(self.lines) if line.paper.slug == paper)
        return next((f"state_{rank}" for rank in ranks), None)


class CopyForm(forms.Form):
    """The copy of one paper."""

    paper = forms.ChoiceField(
        label="Quel papier ?",
        error_messages={
            "required": "Choisissez le papier.",
            "invalid_choice": "Ce papier n’est pas dans la liste.",
        },
    )
    file = forms.FileField(
        label="Une photo ou un PDF",
        help_text="PDF, JPEG ou PNG, 10 Mo au plus.",
        error_messages={"required": "Choisissez un fichier.", "empty": "Ce fichier est vide. Choisissez-en un autre."},
    )

    def __init__(self, lines: list[PaperLine], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(line.paper.slug, line.paper.label) for line in lines]
        self.fields["paper"].choices = [("", "Choisir un papier"), *choices]


class TradeForm(forms.Form):
    """The trade chosen, or the words kept, and what it is for the person."""

    name = forms.IntegerField(required=False)
    words = FreeTextField(label="Métier", max_length=200, may_say_health=True, required=False)
    wish = forms.ChoiceField(
        choices=TradeWishKind.choices,
        error_messages={
            "required": "Dites si ce métier est recherché, à découvrir ou déjà exercé.",
            "invalid_choice": "Dites si ce métier est recherché, à découvrir ou déjà exercé.",
        },
    )


class WishForm(forms.Form):
    """What a trade already named is for the person; the action refuses what is not in the list."""

    wish = forms.ChoiceField(choices=TradeWishKind.choices, required=False)


class SameForm(forms.Form):
    """The fact of the household the person says is the same for her: one of the closed list."""

    same = forms.ChoiceField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        closed_list = [question for question in queries.questionnaire() if question.household]
        self.fields["same"].choices = [(question.slug, question.label) for question in closed_list]
