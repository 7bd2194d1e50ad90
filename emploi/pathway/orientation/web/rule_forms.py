"""Forms of the rules: a version, a rule, a line of its condition, a simulation, a day."""

from __future__ import annotations

from typing import Any

import yaml
from django import forms

from emploi.pathway.orientation.rules.brakes import SEVERITIES, Nomenclature
from emploi.pathway.orientation.rules.conditions import Condition
from emploi.pathway.orientation.rules.facts import ENTRY_FACTS
from emploi.pathway.orientation.rules.questionnaire import Questionnaire
from emploi.pathway.orientation.rules.ruleset import Ruleset

MAX_BYTES = 200_000
TYPES = ("choice", "choices", "yes_no", "number")
DAY_WRONG = {"invalid": "Écrivez le jour comme 24/11/2026.", "required": "Indiquez le jour."}


class PlainLoader(yaml.SafeLoader):
    """YAML without its references: a small file never becomes a huge one."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Refuse an alias."""
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.YAMLError("les références (&, *) ne sont pas acceptées")
        return super().compose_node(parent, index)  # type: ignore[no-untyped-call]


def day_field(label: str, **values: Any) -> forms.DateField:
    """A day, picked or typed."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, error_messages=DAY_WRONG, **values)


class CopyForm(forms.Form):
    """The number of the copy."""

    version = forms.CharField(
        label="Numéro de la copie",
        max_length=20,
        help_text="Par exemple 2027-01. Chaque décision garde le numéro des règles utilisées.",
        error_messages={"required": "Donnez un numéro à la copie."},
    )
    title = forms.CharField(label="Titre", max_length=160, required=False)


class RulesFileForm(forms.Form):
    """A file of rules, in the form of modalities.yaml."""

    file = forms.FileField(
        label="Fichier de règles (.yaml)",
        error_messages={
            "required": "Choisissez un fichier.",
            "missing": "Choisissez un fichier.",
            "empty": "Ce fichier est vide. Choisissez-en un autre.",
            "invalid": "Le fichier n’est pas arrivé. Recommencez.",
        },
    )

    def clean_file(self) -> Any:
        """Read the file as plain data."""
        upload = self.cleaned_data["file"]
        if upload.size > MAX_BYTES:
            raise forms.ValidationError("Ce fichier est trop lourd pour des règles.")
        try:
            # A SafeLoader: nothing is built from the file but plain values.
            data = yaml.load(upload.read().decode("utf-8"), Loader=PlainLoader)  # noqa: S506
        except (UnicodeDecodeError, yaml.YAMLError) as error:
            raise forms.ValidationError("Ce fichier ne se lit pas : il faut un texte YAML en UTF-8.") from error
        except RecursionError as error:
            raise forms.ValidationError("Ce fichier ne se lit pas : il est trop imbriqué.") from error
        if not isinstance(data, dict) or not {"ruleset", "modalities", "rules", "fallback"} <= set(data):
            raise forms.ValidationError("Il faut quatre parties : ruleset, modalities, rules et fallback.")
        return data


class RuleForm(forms.Form):
    """What a rule says and proposes; its condition is edited line by line."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(
        label="Quand la règle parle, en une phrase publiée",
        max_length=300,
        error_messages={"required": "Écrivez quand la règle parle."},
    )
    sentence = forms.CharField(
        label="La phrase dite à la personne",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Écrivez la phrase dite à la personne."},
    )
    modality = forms.ChoiceField(label="Voie proposée")
    source = forms.CharField(label="D’où vient cette règle", max_length=200, required=False)

    def __init__(self, rules: Ruleset, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["modality"].choices = [(spec.slug, spec.name) for spec in rules.modalities]


def facts_to_choose(
    questionnaire: Questionnaire, nomenclature: Nomenclature
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what a line may rest on, by group: the diagnosis, the difficulties, the file."""
    answers = [
        (f"answer.{question.slug}", question.fact_label)
        for question in questionnaire
        if question.usable_in_rules and question.type in TYPES
    ]
    brakes = [(f"brake.{kind.slug}", kind.label) for kind in nomenclature.kinds]
    return [
        ("Réponses du diagnostic", answers),
        ("Difficultés", [*brakes, ("no_brake", "Aucune difficulté, ou au moins une")]),
        ("Dossier", list(ENTRY_FACTS.items())),
    ]


class FactForm(forms.Form):
    """On what the new line rests."""

    sur = forms.ChoiceField(label="Ajouter une condition sur")
    groupe = forms.ChoiceField(label="Où", required=False)

    def __init__(
        self, questionnaire: Questionnaire, nomenclature: Nomenclature, groups: int, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sur"].choices = facts_to_choose(questionnaire, nomenclature)
        among = [(str(rank), f"parmi les choix du groupe {rank}") for rank in range(1, groups + 1)]
        self.fields["groupe"].choices = [("", "une condition de plus, à remplir elle aussi"), *among]


class LineForm(forms.Form):
    """The values of one line, according to what it rests on."""

    def __init__(
        self, fact: str, questionnaire: Questionnaire, nomenclature: Nomenclature, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fact = fact
        self.question = questionnaire.question(fact.removeprefix("answer.")) if fact.startswith("answer.") else None
        self.brake = nomenclature.kind(fact.removeprefix("brake.")) if fact.startswith("brake.") else None
        if self.question is not None:
            self._ask_answer(self.question.type, self.question.choices)
        elif self.brake is not None:
            self._ask_brake(self.brake)
        elif fact == "no_brake":
            choices = [("none", "Aucune difficulté n’est signalée"), ("some", "Au moins une est signalée")]
            self.fields["which"] = forms.ChoiceField(label="Difficultés", choices=choices, widget=forms.RadioSelect)

    def _ask_answer(self, kind: str, choices: Any) -> None:
        if kind == "number":
            self.fields["at_least"] = forms.IntegerField(label="Au moins", min_value=0)
            return
        self.fields["values"] = forms.MultipleChoiceField(
            label="La réponse est parmi",
            choices=choices,
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": "Cochez au moins une réponse."},
        )

    def _ask_brake(self, brake: Any) -> None:
        precise = [("", "Sans précision"), *((item.slug, item.label) for item in brake.subtypes)]
        self.fields["subtype"] = forms.ChoiceField(label="Plus précisément", choices=precise, required=False)
        weights = [(rank, f"au moins « {words} »") for rank, words in SEVERITIES.items()]
        self.fields["severity"] = forms.TypedChoiceField(
            label="Importance", choices=weights, coerce=int, widget=forms.RadioSelect, initial=1
        )
        self.fields["wants_help"] = forms.BooleanField(label="Seulement si la personne veut de l’aide", required=False)

    def lines(self) -> list[Condition]:
        """Return the line as one condition, or several when any of them is enough."""
        data = self.cleaned_data
        if self.question is not None:
            if self.question.type == "number":
                return [{"fact": self.fact, "gte": data["at_least"]}]
            if self.question.type == "choices":
                return [{"fact": self.fact, "has": value} for value in data["values"]]
            only = data["values"][0] if len(data["values"]) == 1 else None
            return [{"fact": self.fact, "eq": only} if only else {"fact": self.fact, "in": data["values"]}]
        if self.brake is not None:
            query: dict[str, Any] = {"kind": self.brake.slug, "min_severity": data["severity"]}
            query |= {"subtype": data["subtype"]} if data["subtype"] else {}
            query |= {"wants_help": True} if data["wants_help"] else {}
            return [{"has_brake": query}]
        if self.fact == "no_brake":
            return [{"no_brake": data["which"] == "none"}]
        return [{"fact": self.fact, "eq": True}]


class PeriodForm(forms.Form):
    """The entrants a simulation reads: those of the last quarter unless said otherwise."""

    since = day_field("Entrants depuis le")
    until = day_field("Jusqu’au")


class SwitchForm(forms.Form):
    """The day rules come into force, and why."""

    on = day_field("En vigueur à partir du")
    reason = forms.CharField(
        label="Pourquoi",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Par exemple l’acte qui les adopte.",
        error_messages={"required": "Écrivez pourquoi ces règles entrent en vigueur."},
    )
