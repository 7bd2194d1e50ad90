"""A text an agent writes: a NIR is refused whatever is ticked, a word of health is kept on confirmation."""

import pytest
from django import forms

from emploi.foundation.texts.guard import collecting
from emploi.foundation.ui.forms import ReasonForm
from emploi.foundation.ui.free_text import FreeTextField


class NoteForm(forms.Form):
    """A form like those of the product."""

    note = FreeTextField(label="Remarque", required=False)
    diagnosis = FreeTextField(label="Diagnostic", required=False, may_say_health=True)


@pytest.mark.parametrize("number", ["2850499990123", "2 85 04 99 990 123 45", "1 80 02 2A 123 456"])
@pytest.mark.parametrize("field", ["note", "diagnosis"])
def test_a_social_security_number_is_refused_even_confirmed(field: str, number: str) -> None:
    form = NoteForm({field: f"son numéro : {number}", f"{field}__garder": "on"})
    assert not form.is_valid()
    assert "numéro de sécurité sociale" in form.errors[field][0]


def test_a_word_of_health_is_asked_about_and_nothing_typed_is_lost() -> None:
    form = NoteForm({"note": "Elle est hospitalisée"})
    assert not form.is_valid()
    assert "« hospitalisée » parle peut-être de santé" in form.errors["note"][0]
    shown = str(form["note"])
    assert "Elle est hospitalisée" in shown
    assert 'name="note__garder"' in shown
    assert "checked" not in shown


def test_it_is_kept_once_confirmed_and_the_field_is_noted_never_the_text() -> None:
    with collecting() as kept:
        form = NoteForm({"note": "Travaille au service des soins de la mairie", "note__garder": "on"})
        assert form.is_valid()
    assert kept == ["Remarque"]
    assert form.cleaned_data["note"] == "Travaille au service des soins de la mairie"
    assert "checked" in str(form["note"])


def test_an_ordinary_text_passes_without_a_box_or_a_trace() -> None:
    with collecting() as kept:
        form = NoteForm({"note": "  Rappeler mardi après 14 h au 04 75 00 00 00 ", "diagnosis": "dépression"})
        assert form.is_valid()
    assert form.cleaned_data["note"] == "Rappeler mardi après 14 h au 04 75 00 00 00"
    assert "__garder" not in str(form["note"])
    assert kept == []


def test_the_reason_of_everything_is_guarded_and_still_required() -> None:
    assert "historique" in ReasonForm({"reason": " "}).errors["reason"][0]
    assert "santé" in ReasonForm({"reason": "malade"}).errors["reason"][0]
    assert "<textarea" in str(ReasonForm()["reason"])
