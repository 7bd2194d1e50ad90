"""What the pages of a stock show beside its lines: names to recognise, people of the payer it says nothing of."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest

from emploi.exchanges.spreadsheets.enums import NameKind
from emploi.exchanges.spreadsheets.models import StockName
from emploi.exchanges.spreadsheets.stock.gaps import how_many_not_in_file, names_of
from emploi.foundation.intake import workflow
from emploi.foundation.intake.models import Run
from emploi.foundation.ui.french import pluriel
from emploi.pathway.orientation import permissions
from emploi.pathway.orientation.models import Modality
from emploi.pathway.orientation.queries import possible_referents_anywhere
from emploi.territory.agents.models import Agent
from emploi.territory.organizations.models import Organization

LEAVE = "non"
NAMES_SHOWN = 200


class NamesForm(forms.Form):
    """Each unknown name, and what it stands for; a name left blank waits."""

    def __init__(self, *args: Any, names: list[StockName], agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = names
        choices = _choices({name.kind for name in names}, agent)
        for name in names:
            self.fields[f"n{name.pk}"] = forms.ChoiceField(
                label=f"{name.get_kind_display()} « {name.text} »",
                help_text=pluriel(name.lines, "ligne", "lignes"),
                required=False,
                choices=[("", "À reconnaître plus tard"), (LEAVE, "Ne pas reprendre"), *choices[name.kind]],
                error_messages={"invalid_choice": "Ce choix n’existe plus. Choisissez-en un autre."},
            )

    def chosen(self) -> list[tuple[StockName, int | None]]:
        """The names somebody settled, with what they stand for (None: not taken over)."""
        picked = ((name, self.cleaned_data.get(f"n{name.pk}")) for name in self.names)
        return [(name, None if value == LEAVE else int(value)) for name, value in picked if value]


def names_form(request: HttpRequest, run: Run) -> NamesForm:
    """The form of the names a file writes and nobody has recognised."""
    data = request.POST if request.method == "POST" else None
    return NamesForm(data, names=list(names_of(run)[:NAMES_SHOWN]), agent=request.user)


def stock_context(request: HttpRequest, run: Run) -> dict[str, Any]:
    """What the page of a run adds when it is a stock."""
    context: dict[str, Any] = {"is_stock": True, "absent_count": how_many_not_in_file(run)}
    if run.status == workflow.PREVIEWED:
        form = names_form(request, run)
        context["names_form"] = form if form.names else None
    return context


def _choices(kinds: set[str], agent: Agent) -> dict[str, list[tuple[str, str]]]:
    """What a name of each kind may stand for."""
    found: dict[str, list[tuple[str, str]]] = {}
    if NameKind.BODY in kinds:
        bodies = Organization.objects.responsible().order_by("name")
        found[NameKind.BODY] = [(str(body.pk), body.name) for body in bodies]
    if NameKind.REFERENT in kinds:
        found[NameKind.REFERENT] = [(str(one.pk), one.full_name) for one in possible_referents_anywhere()]
    if NameKind.PATHWAY in kinds:
        pathways = Modality.objects.filter(is_active=True)
        found[NameKind.PATHWAY] = [(str(one.pk), permissions.modality_name(one, agent)) for one in pathways]
    return found
