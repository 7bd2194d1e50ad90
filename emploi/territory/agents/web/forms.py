"""Forms and filters of the accounts."""

from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.db.models import Q, QuerySet
from django.http import QueryDict

from emploi.foundation.ui.forms import PhoneField
from emploi.foundation.ui.lists import FilterForm
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Role
from emploi.territory.geography.queries import territory_choices
from emploi.territory.organizations.queries import choices as organization_choices

ACTIVE, CLOSED, NEVER, WITHOUT = "actifs", "desactives", "jamais", "sans-facteur"
STATES = [
    ("", "Tous"), (ACTIVE, "Actifs"), (CLOSED, "Désactivés"), (NEVER, "Jamais connectés"),
    (WITHOUT, "Sans second facteur"),
]  # fmt: skip


def _id_or_none(text: str) -> int | None:
    return int(text) if text else None


def _day(label: str, **kwargs: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Indiquez une date.",
            "invalid": "Cette date n'existe pas. Exemple : 01/12/2026.",
        },
        **kwargs,
    )


class AccountForm(forms.Form):
    """Who the agent is."""

    first_name = forms.CharField(label="Prénom", max_length=60, error_messages={"required": "Indiquez le prénom."})
    last_name = forms.CharField(label="Nom", max_length=60, error_messages={"required": "Indiquez le nom."})
    email = forms.EmailField(
        label="Adresse e-mail professionnelle",
        help_text="Elle sert à se connecter et à recevoir le lien.",
        error_messages={
            "required": "Indiquez l'adresse e-mail.",
            "invalid": "Cette adresse n'est pas complète. Exemple : prenom.nom@departement.fr.",
        },
    )
    phone = PhoneField(label="Téléphone", required=False)

    @staticmethod
    def values_of(agent: Agent) -> dict[str, Any]:
        """What the form shows of an existing account."""
        return {name: getattr(agent, name) for name in AccountForm.base_fields}


class RoleForm(forms.Form):
    """A role in an organisation, on a territory, between two days."""

    role = forms.ChoiceField(
        label="Rôle", choices=[("", "Choisir"), *Role.choices], error_messages={"required": "Choisissez un rôle."}
    )
    organization_id = forms.TypedChoiceField(
        label="Organisme", coerce=int, error_messages={"required": "Choisissez un organisme."}
    )
    territory_id = forms.TypedChoiceField(
        label="Territoire", required=False, coerce=_id_or_none, empty_value=None,
        help_text="Laissez vide s'il travaille dans tout le Département.",
    )  # fmt: skip
    started_on = _day("Premier jour")
    ended_on = _day("Dernier jour", required=False, help_text="Laissez vide si aucune fin n'est prévue.")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["started_on"].initial = today
        self.fields["organization_id"].choices = [("", "Choisir"), *organization_choices()]
        territories = [("", "Tout le Département"), *territory_choices()]
        self.fields["territory_id"].choices = territories


class EndRoleForm(forms.Form):
    """The last day of a role."""

    ended_on = _day(
        "Dernier jour", help_text="Ce jour est compris. Pour couper l'accès tout de suite, désactivez le compte."
    )


class PasswordForm(forms.Form):
    """A password typed twice."""

    password = forms.CharField(
        label="Mot de passe",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "Choisissez un mot de passe."},
        strip=False,
    )
    again = forms.CharField(
        label="Le même, une seconde fois",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "Écrivez le mot de passe une seconde fois."},
        strip=False,
    )

    def __init__(self, *args: Any, agent: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agent = agent
        self.fields["password"].help_text = " ".join(password_validators_help_texts())

    def clean(self) -> dict[str, Any]:
        """Refuses two different words, and weak ones."""
        cleaned = super().clean() or {}
        password, again = cleaned.get("password"), cleaned.get("again")
        if password and again and password != again:
            self.add_error("again", "Les deux mots de passe sont différents.")
        elif password:
            try:
                validate_password(password, self.agent)
            except forms.ValidationError as weak:
                self.add_error("password", weak)
        return cleaned


class AccountFilter(FilterForm):
    """Accounts by name, role, organisation, territory and state."""

    q = forms.CharField(label="Nom ou adresse")
    role = forms.ChoiceField(label="Rôle", choices=[("", "Tous"), *Role.choices])
    organization = forms.ChoiceField(label="Organisme")
    territory = forms.ChoiceField(label="Territoire")
    state = forms.ChoiceField(label="État", choices=STATES)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.fields["organization"].choices = [("", "Tous"), *organization_choices()]
        self.fields["territory"].choices = [("", "Tous"), *territory_choices()]
        self.full_clean()

    def apply(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrows the accounts; one membership must meet all that is asked of the role."""
        for word in (self.value("q") or "").split():
            by_name = Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(email__icontains=word)
            queryset = queryset.filter(by_name)
        asked = {"role": "role", "organization": "organization_id", "territory": "territory_id"}
        wanted = {f"memberships__{field}": self.value(name) for name, field in asked.items() if self.value(name)}
        if wanted:
            queryset = queryset.filter(memberships__ended_on=None, **wanted).distinct()
        return self._by_state(queryset)

    def _by_state(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        states = {
            ACTIVE: Q(is_active=True),
            CLOSED: Q(is_active=False),
            NEVER: Q(is_active=True, last_login=None),
            WITHOUT: Q(is_active=True, has_second_factor=False),
        }
        state = self.value("state")
        return queryset.filter(states[state]) if state else queryset
