"""Forms of the agents' screens of appointments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms

from emploi.foundation.ui.forms import ReasonForm
from emploi.foundation.ui.free_text import FreeTextField
from emploi.foundation.ui.french import phone_fr
from emploi.pathway.appointments import queries
from emploi.pathway.appointments.enums import CallOutcome, LetterChoice, Modality, Weekday, Weeks
from emploi.pathway.appointments.models import Kind
from emploi.pathway.appointments.permissions import manages_every_opening
from emploi.territory.agents.models import Agent
from emploi.territory.geography.models import Place

REQUIRED = {"required": "Ce champ est nécessaire."}


def date_field(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    """A day, typed or chosen in the browser's calendar."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Indiquez ce jour.", "invalid": "Écrivez le jour comme 24/11/2026."},
    )


def time_field(label: str, *, required: bool = True, help_text: str = "") -> forms.TimeField:
    """An hour of the day."""
    return forms.TimeField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": "Indiquez cette heure.", "invalid": "Écrivez l’heure comme 14:30."},
    )


class OpeningForm(forms.Form):
    """A recurring opening in one form: who, where, which days, which hours."""

    agent = forms.ModelChoiceField(Agent.objects.none(), label="Agent", error_messages=REQUIRED)
    place = forms.ModelChoiceField(Place.objects.none(), label="Lieu", error_messages=REQUIRED)
    kind = forms.ModelChoiceField(Kind.objects.none(), label="Type de rendez-vous", error_messages=REQUIRED)
    first_on = date_field("À partir du")
    last_on = date_field("Jusqu’au", required=False, help_text="Vide : sans fin.")
    weekdays = forms.TypedMultipleChoiceField(
        label="Jours",
        choices=[(day.value, day.label) for day in Weekday],
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins un jour de la semaine."},
    )
    starts_at = time_field("De")
    ends_at = time_field("À")
    slot_minutes = forms.IntegerField(
        label="Durée d’un rendez-vous (minutes)",
        min_value=5,
        max_value=600,
        required=False,
        help_text="Vide : celle du type de rendez-vous.",
    )
    weeks = forms.ChoiceField(label="Semaines", choices=Weeks.choices, required=False)
    seats = forms.IntegerField(
        label="Personnes reçues ensemble", min_value=1, max_value=200, initial=1, required=False,
        help_text="1 : rendez-vous individuels.",
    )  # fmt: skip
    modality = forms.ChoiceField(
        label="Comment", choices=[("", "Comme le type le prévoit"), *Modality.choices], required=False
    )

    def __init__(self, *args: Any, viewer: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer
        everybody = manages_every_opening(viewer)
        agents = queries.agents_who_receive() if everybody else Agent.objects.filter(pk=viewer.pk)
        self.fields["agent"].queryset = agents
        self.fields["place"].queryset = Place.objects.active()
        # An opening of a kind no longer proposed may still change its hours.
        self.fields["kind"].queryset = queries.kinds() | Kind.objects.filter(pk=self.initial.get("kind") or 0)
        for name, empty in (("agent", "Choisir un agent"), ("place", "Choisir un lieu")):
            self.fields[name].empty_label = empty

    def clean_seats(self) -> int:
        """Nothing typed: one person at a time."""
        return self.cleaned_data["seats"] or 1

    def clean(self) -> dict[str, Any]:
        """Nothing said of the length or of the way to meet: as the kind has it."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        kind = cleaned.get("kind")
        if kind and "slot_minutes" not in self.errors:
            cleaned["slot_minutes"] = cleaned.get("slot_minutes") or kind.duration_minutes
        cleaned["modality"] = cleaned.get("modality") or (kind.default_modality if kind else Modality.PHYSICAL)
        return cleaned


class ExceptionForm(forms.Form):
    """A date on which an opening is not as usual."""

    day = date_field("Le")
    starts_at = time_field("De", required=False, help_text="Vides : personne n’est reçu.")
    ends_at = time_field("À", required=False)


class EndForm(ReasonForm):
    """The last day of an opening, and why."""

    last_on = date_field("Dernier jour")
    field_order = ("last_on", "reason")


class StopForm(ReasonForm):
    """Why nobody writes to a person for a while, and until when."""

    last_day = date_field("Jusqu’au (inclus)", help_text="Le lendemain, elle revient d’elle-même dans les listes.")
    field_order = ("reason", "last_day")


class CloseDaysForm(ReasonForm):
    """Days, or hours of them, on which somebody, or a whole place, receives nobody."""

    agent = forms.ModelChoiceField(Agent.objects.none(), label="Agent", required=False, empty_label="Tous les agents")
    place = forms.ModelChoiceField(Place.objects.none(), label="Lieu", required=False, empty_label="Tous les lieux")
    everywhere = forms.BooleanField(
        label="Tout le Département : tous les agents, tous les lieux", required=False,
        help_text="Un pont, une grève. L’agent et le lieu choisis au-dessus ne comptent plus.",
    )  # fmt: skip
    first_on = date_field("Du")
    last_on = date_field("Au")
    weekdays = forms.TypedMultipleChoiceField(
        label="Seulement ces jours de la semaine", choices=[(day.value, day.label) for day in Weekday], coerce=int,
        required=False, widget=forms.CheckboxSelectMultiple,
        help_text="Pour une absence qui revient, chaque mercredi par exemple. Aucun coché : tous les jours.",
    )  # fmt: skip
    starts_at = time_field("De", required=False, help_text="Vide : la journée entière.")
    ends_at = time_field("À", required=False, help_text="Les mêmes heures chaque jour.")
    field_order = ("agent", "place", "everywhere", "first_on", "last_on", "weekdays", "starts_at", "ends_at", "reason")

    def __init__(self, *args: Any, viewer: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agent, place = self.fields["agent"], self.fields["place"]
        if manages_every_opening(viewer):
            agent.queryset = queries.agents_who_receive()
        else:
            agent.queryset = Agent.objects.filter(pk=viewer.pk)
            agent.required, agent.empty_label = True, None
            del self.fields["everywhere"]
        self.fields["reason"].help_text = "Congé, formation, travaux… Vos collègues la lisent : rien sur la santé."
        place.queryset = Place.objects.active()


class SlotForm(forms.Form):
    """A slot chosen among those shown."""

    slot = forms.IntegerField(
        label="Créneau", error_messages={"required": "Choisissez un créneau.", "invalid": "Choisissez un créneau."}
    )


class ConveneForm(SlotForm):
    """The hour imposed, and how the letter that makes the proof leaves."""

    letter = forms.ChoiceField(
        label="La lettre",
        choices=LetterChoice.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Dites si une lettre part.", "invalid_choice": "Dites si une lettre part."},
    )

    def __init__(self, *args: Any, has_address: bool, hidden: bool, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"letter": LetterChoice.NONE if hidden else LetterChoice.PLAIN})
        super().__init__(*args, **kwargs)
        if not has_address:
            del self.fields["letter"]
        elif not hidden:
            self.fields["letter"].required = False
        else:
            self.fields[
                "letter"
            ].help_text = "L’adresse connue de la caisse est confidentielle : quelqu’un d’autre peut ouvrir la lettre."


class MoveForm(SlotForm, ReasonForm):
    """Another slot, and why."""

    field_order = ("slot", "reason")


class MoveSessionForm(ReasonForm):
    """The new date of a whole session, and why."""

    day = date_field("Le")
    starts_at = time_field("À")
    field_order = ("day", "starts_at", "reason")


class ModalityForm(ReasonForm):
    """How people will meet, and why it changes."""

    modality = forms.ChoiceField(
        label="Comment",
        choices=Modality.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez comment le rendez-vous a lieu."},
    )
    field_order = ("modality", "reason")


class CancelForm(ReasonForm):
    """Who cancels, and why."""

    by_us = forms.TypedChoiceField(
        label="Qui annule ?",
        choices=[("person", "La personne l’a demandé"), ("us", "Le service (agent absent, lieu fermé…)")],
        coerce=lambda value: value == "us",
        widget=forms.RadioSelect,
        error_messages={"required": "Dites qui annule : cela compte dans les chiffres."},
    )
    field_order = ("by_us", "reason")


class PresenceForm(forms.Form):
    """What the officer notes of a presence."""

    mark = forms.ChoiceField(choices=[("present", "Présent"), ("absent", "Absent"), ("excused", "Excusé")])
    modality = forms.ChoiceField(
        label="L’entretien a eu lieu", choices=Modality.choices, required=False, widget=forms.RadioSelect
    )
    modality_reason = FreeTextField(label="Pourquoi pas sur place", max_length=200, required=False)
    reason = FreeTextField(label="Raison donnée par la personne", max_length=200, required=False)


class CallForm(forms.Form):
    """What a call gave."""

    outcome = forms.ChoiceField(
        label="Qu’a donné l’appel ?",
        choices=CallOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Dites ce que l’appel a donné."},
    )
    number = forms.ChoiceField(
        label="Si c’est un mauvais numéro, lequel ?",
        required=False,
        widget=forms.RadioSelect,
        help_text="Il ne sera plus jamais utilisé. Ce qui attend d’y partir part autrement.",
        error_messages={"invalid_choice": "Choisissez l’un des numéros de la fiche."},
    )
    note = FreeTextField(
        label="Ce qui a été dit", max_length=500, required=False, rows=2,
        help_text="Des faits utiles au rendez-vous. Rien sur la santé.",
    )  # fmt: skip

    def __init__(self, data: Any = None, *, numbers: Sequence[str] = ()) -> None:
        super().__init__(data)
        self.numbers = [number for number in dict.fromkeys(numbers) if number]
        if len(self.numbers) > 1:
            cast(forms.ChoiceField, self.fields["number"]).choices = [(one, phone_fr(one)) for one in self.numbers]
        else:
            del self.fields["number"]

    def clean(self) -> dict[str, Any]:
        """A wrong number is named; when she has only one, it is that one."""
        cleaned = super().clean() or {}
        if cleaned.get("outcome") != CallOutcome.WRONG_NUMBER:
            return {**cleaned, "number": ""}
        if "number" not in self.fields:
            return {**cleaned, "number": self.numbers[0] if self.numbers else ""}
        if not cleaned.get("number") and not self.errors.get("number"):
            self.add_error("number", "Dites quel numéro est faux.")
        return cleaned


class CalendarForm(forms.Form):
    """The address of a calendar kept elsewhere."""

    address = forms.CharField(
        label="Adresse ICS de votre agenda",
        max_length=2000,
        help_text="Elle commence par https:// ou webcal://. C’est un secret : gardée chiffrée, jamais montrée.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "url", "spellcheck": "false"}),
        error_messages={
            "required": "Collez l’adresse ICS de votre agenda.",
            "max_length": "Cette adresse est trop longue.",
        },
    )


class OutcomeForm(forms.Form):
    """What was answered to a request."""

    outcome = FreeTextField(
        label="Suite donnée", max_length=200, error_messages={"required": "Dites quelle suite a été donnée."}
    )
