"""The message a reply answers is read by whoever treats the reply: the link in it opens nothing any more."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from emploi.foundation.audit.writing import acting
from emploi.foundation.messaging.models import Message, Reply
from emploi.pathway.beneficiaries.actions import apply_households
from emploi.pathway.beneficiaries.models import Person
from tests.pathway.beneficiaries.builders import file, household, member
from tests.pathway.beneficiaries.conftest import BY
from tests.pathway.reception.test_replies import answered, holds, written

TOKEN = "AbCdEfGhIjKlMnOp"


@pytest.mark.usefixtures("rules")
def test_the_link_of_the_message_answered_is_masked(as_role: Callable[..., Client], at: Any) -> None:
    apply_households([household(members=(member(),))], file=file(), by=BY, at=at)
    amina = Person.objects.get()
    holds(amina)
    message = written(amina)
    with acting(BY):
        Message.objects.filter(pk=message.pk).update(body=f"Choisissez : https://rdv.exemple.fr/i/{TOKEN}/ Merci.")
    call = answered()
    assert Reply.objects.get().message_id == message.pk
    page = as_role("rsa_office").get(f"/appels/{call.pk}/").content.decode()
    assert "Choisissez" in page
    assert TOKEN not in page
