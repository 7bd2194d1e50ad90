"""Forms about a person: they validate shapes; who exists already is decided by actions."""

from __future__ import annotations

from typing import Any

import phonenumbers
from django import forms

from emploi.foundation.ui.forms import PhoneField
from emploi.foundation.ui.free_text import FreeTextField
from emploi.pathway.beneficiaries.enums import ContactKind, Payer, RoleKind, Sex, Title, WrittenBy
from emploi.pathway.beneficiaries.facts import TypedAddress, TypedPerson
from emploi.pathway.beneficiaries.rules.contacts import looks_like_email
from emploi.pathway.beneficiaries.rules.identity import check_nir
from emploi.territory.geography.models import Commune
from emploi.territory.geography.queries import commune_choices

_NIR_ERRORS = {
    "length": "Ce numéro doit avoir 13 caractères, ou 15 avec la clé.",
    "characters": "Ce numéro contient un caractère impossible : 13 chiffres (A ou B pour la Corse), puis la clé.",
    "key": "La clé (les deux derniers chiffres) ne correspond pas au numéro. Vérifiez chaque chiffre.",
}
_DATE_INPUT = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_DATE_ERRORS = {"invalid": "Cette date n’existe pas. Exemple : 12/04/1988."}
_SUBJECT = {"yes": True, "no": False, "unknown": None}


class E164PhoneField(PhoneField):
    """A telephone number, kept as « +33612345678 » so that it is found and dialled whatever the way it is typed."""

    def clean(self, value: Any) -> str:
        """Return the number in its international form, empty when there is none."""
        text = super().clean(value)
        if not text:
            return ""
        number = phonenumbers.parse(text, "FR")
        if not phonenumbers.is_possible_number(number):
            raise forms.ValidationError("Ce numéro n’est pas complet. Exemple : 06 12 34 56 78.")
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


