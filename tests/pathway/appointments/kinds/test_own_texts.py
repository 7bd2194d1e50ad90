"""A message in other words for one kind of appointment; the other kinds keep the general text."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.audit.presenters import sentence_of
from emploi.foundation.messaging.models import Message
from emploi.pathway.appointments import actions
from emploi.pathway.appointments.models import Kind
from tests.pathway.appointments.world import MONDAY, World, at

NOW = at(MONDAY, 9)
SIGNING = "signature-contrat"
OURS = "[Département] : venez signer votre contrat. Choisissez l'heure : [lien] Besoin d'aide ? [téléphone]"


def text_page(case: str = "", view: str = "text") -> str:
    page = reverse(f"messaging:{view}", args=["appointments", "invitation", "sms"])
    return f"{page}?cas={case}" if case else page


def write(browser: Client, body: str, case: str = SIGNING, **typed: Any) -> Any:
    shown = browser.get(text_page(case)).context["form"]["replaces"].value()
    return browser.post(text_page(case), {"body": body, "replaces": shown or "", "save": "1", **typed}, follow=True)


def invited_to(world: World, slug: str) -> str:
    entry = world.entry()
    actions.invite_entries(entry_ids=[entry.pk], kind=Kind.objects.get(slug=slug), by=world.by, at=NOW)
    return Message.objects.get(entry_id=entry.pk, channel="sms").body


def test_one_kind_has_its_own_words_and_the_others_do_not(world: World, browser: Client) -> None:
    before = browser.get(text_page(SIGNING)).content.decode()
    assert "Ce type de rendez-vous utilise le texte général" in before
    page = write(browser, OURS).content.decode()
    assert "Le texte est enregistré" in page
    assert "venez signer votre contrat" in invited_to(world, SIGNING)
    assert "Choisissez le lieu et l'heure" in invited_to(world, "premier-rendez-vous")
    told = sentence_of(JournalEntry.objects.filter(event="messaging.TextRewritten").latest("pk"))
    assert "pour « Signature de votre contrat d’engagement »" in told
    assert "1 texte particulier" in browser.get(reverse("messaging:texts")).content.decode()


def test_a_general_text_rewritten_serves_the_kinds_without_their_own(world: World, browser: Client) -> None:
    write(browser, OURS)
    general = "[Département] : rendez-vous à prendre ici : [lien] ou au [téléphone]"
    write(browser, general, case="")
    assert "rendez-vous à prendre ici" in invited_to(world, "reorientation")
    assert "venez signer votre contrat" in invited_to(world, SIGNING)


def test_the_words_of_a_kind_are_checked_like_the_others_and_nothing_typed_is_lost(
    world: World, browser: Client
) -> None:
    response = write(browser, "Venez signer, [prenon].")
    page = response.content.decode()
    assert response.status_code == 422
    assert "Vouliez-vous écrire [prénom] ?" in page
    assert "Venez signer, [prenon]." in page
    assert "Choisissez le lieu et l'heure" in invited_to(world, SIGNING)


def test_going_back_gives_the_general_text_again(world: World, browser: Client) -> None:
    write(browser, OURS)
    page = browser.post(text_page(SIGNING, "text_restore"), {"reason": "Trop court"}, follow=True).content.decode()
    assert "Le texte général est de nouveau en vigueur" in page
    assert "Choisissez le lieu et l'heure" in invited_to(world, SIGNING)


def test_a_case_nobody_knows_is_not_found(world: World, browser: Client) -> None:
    assert browser.get(text_page("rien")).status_code == 404


@pytest.mark.parametrize(("name", "shown"), [("invitation", True), ("calendar_unread", False)])
def test_only_messages_about_an_appointment_tell_kinds_apart(
    world: World, browser: Client, name: str, shown: bool
) -> None:
    page = browser.get(reverse("messaging:text", args=["appointments", name, "email"])).content.decode()
    assert ("Un seul type de rendez-vous" in page) is shown
