"""Form and filters of the organisations."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict

from emploi.foundation.ui.forms import PhoneField
from emploi.foundation.ui.lists import FilterForm
from emploi.territory.geography.queries import commune_choices, territory_choices
from emploi.territory.organizations import queries
from emploi.territory.organizations.enums import OrganizationKind
from emploi.territory.organizations.models import Organization

OPEN, CLOSED = "actifs", "fermes"


def _id_or_none(text: str) -> int | None:
    return int(text) if text else None


class OrganizationForm(forms.Form):
    """A service or a partner."""

    name = forms.CharField(label="Nom", max_length=160, error_messages={"required": "Donnez un nom à cet organisme."})
    kind = forms.ChoiceField(
        label="Nature",
        choices=[("", "Choisir"), *OrganizationKind.choices],
        error_messages={"required": "Choisissez la nature de l'organisme."},
    )
    parent_id = forms.TypedChoiceField(
        label="Rattaché à", required=False, coerce=_id_or_none, empty_value=None,
        help_text="Par exemple, un pôle insertion est rattaché au Département.",
    )  # fmt: skip
    territory_id = forms.TypedChoiceField(
        label="Territoire", required=False, coerce=_id_or_none, empty_value=None,
        help_text="Laissez vide s'il agit dans tout le Département.",
    )  # fmt: skip
    commune_id = forms.TypedChoiceField(label="Commune", required=False, empty_value=None)
    email = forms.EmailField(
        label="Adresse électronique",
        required=False,
        error_messages={"invalid": "Cette adresse n'est pas complète. Exemple : accueil@organisme.fr."},
    )
    phone = PhoneField(label="Téléphone", required=False)
    can_be_responsible = forms.BooleanField(
        label="Peut être organisme référent",
        required=False,
        help_text="Une personne peut être orientée vers lui ; il nomme alors le référent unique.",
    )
    agenda_is_ours = forms.BooleanField(
        label="Son agenda est tenu ici",
        required=False,
        help_text="Le prochain rendez-vous peut être pris avec lui pendant le premier entretien.",
    )

    def __init__(self, *args: Any, except_id: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lists = {
            "parent_id": [("", "Aucun"), *queries.choices(except_id)],
            "territory_id": [("", "Tout le Département"), *territory_choices()],
            "commune_id": [("", "Non précisée"), *commune_choices()],
        }
        for name, choices in lists.items():
            self.fields[name].choices = choices

    @staticmethod
    def values_of(organization: Organization) -> dict[str, Any]:
        """What the form shows of an existing organisation."""
        return {name: getattr(organization, name) for name in OrganizationForm.base_fields}


class OrganizationFilter(FilterForm):
    """Organisations by name, nature, territory and state."""

    q = forms.CharField(label="Nom ou commune")
    kind = forms.ChoiceField(label="Nature", choices=[("", "Toutes"), *OrganizationKind.choices])
    territory = forms.ChoiceField(label="Territoire")
    state = forms.ChoiceField(label="État", choices=[("", "Tous"), (OPEN, "Actifs"), (CLOSED, "Fermés")])

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.fields["territory"].choices = [("", "Tous"), *territory_choices()]
        self.full_clean()

    def apply(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrows the organisations."""
        if q := self.value("q"):
            queryset = queryset.filter(Q(name__icontains=q) | Q(commune__name__icontains=q))
        if kind := self.value("kind"):
            queryset = queryset.filter(kind=kind)
        if territory := self.value("territory"):
            queryset = queryset.filter(territory_id=territory)
        if state := self.value("state"):
            queryset = queryset.filter(is_active=state == OPEN)
        return queryset
