"""The gestionnaire RSA tells the decision: letters in batch, the day posted, the receipt and its proof."""

import io
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.audit.models import FieldChange
from emploi.foundation.documents.models import Document
from emploi.foundation.messaging.models import Message, PrintRun, Registered
from emploi.foundation.messaging.paper.posting import note_posted
from emploi.foundation.messaging.printing import print_letters
from emploi.pathway.orientation import actions, queries
from emploi.pathway.orientation.models import Decision
from tests.pathway.orientation.cast import MORNING, World, decided, entrant, ready_to_orient
from tests.pathway.orientation.test_journey import page, signed_in

pytestmark = pytest.mark.django_db
TUESDAY = MORNING + timedelta(days=1)
FRIDAY = MORNING + timedelta(days=4)
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def office(world: World) -> Client:
    return signed_in(world.office)


def two(world: World) -> list[Decision]:
    return [decided(world, ready_to_orient(world, entrant(name, "Exemple"))) for name in ("Un", "Deux")]


def registered(world: World) -> tuple[Decision, Message]:
    """A decision whose registered letter was printed on Tuesday."""
    decision = decided(world, ready_to_orient(world))
    by = world.office.as_actor()
    actions.ask_notification(decision_id=decision.pk, means="registered", by=by, at=MORNING)
    letter = Message.objects.get(channel="letter")
    print_letters(message_ids=[letter.pk], by=by, at=TUESDAY)
    return decision, letter


def follow(client: Client, letter: Message, **typed: object) -> object:
    with clock.frozen(FRIDAY):
        return client.post(reverse("messaging:registered", args=[letter.pk]), {"number": "1A 234 567 8901 2", **typed})


def test_she_notifies_several_by_letter_and_the_decision_stays_with_those_who_decide(
    world: World, office: Client
) -> None:
    first, second = two(world)
    with clock.frozen(MORNING):
        answer = office.post(
            reverse("orientation:notify_several"), {"decision": [first.pk, second.pk], "means": "letter"}, follow=True
        )
        text = answer.content.decode()
        assert "2 lettres demandées" in text and 'href="/courriers/"' in text
        again = office.post(
            reverse("orientation:notify_several"), {"decision": [first.pk], "means": "letter"}, follow=True
        )
        assert "déjà demandée" in again.content.decode()
        assert Message.objects.filter(channel="letter", status="queued").count() == 2
        assert office.get(reverse("orientation:decide_for", args=[first.entry_id])).status_code == 403
        counsellor = signed_in(world.social_worker)
        refused = counsellor.post(reverse("orientation:notify_several"), {"decision": [first.pk], "means": "letter"})
        assert refused.status_code == 403


def test_the_day_of_posting_is_the_day_of_notification_until_it_is_corrected(world: World) -> None:
    by = world.office.as_actor()
    first, second = two(world)
    actions.ask_notifications(decision_ids=[first.pk, second.pk], means="letter", by=by, at=MORNING)
    ids = list(Message.objects.filter(channel="letter").values_list("pk", flat=True))
    print_letters(message_ids=ids, by=by, at=TUESDAY)
    # One of them was given back and posted on Friday: dated by hand, it no longer follows the bag.
    actions.note_notified(decision_id=second.pk, on=FRIDAY.date(), by=by, at=FRIDAY)
    run = PrintRun.objects.get()
    note_posted(run_ids=[run.pk], on=date(2026, 11, 26), by=by, at=FRIDAY)
    note_posted(run_ids=[run.pk], on=date(2026, 11, 25), reason="Le bordereau dit le 25", by=by, at=FRIDAY)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.notified_on, second.notified_on) == (date(2026, 11, 25), FRIDAY.date())
    kept = FieldChange.objects.filter(table_name="orientation_decision", column_name="notified_on", row_id=first.pk)
    assert list(kept.order_by("pk").values_list("new", flat=True)) == ["2026-11-24", "2026-11-26", "2026-11-25"]


def test_the_receipt_dates_the_notification_and_its_copy_is_kept(world: World, office: Client) -> None:
    decision, letter = registered(world)
    assert "Noter le numéro ou l’avis" in page(office, f"/orientations/{decision.pk}/").text
    slip = SimpleUploadedFile("avis.pdf", io.BytesIO(PDF).read(), content_type="application/pdf")
    answer = follow(office, letter, outcome="received", on="2026-11-26", proof=slip)
    assert answer.status_code == 302
    decision.refresh_from_db()
    assert decision.notified_on == date(2026, 11, 26)
    kept = Registered.objects.get()
    assert (kept.number, kept.outcome) == ("1A23456789012", "received")
    proof = Document.objects.get(kind="registered_proof")
    opened = reverse("documents:download", args=[proof.uuid])
    assert office.get(opened).status_code == 200
    assert signed_in(world.social_worker).get(opened).status_code in (403, 404)
    assert "1A23456789012" in page(office, f"/orientations/{decision.pk}/").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"number": "?"}, "Écrivez le numéro"),
        ({"outcome": "received"}, "Indiquez le jour"),
        ({"outcome": "received", "on": "2026-11-20"}, "pas avant"),
        ({"outcome": "received", "on": "2026-12-25"}, "dans le futur"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_typed_is_lost(
    world: World, office: Client, typed: dict[str, str], said: str
) -> None:
    _, letter = registered(world)
    answer = follow(office, letter, **typed)
    text = answer.content.decode()
    assert answer.status_code == 422 and said in text
    assert not Registered.objects.exists()
    assert 'value="1A 234 567 8901 2"' in text or "number" in typed


def test_a_letter_still_to_print_has_no_number_yet(world: World, office: Client) -> None:
    decision = decided(world, ready_to_orient(world))
    actions.ask_notification(decision_id=decision.pk, means="registered", by=world.office.as_actor(), at=MORNING)
    assert "Noter le numéro" not in page(office, f"/orientations/{decision.pk}/").text
    assert "Imprimez d’abord" in follow(office, Message.objects.get(channel="letter")).content.decode()


def test_a_letter_left_at_the_post_counts_from_its_presentation_and_a_returned_one_told_nobody(
    world: World, office: Client
) -> None:
    decision, letter = registered(world)
    follow(office, letter, outcome="unclaimed", on="2026-11-26")
    decision.refresh_from_db()
    assert decision.notified_on == date(2026, 11, 26)
    refused = follow(office, letter, outcome="returned", on="2026-11-27")
    assert "pourquoi cela change" in refused.content.decode()
    follow(office, letter, outcome="returned", on="2026-11-27", reason="L’enveloppe est revenue")
    decision.refresh_from_db()
    letter.refresh_from_db()
    assert (decision.notified_on, letter.status) == (None, "failed")
    assert [row.pk for row in queries.untold_decisions()] == [decision.pk]
