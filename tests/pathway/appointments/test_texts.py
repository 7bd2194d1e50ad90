"""The texts people receive: every channel written, two SMS at most, letters on one page, nothing left out."""

from datetime import date
from typing import Any

import pytest

from emploi.foundation.documents.typst import page_count
from emploi.foundation.messaging.models import Message
from emploi.foundation.messaging.printing import letters_pdf
from emploi.foundation.messaging.rendering import Rendered, exists
from emploi.foundation.messaging.rendering import render as render_with
from tests.pathway.appointments.world import MONDAY, at

LONG = {
    "first_name": "Marie-Christine Alexandrine",
    "full_name": "Marie-Christine Alexandrine de la Tour du Pin-Montauban Lachaux",
    "title": "Madame",
    "kind": "Premier rendez-vous d’orientation",
    "presentation": "Nous parlons de votre situation, de vos projets et de vos difficultés. "
    "Nous choisissons ensemble la personne qui va vous accompagner.",
    "what_to_bring": [
        "Une pièce d’identité (carte d’identité, passeport ou titre de séjour)",
        "Votre numéro d’allocataire CAF ou MSA",
        "Votre CV, si vous en avez un",
        "Votre numéro France Travail, si vous en avez un",
    ],
    "expires_on": date(2026, 12, 30),
    "starts_at": at(MONDAY, 14, 30),
    "agent_name": "Anne-Charlotte Vanderstraeten-Delacroix",
    "is_physical": True,
    "modality": "Sur place",
    "place_name": "Maison du Département d’Exempleville-les-Deux-Églises",
    "place_address": "1278 bis avenue du Général-de-Gaulle, bâtiment C, troisième étage",
    "place_city": "Saint-Exemple-sur-Modèle-le-Haut",
    "place_directions": "Arrêt de bus « Mairie ». Ascenseur dans le hall. Sonnez à l’accueil.",
    "url": "https://rendez-vous.departement-exemple.fr/i/AbCdEfGhIjKlMnOp/",
    "code": "ACDE-3467",
    "code_address": "rendez-vous.departement-exemple.fr/code",
    "link_url": "https://rendez-vous.departement-exemple.fr/i/AbCdEfGhIjKlMnOp/",
    "link_title": "Choisissez votre rendez-vous",
    "link_address": "rendez-vous.departement-exemple.fr/code",
    "link_code": "ACDE-3467",
    "reference": "INV-123456",
    "absence": "Si vous ne venez pas et ne prévenez pas, le Département choisira votre accompagnement sans vous avoir "
    "rencontré.",
    "after_invitation": True,
}
LINKED = [
    "invitation", "relaunch", "convocation", "confirmation", "reminder", "moved", "cancelled", "convocation_moved",
    "convocation_reminder", "changed", "convocation_changed",
]  # fmt: skip
# Whoever must call, or need not come, has nothing to open.
CALLED = ["invitation_to_call", "convocation_cancelled"]
# A letter of reminder would arrive after the appointment.
ON_PAPER = [name for name in LINKED + CALLED if not name.endswith("reminder")]


def render(channel: str, template: str, context: dict[str, Any]) -> Rendered:
    """The texts we ship, before anybody rewrote them."""
    return render_with(channel, template, context, own={})


def words(**changes: Any) -> dict[str, Any]:
    return {**LONG, "by_us": True, **changes}


@pytest.mark.parametrize("name", LINKED + CALLED)
def test_two_sms_at_most_even_with_the_longest_names(name: str) -> None:
    sms = render("sms", f"appointments/{name}", words())
    assert sms.segments <= 2
    assert ("/i/AbCdEfGhIjKlMnOp/" in sms.body) is (name in LINKED)  # never cut
    assert name in LINKED or "04 65 71 99 00" in sms.body
    assert not set("[]{}") & set(sms.body)


@pytest.mark.parametrize("name", LINKED + CALLED)
def test_an_email_says_what_a_telephone_call_would(name: str) -> None:
    email = render("email", f"appointments/{name}", words())
    assert email.subject
    assert (LONG["url"] in email.body) is (name in LINKED)
    assert "04 65 71 99 00" in email.body


@pytest.mark.parametrize("name", ON_PAPER)
def test_a_letter_holds_on_one_page(name: str) -> None:
    letter = render("letter", f"appointments/{name}", words())
    address = f"{LONG['full_name']}\nChez Madame Dupont\n12 RUE DES LILAS\nLIEU-DIT LES GRANGES\n99000 EXEMPLEVILLE"
    message = Message(
        channel="letter", recipient=address, subject=letter.subject, body=letter.body, extras=letter.extras
    )
    assert page_count(letters_pdf([message], on=MONDAY)) == 1


def test_a_reminder_has_no_letter() -> None:
    assert not exists("letter", "appointments/reminder")


def test_an_invitation_threatens_nobody_and_a_convocation_recalls_rights_and_duties() -> None:
    for channel in ("sms", "email", "letter"):
        assert "obligatoire" not in render(channel, "appointments/invitation", words()).body
    for channel in ("email", "letter"):
        body = render(channel, "appointments/convocation", words()).body
        assert "droits" in body
        assert "devoirs" in body


def test_without_a_link_the_telephone_remains() -> None:
    for name in ("confirmation", "reminder", "moved", "cancelled"):
        sms = render("sms", f"appointments/{name}", words(url=""))
        assert "04 65 71 99 00" in sms.body


def test_a_hostile_name_runs_nothing_in_a_letter() -> None:
    letter = render("letter", "appointments/invitation", words(full_name='#read("/etc/passwd") *x*'))
    message = Message(channel="letter", recipient="X\nY", subject=letter.subject, body=letter.body, extras={})
    assert page_count(letters_pdf([message], on=MONDAY)) == 1
    assert "\\#read" in letter.body
