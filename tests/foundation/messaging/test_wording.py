"""The administrator rewrites what people receive: seen before it is kept, refused when it lacks something, undone."""

from typing import Any

import pytest
from django.test import Client

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.audit.presenters import sentence_of
from emploi.foundation.messaging import queries, rendering
from emploi.foundation.messaging.actions import queue_message
from emploi.foundation.messaging.catalogue import catalogue
from emploi.foundation.messaging.enums import Channel
from emploi.foundation.messaging.models import Message, TextVersion
from emploi.foundation.messaging.wording import preview
from tests.architecture.test_access_matrix import somebody

pytestmark = pytest.mark.django_db

SMS = "/reglages/textes/appointments/invitation/sms/"
LETTER = "/reglages/textes/appointments/invitation/letter/"
OURS = "[Département] : [prénom], choisissez votre rendez-vous ici : [lien]"
EVERY = [
    (message.template, channel.value)
    for message in catalogue().values()
    for channel in Channel
    if rendering.exists(channel, message.template)
]


@pytest.fixture
def administrator() -> Client:
    return somebody("administrator")


def page(client: Client, address: str, **typed: Any) -> str:
    answer = client.post(address, typed) if typed else client.get(address)
    return answer.content.decode()


def send(first_name: str = "Amina") -> Message:
    context = {**catalogue()["appointments/invitation"].sample, "first_name": first_name}
    queued = queue_message(
        channel="sms", to="06 39 98 00 01", template="appointments/invitation", context=context,
        dedup_key=f"essai:{Message.objects.count()}", by=Actor.system("essai"), at=clock.now(),
    )  # fmt: skip
    assert queued is not None
    return queued


@pytest.mark.parametrize(("template", "channel"), EVERY)
def test_every_text_we_ship_passes_the_checks_we_ask_of_others(template: str, channel: str) -> None:
    shown = preview(template=template, channel=channel, wording=rendering.shipped(channel, template))
    assert shown.body
    assert not set("[]{}") & set(shown.subject + (shown.body if channel != "letter" else ""))


def test_the_new_words_are_seen_then_kept_then_sent(administrator: Client) -> None:
    seen = page(administrator, SMS, body=OURS, preview="1")
    assert "Amina, choisissez votre rendez-vous ici" in seen
    assert not TextVersion.objects.exists()
    assert "bonjour Amina" in send().body

    administrator.post(SMS, {"body": OURS, "save": "1"})
    assert ": Amina, choisissez votre rendez-vous ici : https://" in send().body
    entry = JournalEntry.objects.latest("pk")
    assert "Invitation à choisir un rendez-vous" in sentence_of(entry)


def test_a_text_without_its_link_is_refused_and_nothing_typed_is_lost(administrator: Client) -> None:
    answer = administrator.post(SMS, {"body": "Bonjour [prenon], venez !", "save": "1"})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "Vouliez-vous écrire [prénom]" in shown
    assert "doit contenir [lien]" in shown
    assert "Bonjour [prenon], venez !" in shown
    assert not TextVersion.objects.exists()


def test_a_text_of_too_many_sms_is_refused(administrator: Client) -> None:
    shown = page(administrator, SMS, body=OURS + " Venez." * 90, save="1")
    assert "Raccourcissez-le" in shown
    assert not TextVersion.objects.exists()


def test_two_administrators_on_one_text_the_second_is_told(administrator: Client) -> None:
    administrator.post(SMS, {"body": OURS, "save": "1"})
    answer = administrator.post(SMS, {"body": OURS + " Merci.", "save": "1", "replaces": ""})
    assert "modifié ce texte pendant que vous" in answer.content.decode()
    assert queries.own_wordings()["appointments/invitation", "sms", ""].body == OURS


def test_the_original_comes_back_with_a_reason_and_the_former_words_stay(administrator: Client) -> None:
    administrator.post(SMS, {"body": OURS, "save": "1"})
    refused = administrator.post(f"{SMS}origine/", {"reason": ""})
    assert refused.status_code == 422
    administrator.post(f"{SMS}origine/", {"reason": "Trop sec"})
    assert queries.own_wordings() == {}
    assert "bonjour Amina" in send().body
    kept = TextVersion.objects.get()
    assert OURS in page(administrator, f"{SMS}?version={kept.pk}")


def test_a_letter_is_seen_as_it_will_be_printed(administrator: Client) -> None:
    typed = {"subject": "Votre rendez-vous", "body": "*[nom complet]*\n#read(1) avant le [dernier jour] au [téléphone]"}
    answer = administrator.post(f"{LETTER}apercu/", typed)
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    open_star = page(administrator, LETTER, subject="Objet", body=typed["body"] + " *gras", save="1")
    assert "Une étoile est restée ouverte" in open_star


def test_the_list_says_what_was_rewritten(administrator: Client) -> None:
    assert "réécrit le" not in page(administrator, "/reglages/textes/")
    administrator.post(SMS, {"body": OURS, "save": "1"})
    assert "réécrit le" in page(administrator, "/reglages/textes/")


def test_an_unknown_text_is_not_found(administrator: Client) -> None:
    assert administrator.get("/reglages/textes/appointments/reminder/letter/").status_code == 404
