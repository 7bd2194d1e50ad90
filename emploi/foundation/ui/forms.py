"""What forms share: a refusal of the domain said beside its field, telephone numbers, a reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

import phonenumbers
from django import forms

from emploi.foundation.errors import DomainError
from emploi.foundation.ui.free_text import FreeTextField

T = TypeVar("T")
# « 39 49 », « 115 »: public services answer short numbers.
SHORT_NUMBER = re.compile(r"[0-9]{2,4}")
FRANCE = 33


def attempt(form: forms.BaseForm, call: Callable[[], T]) -> T | None:
    """Run an action; when the domain refuses, its sentence goes beside the field and None is returned."""
    try:
        return call()
    except DomainError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return None


class PhoneField(forms.CharField):
    """A telephone number of France, kept as « 04 75 79 26 26 » (or a short number, « 39 49 »)."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 20)
        kwargs.setdefault("widget", forms.TextInput(attrs={"type": "tel", "autocomplete": "off", "inputmode": "tel"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        """Refuse what no telephone could dial."""
        text = super().clean(value)
        if not text:
            return ""
        digits = re.sub(r"[\s.]", "", text)
        if SHORT_NUMBER.fullmatch(digits):
            return digits if len(digits) < 4 else f"{digits[:2]} {digits[2:]}"
        try:
            number = phonenumbers.parse(text, "FR")
        except phonenumbers.NumberParseException:
            number = None
        french = number is not None and number.country_code == FRANCE
        if number is None or not phonenumbers.is_possible_number(number) or (french and not _has_ten_digits(number)):
            raise forms.ValidationError("Ce numéro n'est pas complet. Exemple : 04 75 79 26 26.")
        shape = phonenumbers.PhoneNumberFormat.NATIONAL if french else phonenumbers.PhoneNumberFormat.INTERNATIONAL
        return phonenumbers.format_number(number, shape)


class ReasonForm(forms.Form):
    """Why something is done: kept in the journal."""

    reason = FreeTextField(
        label="Raison",
        max_length=200,
        rows=2,
        error_messages={"required": "Indiquez la raison : elle est gardée dans l'historique."},
    )


def _has_ten_digits(number: phonenumbers.PhoneNumber) -> bool:
    """Tell whether a French number is whole, the leading zero not counted by the library."""
    return len(str(number.national_number)) == 9
