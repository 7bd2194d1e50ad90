"""The form in which an administrator writes a kind of appointment."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.db.models import Q

from emploi.pathway.appointments.enums import InterviewAbout, Modality
from emploi.pathway.appointments.models import Kind
from emploi.pathway.appointments.queries.terms import REMINDED_BY
from emploi.pathway.appointments.rules.kinds import MOST_RELAUNCHES, MOST_REMINDERS
from emploi.territory.geography.enums import PlaceKind
from emploi.territory.geography.models import Place

LINES = range(1, MOST_REMINDERS + 1)
STEPS = range(1, MOST_RELAUNCHES + 1)
AS_RULED, WRITTEN, NONE = "regles", "ecrits", "aucun"
CHANNELS = [(channel.value, channel.label) for channel in REMINDED_BY]


def number(label: str, least: int, most: int, *, required: bool = True, help_text: str = "") -> forms.IntegerField:
    """A whole number between two bounds, both said when it is outside."""
    between = f"Écrivez un nombre entre {least} et {most}."
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, required=required, help_text=help_text,
        error_messages={"required": between, "invalid": between, "min_value": between, "max_value": between},
    )  # fmt: skip


def text(label: str, most: int, *, rows: int = 2, required: bool = False, help_text: str = "") -> forms.CharField:
    """Some lines said to the person."""
    return forms.CharField(
        label=label, max_length=most, required=required, help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"max_length": f"{most} caractères au plus : une phrase courte se lit mieux.",
                        "required": "Écrivez ce texte : la personne le lit."},
    )  # fmt: skip


class PlacesField(forms.ModelMultipleChoiceField):
    """The open places, and the closed ones already chosen: a kind given only there must not be given everywhere."""

    def of_kind(self, chosen: Collection[int]) -> None:
        """Offer what may be chosen, and what already was."""
        offered = Place.objects.filter(Q(is_active=True) | Q(pk__in=chosen))
        self.queryset = offered.order_by("name")

    def label_from_instance(self, obj: Place) -> str:
        """A closed place says so."""
        return obj.name if obj.is_active else f"{obj.name} (lieu fermé)"


class KindForm(forms.Form):
    """A kind of appointment, as a sentence said to people and as rules for the tool."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(
        label="Nom", max_length=120, help_text="Comme la personne doit le lire dans ses messages.",
        error_messages={"required": "Donnez un nom à ce type de rendez-vous.", "max_length": "120 caractères au plus."},
    )  # fmt: skip
    presentation = text("À quoi il sert", 600, rows=3, required=True, help_text="Deux phrases, dites à la personne.")
    what_to_bring = text("Ce qu’il faut apporter", 1000, rows=4, help_text="Une chose par ligne.")
    duration_minutes = number("Durée (minutes)", 5, 600, help_text="Proposée pour les permanences à venir.")
    modalities = forms.MultipleChoiceField(
        label="Façons de se rencontrer", choices=Modality.choices, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins une façon de se rencontrer."},
    )  # fmt: skip
    default_modality = forms.ChoiceField(
        label="Par défaut", choices=Modality.choices, widget=forms.RadioSelect,
        error_messages={"required": "Choisissez la façon par défaut."},
    )  # fmt: skip
    physical_required = forms.BooleanField(label="Sur place, sauf raison écrite", required=False)
    is_collective = forms.BooleanField(
        label="Collectif : plusieurs personnes reçues ensemble", required=False,
        help_text="Le nombre de places se choisit dans chaque permanence.",
    )  # fmt: skip
    interview_about = forms.ChoiceField(
        label="L’entretien qui s’y mène", choices=[("", "Aucun"), *InterviewAbout.choices], required=False,
        widget=forms.RadioSelect,
        help_text="Le bouton « Entretien » ouvre alors les cinq étapes, avec ce qui est déjà connu.",
    )  # fmt: skip
    offered_after_interview = forms.BooleanField(
        label="Proposé à la fin d’un entretien", required=False,
        help_text="À la cinquième étape, pour rencontrer le référent ou son organisme.",
    )  # fmt: skip
    place_kinds = forms.MultipleChoiceField(
        label="Sortes de lieux où il se donne", choices=PlaceKind.choices, required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Un lieu qui ouvre demain est compris s’il est de cette sorte.",
    )  # fmt: skip
    places = PlacesField(
        Place.objects.none(), label="Et dans ces lieux", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="Rien de coché, ni sorte ni lieu : partout.",
    )  # fmt: skip
    bookable_by_person = forms.BooleanField(label="La personne choisit elle-même son créneau", required=False)
    with_referent_only = forms.BooleanField(
        label="Avec son référent seulement", required=False, help_text="On ne lui propose que les créneaux du référent."
    )
    by_follower = forms.BooleanField(
        label="Le référent et son organisme y invitent et y convoquent eux-mêmes", required=False,
        help_text="Pour les personnes qu’ils suivent, sur leurs propres créneaux.",
    )  # fmt: skip
    starts_support = forms.BooleanField(
        label="Commence l’accompagnement", required=False,
        help_text="Après l’orientation, le premier de ces rendez-vous auquel la personne vient ouvre son suivi : "
                  "les délais et la prochaine étape en dépendent. Jamais une réunion collective.",
    )  # fmt: skip
    booking_horizon_days = number("Réservable jusqu’à (jours à l’avance)", 1, 365)
    booking_notice_hours = number("Au plus tard (heures avant)", 0, 720, required=False)
    can_be_invited = forms.BooleanField(label="On peut y inviter", required=False)
    invitation_validity_days = number("Validité du lien (jours)", 1, 120, required=False)
    absence_after_invitation = text(
        "Ce qu’entraîne une absence, après une invitation", 400, help_text="Sans menace. Vide : rien n’est dit."
    )
    can_be_summoned = forms.BooleanField(label="On peut y convoquer (date imposée)", required=False)
    convocation_notice_days = number(
        "Prévenance d’une convocation (jours)", 1, 120, required=False,
    )  # fmt: skip
    absence_after_convocation = text(
        "Ce qu’entraîne une absence, après une convocation",
        400,
        help_text="Dit franchement.",
    )
    reminders = forms.ChoiceField(
        label="Rappels", choices=[(AS_RULED, "Comme dans « Règles et délais »"), (WRITTEN, "Ceux écrits ici"),
                                  (NONE, "Aucun rappel")],
        widget=forms.RadioSelect, error_messages={"required": "Dites quels rappels partent."},
    )  # fmt: skip

    relaunches = forms.ChoiceField(
        label="Relances d’une invitation sans réponse", required=False, widget=forms.RadioSelect,
        choices=[(AS_RULED, "Comme dans « Règles et délais »"), (WRITTEN, "Celles écrites ici"),
                 (NONE, "Aucune relance")],
    )  # fmt: skip
    relaunches_alone = forms.BooleanField(
        label="Les envoyer toutes seules", required=False,
        help_text="Les jours ouvrés, aux heures d’envoi, par SMS et e-mail. Jamais à une personne reçue, qui a un "
        "rendez-vous ou dont les invitations sont suspendues. Qui n’a ni l’un ni l’autre reste dans les listes.",
    )  # fmt: skip

    def __init__(self, *args: Any, ruled: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in ruled.items():
            self.fields[name].help_text = f"Aujourd’hui, « Règles et délais » disent : {words}."
            if name not in ("reminders", "relaunches"):
                self.fields[name].help_text = f"Vide : {words}, comme dans « Règles et délais »."
        self.fields["places"].of_kind(self.initial.get("places", ()))
        for line in LINES:
            self.fields[f"hours_{line}"] = number(f"Rappel {line} : heures avant", 1, 720, required=False)
            self.fields[f"channels_{line}"] = forms.MultipleChoiceField(
                label=f"Rappel {line} : par", choices=CHANNELS, required=False, widget=forms.CheckboxSelectMultiple
            )

        for line in STEPS:
            self.fields[f"days_{line}"] = number(f"Relance {line} : jours après", 1, 120, required=False)
            self.fields[f"again_{line}"] = forms.MultipleChoiceField(
                label=f"Relance {line} : par", choices=CHANNELS, required=False, widget=forms.CheckboxSelectMultiple
            )

    @property
    def relaunch_lines(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The lines of relaunches, days and channels."""
        return [(self[f"days_{line}"], self[f"again_{line}"]) for line in STEPS]

    @property
    def reminder_lines(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The lines of reminders, hours and channels."""
        return [(self[f"hours_{line}"], self[f"channels_{line}"]) for line in LINES]

    def clean(self) -> dict[str, Any]:
        """The way by default is among those proposed, and reminders are written when they are said to be."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        default, ways = cleaned.get("default_modality"), cleaned.get("modalities") or []
        if default and ways and default not in ways:
            self.add_error("default_modality", "La façon par défaut doit être parmi celles proposées.")
        half = [line for line in LINES if cleaned.get(f"channels_{line}") and not cleaned.get(f"hours_{line}")]
        for line in half:
            if f"hours_{line}" not in self.errors:
                self.add_error(f"hours_{line}", "Dites combien d’heures avant part ce rappel.")
        if cleaned.get("reminders") == WRITTEN and not half and not self._written(cleaned):
            self.add_error("reminders", "Écrivez au moins un rappel, ou choisissez « Aucun rappel ».")
        self._check_relaunches(cleaned)
        return cleaned

    def _check_relaunches(self, cleaned: dict[str, Any]) -> None:
        """Written when they are said to be, each with its day."""
        half = [line for line in STEPS if cleaned.get(f"again_{line}") and not cleaned.get(f"days_{line}")]
        for line in half:
            if f"days_{line}" not in self.errors:
                self.add_error(f"days_{line}", "Dites combien de jours après part cette relance.")
        if cleaned.get("relaunches") == WRITTEN and not half and not self._steps(cleaned):
            self.add_error("relaunches", "Écrivez au moins une relance, ou choisissez « Aucune relance ».")

    def values(self) -> dict[str, Any]:
        """What the actions take."""
        data = {**self.cleaned_data}
        default = data.pop("default_modality")
        others = [way for way in data["modalities"] if way != default]
        data["modalities"] = [default, *others]
        mode = data["reminders"]
        data["reminders"] = {AS_RULED: None, NONE: []}.get(mode, self._written(data))
        data["relaunches"] = {NONE: [], WRITTEN: self._steps(data)}.get(data["relaunches"])
        data["places"] = list(data["places"])
        data["starts_support"] = data["starts_support"] and not data["is_collective"]
        return data

    def _written(self, data: dict[str, Any]) -> list[dict[str, Any]]:
        return [
            {"hours": data[f"hours_{line}"], "channels": data[f"channels_{line}"]}
            for line in LINES
            if data.get(f"hours_{line}")
        ]

    def _steps(self, data: dict[str, Any]) -> list[dict[str, Any]]:
        return [
            {"days": data[f"days_{line}"], "channels": data[f"again_{line}"]}
            for line in STEPS
            if data.get(f"days_{line}")
        ]

    @staticmethod
    def values_of(kind: Kind) -> dict[str, Any]:
        """What the form shows of a kind."""
        columns = {field.name for field in Kind._meta.concrete_fields}
        same = {name: getattr(kind, name) for name in KindForm.base_fields if name in columns}
        modes = {
            name: AS_RULED if (wanted := getattr(kind, name)) is None else WRITTEN if wanted else NONE
            for name in ("reminders", "relaunches")
        }
        places = list(kind.places.values_list("pk", flat=True)) if kind.pk else []
        lines = {
            f"{name}_{line}": reminder[name]
            for line, reminder in zip(LINES, kind.reminders or [], strict=False)
            for name in ("hours", "channels")
        }
        steps = {
            f"{name}_{line}": relaunch[column]
            for line, relaunch in zip(STEPS, kind.relaunches or [], strict=False)
            for name, column in (("days", "days"), ("again", "channels"))
        }
        return {**same, **lines, **steps, **modes, "places": places, "default_modality": kind.default_modality}
