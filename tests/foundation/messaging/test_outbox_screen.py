"""« Envois » as the gestionnaire RSA uses it."""

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from emploi.foundation.audit.models import Consultation, JournalEntry
from emploi.foundation.audit.writing import acting
from emploi.foundation.messaging import permissions
from emploi.foundation.messaging.delivery import deliver
from emploi.foundation.messaging.models import Message, PrintRun
from tests.foundation.messaging.helpers import ADDRESS, BY, at_nine, outgoing, queue, queue_many, sign_in, statuses

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def office() -> Client:
    return sign_in("rsa_office")


def soup(client: Client, url: str) -> BeautifulSoup:
    answer = client.get(url)
    assert answer.status_code == 200, answer.content
    return BeautifulSoup(answer.content, "html.parser")


def link_message() -> Message:
    return queue(outgoing("lien", context={"word": "http://localhost:8000/i/abc/"}, person_id=5, about="Invitation"))[0]


def test_the_list_says_what_left_what_waits_and_what_failed(office: Client) -> None:
    queue_many(2)
    deliver(now=at_nine)
    queue(outgoing("fixe", to="04 75 00 00 00"), outgoing("lettre", channel="letter", to=ADDRESS))
    page = soup(office, reverse("messaging:outbox"))
    stats = {s.select_one(".stat-label").text: s.select_one(".stat-value").text for s in page.select("a.stat")}
    assert (stats["Envoyé"], stats["En attente"], stats["Échec"], stats["À vérifier"]) == ("2", "1", "1", "0")
    assert "1 courrier à imprimer" in page.text
    assert "téléphone mobile" in page.text


def test_every_count_opens_its_list(office: Client) -> None:
    queue_many(2)
    queue(outgoing("fixe", to="04 75 00 00 00"), outgoing("mail", channel="email", to="zoe@exemple.fr"))
    page = soup(office, reverse("messaging:outbox") + "?channel=sms")
    for stat in page.select("a.stat"):
        listed = soup(office, stat["href"]).select("tbody tr")
        assert len(listed) == int(stat.select_one(".stat-value").text)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?person=5", ["lien"]),
        ("?q=06 12 34 56 78", ["lien", "sms"]),
        ("?q=zoe@", ["mail"]),
        ("?channel=letter", ["lettre"]),
        ("?since=2026-11-24", []),
        ("?since=2026-11-23&until=2026-11-23&channel=email", ["mail"]),
        ("?channel=pigeon&since=hier", ["lettre", "lien", "mail", "sms"]),
    ],
)
def test_the_filters_are_in_the_address(office: Client, query: str, found: list[str]) -> None:
    link_message()
    queue(
        outgoing("sms"),
        outgoing("mail", channel="email", to="zoe@exemple.fr"),
        outgoing("lettre", channel="letter", to=ADDRESS),
    )
    page = soup(office, reverse("messaging:outbox") + query)
    ids = {Message.objects.get(dedup_key=key).pk for key in found}
    assert {
        int(a["href"].split("/")[2])
        for a in page.select("tbody a[href^='/envois/']")
        if a["href"].split("/")[2].isdigit()
    } == ids


def test_the_person_s_link_can_be_clicked_and_reading_leaves_a_trace(office: Client) -> None:
    message = link_message()
    page = soup(office, reverse("messaging:message", args=[message.pk]))
    assert page.select_one(".message-body a")["href"] == "http://localhost:8000/i/abc/"
    assert Consultation.objects.filter(person_id=5, page="Envoi").count() == 1


def test_outside_a_demonstration_nobody_opens_the_person_s_link(office: Client, monkeypatch) -> None:
    token = "Kd83jfLqPz02"
    message = queue(outgoing("vrai", context={"word": f"http://localhost:8000/i/{token}/"}, person_id=5))[0]
    monkeypatch.setattr("emploi.foundation.department.is_fictitious", lambda: False)
    for name, args in (("message", [message.pk]), ("outbox", []), ("person_card", [5])):
        answer = office.get(reverse(f"messaging:{name}", args=args))
        assert token not in answer.content.decode()
    assert "[lien masqué]" in office.get(reverse("messaging:message", args=[message.pk])).content.decode()


