"""What an agent asks when taking a date for somebody: the same on the telephone and from the person's page."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.http import QueryDict

from emploi.foundation.actor import Actor
from emploi.foundation.ui.forms import PhoneField
from emploi.foundation.ui.free_text import FreeTextField
from emploi.pathway.appointments.enums import Modality
from emploi.pathway.beneficiaries.actions import tell_needs
from emploi.pathway.beneficiaries.enums import VisitNeed
from emploi.pathway.beneficiaries.models import Person
from emploi.pathway.beneficiaries.needs_form import NeedsForm, differs, needs_known


class BookingForm(NeedsForm):
    """The slot somebody takes, how people will meet, and what she needs to come."""

    slot = forms.IntegerField(
        error_messages={"required": "Choisissez un créneau dans la liste.", "invalid": "Choisissez un créneau."}
    )
    modality = forms.ChoiceField(
        label="Comment",
        choices=Modality.choices,
        initial=Modality.PHYSICAL,
        widget=forms.RadioSelect,
        required=False,
    )
    modality_reason = FreeTextField(label="Si ce n’est pas sur place, pourquoi", required=False, max_length=200)
    phone = PhoneField(label="Un autre numéro où l’appeler", required=False)
    reason = FreeTextField(label="Pourquoi changer le rendez-vous", required=False, max_length=200)
    note = FreeTextField(label="Remarque pour l’agent qui reçoit", required=False, max_length=500)

    def clean_modality(self) -> str:
        """Keep the rule when nothing is asked: an appointment moved is not asked how people will meet."""
        return str(self.cleaned_data["modality"] or Modality.PHYSICAL)

    def keep_needs(self, person: Person, *, by: Actor, at: datetime) -> None:
        """Keep what she says she needs, when it was asked and is not known already."""
        # The boxes come with the words beside them: without these, nobody was asked.
        if "language" in self.data and differs(self.said, needs_known(person)):
            tell_needs(person_id=person.pk, by=by, at=at, **self.said)


def accessible_only(query: QueryDict, person: Person, *, filtered_by: str) -> bool:
    """Tell whether only places without stairs are offered: as asked in the address, else as the person needs."""
    told = person.last_needs
    # The box left out of an address that carries the other filters was unticked.
    if filtered_by in query:
        return query.get("accessible") == "1"
    return told is not None and VisitNeed.WHEELCHAIR in told.needs
