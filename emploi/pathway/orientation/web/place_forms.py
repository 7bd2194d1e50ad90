"""Forms of the pathways, of the places of the bodies, and of the bodies that know a situation."""

from __future__ import annotations

from typing import Any

from django import forms

from emploi.foundation.ui.free_text import FreeTextField
from emploi.pathway.orientation.actions import LotDraft
from emploi.pathway.orientation.enums import Measure
from emploi.pathway.orientation.models import Lot, Modality
from emploi.pathway.orientation.web.rule_forms import day_field
from emploi.territory.geography import queries as geography
from emploi.territory.geography.models import Territory
from emploi.territory.organizations.enums import OrganizationKind
from emploi.territory.organizations.models import Organization

WHOLE = {"invalid": "Écrivez un nombre entier.", "min_value": "Écrivez un nombre positif."}


class LotForm(forms.Form):
    """The places of one body in one pathway."""

    organization = forms.ModelChoiceField(
        label="Organisme",
        queryset=Organization.objects.none(),
        empty_label="Choisir un organisme",
        error_messages={"required": "Choisissez l’organisme."},
    )
    modality = forms.ModelChoiceField(
        label="Voie",
        queryset=Modality.objects.none(),
        empty_label="Choisir une voie",
        error_messages={"required": "Choisissez la voie."},
    )
    territory = forms.ModelChoiceField(
        label="Territoire", queryset=Territory.objects.none(), required=False, empty_label="Tout le Département"
    )
    reference = FreeTextField(may_say_health=True, label="Marché et lot", max_length=120, required=False)
    measure = forms.ChoiceField(label="Ce qui est compté", choices=Measure.choices, widget=forms.RadioSelect)
    starts_on = day_field("Du")
    ends_on = day_field("Au", required=False, help_text="Obligatoire pour un marché.")
    minimum = forms.IntegerField(label="Au moins", min_value=0, required=False, error_messages=WHOLE)
    maximum = forms.IntegerField(label="Au plus", min_value=0, required=False, error_messages=WHOLE)

    def __init__(self, *args: Any, lot: Lot | None = None, **kwargs: Any) -> None:
        initial = {name: getattr(lot, name) for name in self.base_fields} if lot else {"measure": Measure.STOCK}
        super().__init__(*args, **{"initial": initial, **kwargs})
        self.fields["organization"].queryset = Organization.objects.responsible().order_by("name")
        self.fields["modality"].queryset = Modality.objects.filter(is_active=True)
        self.fields["territory"].queryset = geography.territories()

    def draft(self) -> LotDraft:
        """Return what the action expects."""
        data = dict(self.cleaned_data)
        territory = data.pop("territory")
        return LotDraft(
            organization_id=data.pop("organization").pk,
            modality_id=data.pop("modality").pk,
            territory_id=territory.pk if territory else None,
            **data,
        )


class PublicForm(forms.Form):
    """The bodies that know a situation."""

    bodies = forms.ModelMultipleChoiceField(
        label="Organismes qui connaissent cette situation",
        queryset=Organization.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bodies"].queryset = Organization.objects.responsible().order_by("name")


class ModalityBodiesForm(forms.Form):
    """The kinds of bodies that may lead a pathway, and the one proposed first."""

    kinds = forms.MultipleChoiceField(
        label="Sortes d’organisme qui peuvent conduire cette voie",
        choices=OrganizationKind.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins une sorte d’organisme."},
    )
    first_body = forms.ModelChoiceField(
        label="Organisme proposé en premier",
        queryset=Organization.objects.none(),
        required=False,
        empty_label="Aucun : le plus proche de la personne",
    )

    def __init__(self, modality: Modality, *args: Any, **kwargs: Any) -> None:
        initial = {"kinds": modality.responsible_kinds, "first_body": modality.responsible_organization_id}
        super().__init__(*args, **{"initial": initial, **kwargs})
        self.fields["first_body"].queryset = Organization.objects.responsible().order_by("name")


class CloseModalityForm(forms.Form):
    """Why a pathway closes."""

    reason = FreeTextField(
        label="Pourquoi fermer cette voie",
        may_say_health=True,  # about a pathway, never about a person
        rows=2,
        max_length=200,
        error_messages={"required": "Écrivez pourquoi cette voie ferme."},
    )
