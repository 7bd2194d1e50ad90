"""Forms of the rulebook: narrow the list, give a local value."""

import unicodedata
from typing import Any

from django import forms

from emploi.foundation.ui.forms import ReasonForm
from emploi.foundation.ui.lists import FilterForm
from emploi.territory.rulebook.enums import Nature, Unit
from emploi.territory.rulebook.facts import Definition, Source
from emploi.territory.rulebook.rules import BadValue, parse_value
from emploi.territory.rulebook.web.lines import Group, Line

TO_CONFIRM, LOCAL = "a-confirmer", "local"
EXAMPLES = {
    Unit.BOOLEAN: "« oui » ou « non ».",
    Unit.DATE: "Une date, par exemple 01/07/2027.",
    Unit.EUROS: "Un montant en euros, par exemple 651,69.",
    Unit.EUROS_PER_MONTH: "Un montant en euros par mois, par exemple 651,69.",
    Unit.LIST: "Des mots séparés par des virgules.",
    Unit.WEEK_HOURS: "Sept jours séparés par des virgules, le lundi d’abord : 08:30-17:30, ou fermé.",
}


def _folded(text: str) -> str:
    """The words without accents or signs, in small letters."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c)).split())


class RuleFilter(FilterForm):
    """Parameters by word, state and nature."""

    q = forms.CharField(label="Mot")
    state = forms.ChoiceField(
        label="État", choices=[("", "Tous"), (TO_CONFIRM, "À confirmer"), (LOCAL, "Valeur du Département")]
    )
    nature = forms.ChoiceField(label="Nature", choices=[("", "Toutes"), *Nature.choices])

    def keep(self, groups: list[Group]) -> list[Group]:
        """The groups with the lines that match; empty groups disappear."""
        kept = [Group(g.slug, g.title, [line for line in g.lines if self._matches(line)]) for g in groups]
        return [group for group in kept if group.lines]

    def _matches(self, line: Line) -> bool:
        words = _folded(self.value("q") or "")
        text = _folded(f"{line.definition.title} {line.definition.help} {line.definition.slug}")
        nature = self.value("nature")
        return words in text and (not nature or line.definition.nature == nature) and self._in_state(line)

    def _in_state(self, line: Line) -> bool:
        state = self.value("state")
        if state == TO_CONFIRM:
            return line.to_confirm
        if state == LOCAL:
            return any(p is not None and p.is_local for p in (line.current, line.coming))
        return True


class LocalValueForm(ReasonForm):
    """The Département's own value of a parameter, from a day to come."""

    value = forms.CharField(
        label="Nouvelle valeur", max_length=200, error_messages={"required": "Indiquez une valeur."}
    )
    valid_from = forms.DateField(
        label="À partir du",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Aujourd'hui ou plus tard : les décisions déjà prises gardent la valeur de leur jour.",
        error_messages={
            "required": "Indiquez la date de début.",
            "invalid": "Cette date n'existe pas. Exemple : 01/12/2026.",
        },
    )
    source_title = forms.CharField(
        label="Texte ou décision",
        required=False,
        max_length=240,
        help_text="Par exemple « Délibération du 12 janvier 2027 » ou l'article de loi.",
    )
    source_href = forms.URLField(
        label="Lien vers ce texte",
        required=False,
        max_length=400,
        assume_scheme="https",
        error_messages={"invalid": "Ce lien n'est pas complet. Exemple : https://www.legifrance.gouv.fr/…"},
    )
    field_order = ("value", "valid_from", "source_title", "source_href", "reason")

    def __init__(self, *args: Any, definition: Definition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.definition = definition
        unit = Unit(definition.unit)
        self.fields["value"].help_text = EXAMPLES.get(unit, f"En {unit.label}." if unit.label else "")
        self.fields["source_title"].required = definition.nature == Nature.LAW
        self.fields["source_title"].error_messages["required"] = (
            "Cette valeur vient de la loi : indiquez le texte qui la change."
        )

    def clean_value(self) -> Any:
        """Reads the value in the parameter's unit."""
        try:
            return parse_value(self.definition.unit, self.cleaned_data["value"])
        except BadValue as problem:
            raise forms.ValidationError(str(problem)) from None

    def source(self) -> Source | None:
        """The text typed, None when there is none."""
        title = self.cleaned_data["source_title"].strip()
        return Source(title, self.cleaned_data["source_href"]) if title else None