class NirField(forms.CharField):
    """A NIR with or without its key, kept as 13 characters."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 30)
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        """Refuse what cannot be a NIR, saying why."""
        found = check_nir(super().clean(value) or "")
        if found.reason in _NIR_ERRORS:
            raise forms.ValidationError(_NIR_ERRORS[found.reason])
        return found.nir13


class AddressForm(forms.Form):
    """Where a household lives, typed by an agent."""

    complement = forms.CharField(label="Bâtiment, étage, chez…", max_length=38, required=False)
    street = forms.CharField(label="Numéro et rue", max_length=60, required=False)
    postal_code = forms.RegexField(
        r"\d{5}",
        label="Code postal",
        required=False,
        error_messages={"invalid": "Le code postal a cinq chiffres."},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    city = forms.CharField(label="Ville", max_length=60, required=False)
    insee = forms.ChoiceField(
        label="Commune du département",
        required=False,
        help_text="Choisissez-la : elle dit le territoire et le lieu de rendez-vous le plus proche.",
        error_messages={"invalid_choice": "Choisissez une commune de la liste."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Hors du département ou inconnue"), *commune_choices()]
        self.fields["insee"].choices = choices

    def clean(self) -> dict[str, Any]:
        """Complete postal code and city from the commune chosen; refuse an address without a place."""
        data = super().clean() or self.cleaned_data
        commune = Commune.objects.filter(pk=data.get("insee") or "").first()
        if commune is not None:
            data["city"] = data.get("city") or commune.name
            data["postal_code"] = data.get("postal_code") or (commune.postal_codes or [""])[0]
        if data.get("street") and not (data.get("postal_code") and data.get("city")):
            self.add_error("insee", "Choisissez la commune, ou indiquez le code postal et la ville.")
        return data

    def address(self) -> TypedAddress:
        """Return the address typed, empty when nothing was."""
        data = self.cleaned_data
        return TypedAddress(
            complement=data["complement"],
            street=data["street"],
            postal_code=data["postal_code"],
            city=data["city"],
            insee=data["insee"],
        )


class PersonForm(AddressForm):
    """A person typed before any file names them."""

    title = forms.ChoiceField(label="Civilité", choices=[("", "Non précisée"), *Title.choices], required=False)
    last_name = forms.CharField(
        label="Nom d’usage", max_length=80, error_messages={"required": "Indiquez le nom de la personne."}
    )
    birth_name = forms.CharField(
        label="Nom de naissance", max_length=80, required=False, help_text="S’il est différent."
    )
    first_name = forms.CharField(
        label="Prénom", max_length=80, error_messages={"required": "Indiquez le prénom de la personne."}
    )
    birth_date = forms.DateField(
        label="Date de naissance",
        widget=_DATE_INPUT,
        error_messages={"required": "Indiquez la date de naissance : elle évite les doublons.", **_DATE_ERRORS},
    )
    sex = forms.ChoiceField(label="Sexe", choices=[("", "Non précisé"), *Sex.choices], required=False)
    nir = NirField(label="Numéro de sécurité sociale", required=False, help_text="13 chiffres, ou 15 avec la clé.")
    role = forms.ChoiceField(
        label="Place dans le dossier", choices=[c for c in RoleKind.choices if c[0] in ("DEM", "CJT")], initial="DEM"
    )
    payer = forms.ChoiceField(label="Caisse", choices=[("", "Je ne sais pas"), *Payer.choices], required=False)
    claim_number = forms.RegexField(
        r"\d{11}",
        label="Numéro de demande RSA",
        required=False,
        strip=True,
        help_text="11 chiffres. Le dossier de la caisse rejoindra cette fiche par ce numéro.",
        error_messages={"invalid": "Le numéro de demande RSA a 11 chiffres."},
    )
    payer_number = forms.RegexField(
        r"\d{7}|\d{13}",
        label="Numéro d’allocataire",
        required=False,
        help_text="7 chiffres à la CAF.",
        error_messages={"invalid": "Le numéro d’allocataire CAF a 7 chiffres ; celui de la MSA en a 13."},
    )
    claimed_on = forms.DateField(
        label="Date de la demande", widget=_DATE_INPUT, required=False, error_messages=_DATE_ERRORS
    )
    subject = forms.ChoiceField(
        label="Droits et devoirs",
        choices=[("yes", "Oui : l’entrée s’ouvre aujourd’hui"), ("no", "Non"), ("unknown", "Je ne sais pas encore")],
        initial="unknown",
        widget=forms.RadioSelect,
    )
    phone = E164PhoneField(label="Téléphone", required=False)
    email = forms.CharField(label="Courriel", max_length=120, required=False)
    france_travail_number = forms.CharField(label="Numéro France Travail", max_length=20, required=False)
    local_number = forms.CharField(label="Numéro de l’ancien logiciel", max_length=40, required=False)
    interpreter_language = forms.CharField(label="Langue pour l’interprète", max_length=40, required=False)

    def clean_email(self) -> str:
        """Refuse what cannot be an address."""
        return _email(self.cleaned_data["email"])

    def typed(self) -> TypedPerson:
        """Return the person as typed."""
        data = self.cleaned_data
        names = ("title", "last_name", "birth_name", "first_name", "birth_date", "sex", "role", "claim_number", "payer")
        more = ("payer_number", "claimed_on", "phone", "email", "france_travail_number", "local_number")
        return TypedPerson(
            **{name: data[name] for name in (*names, *more)},
            nir13=data["nir"],
            interpreter_language=data["interpreter_language"],
            subject=_SUBJECT[data["subject"]],
            address=self.address(),
        )


class WishForm(forms.Form):
    """How a person asks to be written to."""

    means = forms.ChoiceField(
        label="Elle préfère",
        choices=[("", "Le plus simple pour nous : SMS et e-mail, sinon une lettre"), *WrittenBy.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    unread_sms = forms.BooleanField(label="Elle ne lit pas les SMS", required=False)


class ContactForm(forms.Form):
    """One phone or one address to add."""

    kind = forms.ChoiceField(
        label="Quelle coordonnée ?",
        choices=[("phone", "Un téléphone"), ("email", "Un courriel")],
        initial="phone",
        widget=forms.RadioSelect,
    )
    value = forms.CharField(
        label="Numéro ou adresse",
        max_length=120,
        error_messages={"required": "Indiquez le numéro ou l’adresse."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    given_by = forms.ChoiceField(
        label="Donnée par",
        choices=[("person", "La personne elle-même"), ("typed", "Quelqu’un d’autre, ou un document")],
        initial="person",
        widget=forms.RadioSelect,
    )

    def clean(self) -> dict[str, Any]:
        """Read the value as what it is said to be."""
        data = super().clean() or self.cleaned_data
        value = data.get("value")
        if value:
            try:
                is_email = data.get("kind") == ContactKind.EMAIL
                data["value"] = _email(value) if is_email else E164PhoneField().clean(value)
            except forms.ValidationError as error:
                self.add_error("value", error)
        return data


class CorrectionForm(forms.Form):
    """What an agent may correct on a person's page."""

    title = forms.ChoiceField(label="Civilité", choices=[("", "Non précisée"), *Title.choices], required=False)
    last_name = forms.CharField(label="Nom d’usage", max_length=80, error_messages={"required": "Indiquez le nom."})
    birth_name = forms.CharField(label="Nom de naissance", max_length=80, required=False)
    first_name = forms.CharField(label="Prénom", max_length=80, error_messages={"required": "Indiquez le prénom."})
    birth_date = forms.DateField(
        label="Date de naissance", required=False, widget=_DATE_INPUT, error_messages=_DATE_ERRORS
    )
    france_travail_number = forms.CharField(label="Numéro France Travail", max_length=20, required=False)
    local_number = forms.CharField(label="Numéro de l’ancien logiciel", max_length=40, required=False)
    interpreter_language = forms.CharField(
        label="Langue pour l’interprète", max_length=40, required=False, help_text="Vide : pas besoin d’interprète."
    )
    under_guardianship = forms.BooleanField(label="Sous tutelle ou curatelle", required=False)
    confidential_address = forms.BooleanField(
        label="Adresse confidentielle", required=False, help_text="L’adresse n’est plus montrée sur la fiche."
    )


class OutcomeForm(forms.Form):
    """What was found about a point to check."""

    outcome = FreeTextField(
        label="Ce que vous avez constaté",
        max_length=200,
        error_messages={"required": "Indiquez ce que vous avez constaté : c’est gardé dans l’historique."},
    )


def _email(text: str) -> str:
    cleaned = text.strip()
    if cleaned and not looks_like_email(cleaned):
        raise forms.ValidationError("Cette adresse ne ressemble pas à un courriel. Exemple : prenom.nom@exemple.fr.")
    return cleaned
