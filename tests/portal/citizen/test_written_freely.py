"""What a person writes freely: her number is refused with a sentence, her health is hers to tell."""

import pytest
from django import forms

from emploi.portal.citizen.web.forms import CancelForm, RequestForm

NUMBER, ILLNESS = "mon numéro est le 1 84 12 26 362 123 45", "je suis à l’hôpital"


@pytest.mark.parametrize(("form", "field"), [(CancelForm, "reason"), (RequestForm, "note")])
def test_a_social_security_number_is_refused_and_an_illness_kept(form: type[forms.Form], field: str) -> None:
    refused = form({field: NUMBER})
    assert not refused.is_valid()
    assert "sécurité sociale" in refused.errors[field][0]
    assert form({field: ILLNESS}).is_valid()
