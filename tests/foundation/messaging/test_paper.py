"""Letters on the table: who sees which, what hurries, who prints, and the day they were posted."""

import io
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from emploi.foundation.audit.models import FieldChange, JournalEntry
from emploi.foundation.audit.writing import acting
from emploi.foundation.documents.queries import content_of
from emploi.foundation.errors import DomainError
from emploi.foundation.messaging import printing
from emploi.foundation.messaging.actions import cancel_messages, queue_messages
from emploi.foundation.messaging.models import Message, PrintRun
from emploi.foundation.messaging.paper.posting import note_posted
from emploi.foundation.messaging.printing import print_letters
from emploi.foundation.messaging.rules.urgency import Urgency, urgency
from emploi.pathway.beneficiaries.models import Person
from emploi.territory.agents.models import Agent
from tests.foundation.messaging.helpers import ADDRESS, BY, MONDAY_MORNING, outgoing, queue, sign_in

pytestmark = pytest.mark.django_db

MONDAY = MONDAY_MORNING.date()
FRIDAY, NEXT_MONDAY = date(2026, 11, 27), date(2026, 11, 30)


@pytest.fixture(autouse=True)
def _files(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.parametrize(
    ("post_by", "today", "next_post", "said"),
    [
        (None, MONDAY, MONDAY + timedelta(days=1), Urgency.CAN_WAIT),
        (MONDAY - timedelta(days=1), MONDAY, MONDAY + timedelta(days=1), Urgency.LATE),
        (MONDAY, MONDAY, MONDAY + timedelta(days=1), Urgency.TODAY),
        (MONDAY + timedelta(days=1), MONDAY, MONDAY + timedelta(days=1), Urgency.CAN_WAIT),
        # The post does not take letters on Sunday: on Friday, what must leave by Sunday leaves now.
        (date(2026, 11, 29), FRIDAY, NEXT_MONDAY, Urgency.TODAY),
        (NEXT_MONDAY, FRIDAY, NEXT_MONDAY, Urgency.CAN_WAIT),
    ],
)
def test_a_letter_hurries_when_the_next_post_would_be_too_late(
    post_by: date | None, today: date, next_post: date, said: Urgency
) -> None:
    assert urgency(post_by, today=today, next_post=next_post) is said


def letter_by(agent: Agent, key: str) -> Message:
    with acting(BY):
        whom = Person.objects.create(first_name="Zoé", last_name=key.upper())
    row = outgoing(key, channel="letter", to=ADDRESS, person_id=whom.pk, about=f"Lettre {key}")
    return queue_messages(rows=[row], by=agent.as_actor(), at=MONDAY_MORNING)[0]


def page(client: Client, name: str, *args: object, **asked: object) -> str:
    answer = client.get(reverse(f"messaging:{name}", args=args), asked)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_an_officer_finds_and_prints_the_letters_she_asked_for() -> None:
    officer, other = sign_in("orientation_officer"), sign_in("orientation_officer", "autre@essai.fr")
    hers = letter_by(Agent.objects.get(email="orientation_officer@essai.fr"), "Sienne")
    letter_by(Agent.objects.get(email="autre@essai.fr"), "Autre")
    text = page(officer, "letters")
    assert "Lettre Sienne" in text and "Lettre Autre" not in text
    assert "Lettre Autre" in page(officer, "letters", de="tous")
    assert "Lettre Sienne" in page(officer, "day_letters")
    run = officer.post(reverse("messaging:print"), {"everything": "1", "de": "moi"}, follow=True)
    assert "Ouvrir le fichier à imprimer" in run.content.decode()
    hers.refresh_from_db()
    assert (hers.status, Message.objects.filter(status="queued").count()) == ("sent", 1)
    document = PrintRun.objects.get().document
    opened = officer.get(reverse("documents:download", args=[document.uuid]))
    assert opened.status_code == 200
    # Another officer opens neither the page of this print run nor its file.
    assert other.get(reverse("messaging:run", args=[hers.print_run_id])).status_code == 404
    assert other.get(reverse("documents:download", args=[document.uuid])).status_code in (403, 404)


def test_the_menu_counts_what_waits_and_a_role_without_paper_sees_none() -> None:
    office, counsellor = sign_in("rsa_office"), sign_in("counsellor")
    for number in range(3):
        letter_by(Agent.objects.get(email="rsa_office@essai.fr"), f"n{number}")
    assert '<span class="nav-count">3</span>' in page(office, "letters")
    assert counsellor.get(reverse("messaging:letters")).status_code == 403
    assert counsellor.post(reverse("messaging:print"), {"everything": "1"}).status_code == 403
    assert Message.objects.filter(status="queued").count() == 3


def test_a_letter_withdrawn_after_the_print_was_asked_is_not_in_the_file(monkeypatch) -> None:
    first, second = queue(*(outgoing(f"r{n}", channel="letter", to=ADDRESS) for n in range(2)))
    run = printing.request_print(message_ids=[first.pk, second.pk], by=BY, at=MONDAY_MORNING)
    composed, whole = [], printing.letters_pdf

    def withdrawn_meanwhile(letters, **how) -> bytes:
        composed.append(len(letters))
        if len(composed) == 1:
            cancel_messages(dedup_keys=["r0"], reason="Le rendez-vous a changé", by=BY, at=MONDAY_MORNING)
        return whole(letters, **how)

    monkeypatch.setattr(printing, "letters_pdf", withdrawn_meanwhile)
    document = printing.compose(run_id=run.pk, by=BY, now=lambda: MONDAY_MORNING)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content_of(document))).pages)
    assert composed == [2, 1]
    assert "r1" in text and "r0" not in text
    first.refresh_from_db()
    run.refresh_from_db()
    assert (first.status, run.total, run.done) == ("cancelled", 1, 1)