def test_a_text_is_shown_never_run(office: Client) -> None:
    message = queue(outgoing("x", channel="email", to="a@b.fr", context={"word": "<script>alert(1)</script>"}))[0]
    page = soup(office, reverse("messaging:message", args=[message.pk]))
    assert "alert(1)" in page.select_one(".message-body").text
    assert page.select(".message-body script") == []


def test_a_failed_message_is_sent_again_with_a_reason(office: Client) -> None:
    message = link_message()
    deliver(now=at_nine)
    former = Message.objects.get(pk=message.pk).uuid
    url = reverse("messaging:change", args=[message.pk, "resend"])
    refused = office.post(url, {"reason": " "})
    assert refused.status_code == 422
    assert "Indiquez la raison" in refused.content.decode()
    assert office.post(url, {"reason": "La personne n'a rien reçu"}).status_code == 302
    message.refresh_from_db()
    assert (message.status, message.attempts, message.uuid != former) == ("queued", 0, True)
    line = JournalEntry.objects.get(event="messaging.MessageResent")
    assert (line.reason, line.person_id) == ("La personne n'a rien reçu", 5)


def test_an_unknown_message_is_settled_by_a_person(office: Client) -> None:
    messages = queue_many(2)
    with acting(BY):
        Message.objects.update(status="unknown")
    for message, decision in zip(messages, ("settle_sent", "settle_failed"), strict=True):
        answer = office.post(
            reverse("messaging:change", args=[message.pk, decision]), {"reason": "Vu avec l'opérateur"}
        )
        assert answer.status_code == 302
    assert statuses() == {"sent": 1, "failed": 1}
    assert JournalEntry.objects.filter(event="messaging.MessageSettled").count() == 2


def test_what_is_no_longer_possible_is_said(office: Client) -> None:
    message = link_message()
    deliver(now=at_nine)
    answer = office.post(reverse("messaging:change", args=[message.pk, "cancel"]), {"reason": "Rendez-vous annulé"})
    assert answer.status_code == 422
    text = BeautifulSoup(answer.content, "html.parser").text
    assert "l'état est maintenant « Envoyé »" in text
    assert "Rendez-vous annulé" in answer.content.decode()


def test_letters_are_printed_from_the_list(office: Client) -> None:
    queue(*(outgoing(f"l{n}", channel="letter", to=ADDRESS) for n in range(3)))
    first = Message.objects.order_by("pk")[0]
    answer = office.post(reverse("messaging:print"), {"message": [first.pk]}, follow=True)
    assert "Prêt à imprimer" in answer.content.decode()
    assert statuses() == {"sent": 1, "queued": 2}
    office.post(reverse("messaging:print"), {"everything": "1", "duplex": "1"})
    assert statuses() == {"sent": 3}
    document = PrintRun.objects.order_by("pk")[1].document
    opened = office.get(reverse("documents:download", args=[document.uuid]))
    assert b"".join(opened.streaming_content).startswith(b"%PDF")
    assert "Aucun courrier en attente" in office.post(reverse("messaging:print"), {}, follow=True).content.decode()


def test_the_letter_is_previewed(office: Client) -> None:
    message = queue(outgoing("l", channel="letter", to=ADDRESS))[0]
    answer = office.get(reverse("messaging:preview", args=[message.pk]))
    assert (answer["Content-Type"], answer.content[:4]) == ("application/pdf", b"%PDF")
    assert statuses() == {"queued": 1}


def test_the_number_of_queries_does_not_move_with_the_rows(office: Client) -> None:
    counts = []
    office.get(reverse("messaging:outbox"))  # the first page of a session also reads what is then remembered
    for start, size in ((0, 1), (1, 24)):
        queue(*(outgoing(f"m{start + n}", person_id=n + 1) for n in range(size)))
        with CaptureQueriesContext(connection) as queries:
            office.get(reverse("messaging:outbox"))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15


def test_a_counsellor_reads_the_messages_of_her_own_people_only(monkeypatch: pytest.MonkeyPatch) -> None:
    link_message()
    counsellor = sign_in("counsellor")
    monkeypatch.setattr(permissions, "_person_check", [lambda agent, person_id: person_id == 5])
    assert "Invitation" in counsellor.get(reverse("messaging:person_card", args=[5])).content.decode()
    assert counsellor.get(reverse("messaging:person_card", args=[6])).status_code == 404
    assert counsellor.get(reverse("messaging:outbox")).status_code == 403
