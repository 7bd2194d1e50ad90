"""Letters: one PDF for a batch, each on its page, its address in the window, its date kept as the proof."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import typst
from django.db import connection
from pypdf import PdfReader

from emploi.foundation.audit.writing import acting
from emploi.foundation.documents.actions import store
from emploi.foundation.documents.queries import content_of
from emploi.foundation.documents.typst import page_count
from emploi.foundation.errors import DomainError
from emploi.foundation.messaging.models import Message, PrintRun
from emploi.foundation.messaging.printing import compose, fail_print, letters_pdf, print_letters, request_print
from emploi.foundation.messaging.queries import letters_to_print
from tests.foundation.messaging.helpers import ADDRESS, BY, MONDAY_MORNING, at_nine, outgoing, queue, statuses

pytestmark = pytest.mark.django_db

POINTS_PER_MM = 72 / 25.4
LONG_NAME = "Mme Marie-Antoinette Bernadette Joséphine DE LA ROCHEFOUCAULD-MONTMORENCY épouse VAN DER STRAETEN-PONTHOZ"


@pytest.fixture(autouse=True)
def _files(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


def letters(count: int, to: str = ADDRESS, **context) -> list[int]:
    rows = [
        outgoing(
            f"l{number}",
            channel="letter",
            to=to,
            context={
                "word": f"n° {number}",
                "link_url": f"http://localhost:8000/i/jeton-{number}/",
                "link_address": "localhost:8000/code",
                "link_code": f"ABCD-{number}",
                **context,
            },
        )
        for number in range(count)
    ]
    return [message.pk for message in queue(*rows)]


def pages_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def places_of(pdf: bytes, word: str) -> list[tuple[float, float]]:
    """Where a word starts on the first page, in millimetres from the left and from the top."""
    found: list[tuple[float, float]] = []
    page = PdfReader(io.BytesIO(pdf)).pages[0]
    height = float(page.mediabox.height)

    def visit(text, user, matrix, _font, _size) -> None:
        if word in text:
            left = matrix[4] * user[0] + matrix[5] * user[2] + user[4]
            bottom = matrix[4] * user[1] + matrix[5] * user[3] + user[5]
            found.append((left / POINTS_PER_MM, (height - bottom) / POINTS_PER_MM))

    page.extract_text(visitor_text=visit)
    return found


def test_several_letters_are_one_pdf_each_on_its_page() -> None:
    ids = letters(3)
    document = print_letters(message_ids=ids, by=BY, at=MONDAY_MORNING)
    pages = pages_of(content_of(document))
    assert len(pages) == 3
    for number, page in enumerate(pages):
        assert f"Objet : Courrier d’essai – n° {number}" in page
        assert f"ABCD-{number}" in page
        assert "page 1 / 1" in page
        assert "Le 23 novembre 2026" in page
        assert "DONNÉES FICTIVES" in page
    assert statuses() == {"sent": 3}
    assert set(Message.objects.values_list("sent_at", flat=True)) == {MONDAY_MORNING}
    assert document.name == f"courriers-2026-11-23-{PrintRun.objects.get().pk}.pdf"


@pytest.mark.parametrize("duplex", [False, True])
def test_what_a_letter_says_is_enclosed_is_printed_behind_it(duplex: bool) -> None:
    ids = letters(3)
    enclosed = store(
        name="decision.pdf", content=_paper("DÉCISION JOINTE", pages=2), kind="d", by=BY, at=MONDAY_MORNING
    )
    with acting(BY):
        Message.objects.filter(pk=ids[1]).update(document=enclosed)
    pages = pages_of(content_of(print_letters(message_ids=ids, duplex=duplex, by=BY, at=MONDAY_MORNING)))
    written = [page for page in pages if page.strip()]
    assert [("DÉCISION JOINTE" in page) for page in written] == [False, False, True, True, False]
    starts = [pages.index(page) for page in (written[0], written[1], written[2], written[4])]
    assert starts == ([0, 2, 4, 6] if duplex else [0, 1, 2, 4])


def _paper(words: str, *, pages: int) -> bytes:
    """A PDF of several pages bearing these words."""
    return bytes(typst.compile("#pagebreak()\n".join([f"{words} {number}\n" for number in range(pages)]).encode()))


@pytest.mark.parametrize("name", ["Mme Zoé ŒUVRÉ", LONG_NAME])
def test_the_whole_address_falls_in_the_window_of_the_envelope(name: str) -> None:
    address = f"{name}\nAppartement 3, bâtiment B\nRésidence Les Lilas\n12 rue de l'Église\n99000 EXEMPLEVILLE"
    letters(1, to=address)
    pdf = letters_pdf([Message.objects.get()], on=MONDAY_MORNING.date())
    places = places_of(pdf, "EXEMPLEVILLE")
    left, top = places[-1]
    assert 100 <= left <= 190
    assert 55 <= top <= 79
    assert "Mme" in pages_of(pdf)[0]


def test_recto_verso_never_puts_two_people_on_one_sheet() -> None:
    ids = letters(3)
    single = letters_pdf(list(Message.objects.filter(pk__in=ids)), on=MONDAY_MORNING.date())
    double = letters_pdf(list(Message.objects.filter(pk__in=ids)), on=MONDAY_MORNING.date(), duplex=True)
    assert page_count(single) == len(pages_of(single)) == 3
    assert ["Objet" in page for page in pages_of(double)] == [True, False, True, False, True]


def test_a_letter_of_two_pages_counts_its_own_pages() -> None:
    letters(2, word="très long " * 700)
    pages = pages_of(letters_pdf(list(Message.objects.order_by("pk")), on=MONDAY_MORNING.date()))
    assert "page 1 / " in pages[0]
    assert [page for page in pages if "page 1 / " in page] != [pages[0]]
    assert not any("/ 1\n" in page for page in pages[:1])


@pytest.mark.parametrize(
    "nasty",
    [
        "#panic()",
        "*gras* _it_",
        "$x$ <label> @ref",
        "= Titre",
        "https://a.fr",
        '\\#read("/etc/passwd")',
        "[a] `b`",
        "12. Foo",
        '"guillemets"',
    ],
)
def test_whatever_a_name_contains_the_letter_prints_it_and_runs_nothing(nasty: str) -> None:
    letters(1, word=nasty, to=f"{nasty}\n12 rue\n99000 EXEMPLEVILLE")
    page = pages_of(letters_pdf([Message.objects.get()], on=MONDAY_MORNING.date()))[0]
    assert page.count(nasty) >= 2


def test_a_letter_is_printed_once() -> None:
    ids = letters(2)
    print_letters(message_ids=ids[:1], by=BY, at=MONDAY_MORNING)
    print_letters(message_ids=ids, by=BY, at=MONDAY_MORNING + timedelta(hours=1))
    assert [run.total for run in PrintRun.objects.order_by("pk")] == [1, 1]
    with pytest.raises(DomainError, match="déjà imprimés"):
        print_letters(message_ids=ids, by=BY, at=MONDAY_MORNING)


def test_a_run_stopped_half_way_finishes_when_taken_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    from emploi.foundation.messaging import printing

    monkeypatch.setattr(printing, "PART", 2)
    run = request_print(message_ids=letters(5), by=BY, at=MONDAY_MORNING)
    with monkeypatch.context() as patch:
        patch.setattr(printing, "_finish", lambda **_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            compose(run_id=run.pk, by=BY, now=at_nine)
    run.refresh_from_db()
    assert (run.done, run.document_id) == (5, None)
    assert statuses() == {"queued": 5}
    assert letters_to_print().count() == 0, "no other run may take them"
    document = compose(run_id=run.pk, by=BY, now=at_nine)
    assert page_count(content_of(document)) == 5
    assert compose(run_id=run.pk, by=BY, now=at_nine) == document


def test_a_run_that_cannot_be_composed_gives_its_letters_back() -> None:
    run = request_print(message_ids=letters(2), by=BY, at=MONDAY_MORNING)
    fail_print(run_id=run.pk, error="police introuvable", by=BY, at=MONDAY_MORNING)
    assert letters_to_print().count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_people_pressing_the_button_print_each_letter_once() -> None:
    ids = letters(10)

    def press(_: int) -> int:
        try:
            return request_print(message_ids=ids, by=BY, at=MONDAY_MORNING).total
        except DomainError:
            return 0
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, range(2))) == [0, 10]