def test_a_file_that_cannot_be_composed_gives_the_letters_back_and_says_so(monkeypatch) -> None:
    office = sign_in("rsa_office")
    letter = queue(outgoing("x", channel="letter", to=ADDRESS))[0]

    def broken(*_: object, **__: object) -> bytes:
        raise RuntimeError("police introuvable")

    monkeypatch.setattr(printing, "letters_pdf", broken)
    answer = office.post(reverse("messaging:print"), {"message": [letter.pk]}, follow=True)
    assert answer.status_code == 200 and "n’a pas pu être composé" in answer.content.decode()
    letter.refresh_from_db()
    assert (letter.status, letter.print_run_id) == ("queued", None)


def printed() -> PrintRun:
    ids = [m.pk for m in queue(outgoing("p", channel="letter", to=ADDRESS))]
    print_letters(message_ids=ids, by=BY, at=MONDAY_MORNING)
    return PrintRun.objects.get()


def test_the_day_of_posting_is_noted_then_corrected_with_a_reason_and_both_are_kept() -> None:
    run = printed()
    tuesday, wednesday = MONDAY_MORNING + timedelta(days=1), MONDAY_MORNING + timedelta(days=2)
    note_posted(run_ids=[run.pk], on=tuesday.date(), by=BY, at=tuesday)
    with pytest.raises(DomainError, match="pourquoi le jour change"):
        note_posted(run_ids=[run.pk], on=wednesday.date(), by=BY, at=wednesday)
    note_posted(run_ids=[run.pk], on=wednesday.date(), reason="Le sac est resté au bureau", by=BY, at=wednesday)
    run.refresh_from_db()
    assert run.posted_on == wednesday.date()
    kept = FieldChange.objects.filter(table_name="messaging_printrun", column_name="posted_on").order_by("pk")
    assert list(kept.values_list("old", "new")) == [(None, "2026-11-24"), ("2026-11-24", "2026-11-25")]
    said = JournalEntry.objects.filter(event="messaging.LettersPosted").order_by("pk")
    assert [line.reason for line in said] == ["", "Le sac est resté au bureau"]


@pytest.mark.parametrize(
    ("days", "said"), [(-1, "elles ne sont pas parties avant"), (2, "trop loin")], ids=["avant", "trop loin"]
)
def test_nobody_notes_an_impossible_day(days: int, said: str) -> None:
    run = printed()
    with pytest.raises(DomainError, match=said):
        note_posted(run_ids=[run.pk], on=MONDAY + timedelta(days=days), by=BY, at=MONDAY_MORNING)
    run.refresh_from_db()
    assert run.posted_on is None


def test_a_refused_day_keeps_what_was_typed_and_says_why() -> None:
    office = sign_in("rsa_office")
    run = printed()
    answer = office.post(reverse("messaging:posted", args=[run.pk]), {"on": "2020-01-01"})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "elles ne sont pas parties avant" in text and 'value="2020-01-01"' in text
