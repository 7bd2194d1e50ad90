"""Files kept, checked by content, opened by those who may."""

import io
import zipfile
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import reverse

from emploi.foundation.actor import Actor
from emploi.foundation.audit.models import Consultation, JournalEntry
from emploi.foundation.documents import links, sniffing
from emploi.foundation.documents.access import _checks, may_open, register_access
from emploi.foundation.documents.actions import accept_upload, clean_name, store
from emploi.foundation.documents.models import Document
from emploi.foundation.documents.queries import about_person, content_of
from emploi.foundation.errors import DomainError
from tests.foundation.messaging.helpers import MONDAY_MORNING, sign_in

pytestmark = pytest.mark.django_db

BY = Actor("agent", 3, "Alice Martin")
PDF = b"%PDF-1.7\n%%EOF"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def open_kind():
    register_access("essai", lambda agent, document: True)
    yield "essai"
    _checks.pop("essai")


def test_a_kind_opens_as_soon_as_one_of_its_checks_agrees() -> None:
    document = Document(kind="essai_à_deux")
    assert not may_open(None, document)
    try:
        register_access("essai_à_deux", lambda agent, document: False)
        assert not may_open(None, document)
        register_access("essai_à_deux", lambda agent, document: True)
        register_access("essai_à_deux", lambda agent, document: False)
        assert may_open(None, document)
    finally:
        _checks.pop("essai_à_deux")


def keep(content: bytes = PDF, **changes) -> Document:
    return store(
        **{"name": "contrat.pdf", "content": content, "kind": "essai", "by": BY, "at": MONDAY_MORNING, **changes}
    )


def test_a_document_is_kept_encrypted_with_its_author_and_its_print(folder: Path) -> None:
    document = keep(person_id=5)
    on_disk = (folder / document.path).read_bytes()
    assert PDF not in on_disk
    assert content_of(document) == PDF
    assert (document.media_type, document.size, document.created_by_label) == (sniffing.PDF, len(PDF), "Alice Martin")
    assert list(about_person(5)) == [document]
    assert JournalEntry.objects.filter(event="documents.DocumentStored", person_id=5).exists()


def test_a_large_file_is_streamed(folder: Path) -> None:
    content = b"a" * (3 * 1024 * 1024 + 7)
    document = keep(io.BytesIO(content), name="grand.txt")
    assert (document.size, content_of(document) == content) == (len(content), True)


def test_what_fails_leaves_no_file_behind(folder: Path) -> None:
    with pytest.raises(Exception, match="too long"), transaction.atomic():
        keep(kind="k" * 60)
    assert [p for p in folder.rglob("*") if p.is_file()] == []


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\a.pdf", "a.pdf"),
        ("a\x00b\n.pdf", "ab.pdf"),
        ("...", "document"),
        ("é" * 300 + ".pdf", "é" * 196 + ".pdf"),
    ],
)
def test_a_name_is_only_a_name(name: str, kept: str) -> None:
    assert clean_name(name) == kept


def office_file(member: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(member, "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (PDF, "x.exe", sniffing.PDF),
        (b"\x89PNG\r\n\x1a\nxx", "x", sniffing.PNG),
        (b"\xff\xd8\xff\xe0", "photo.png", sniffing.JPEG),
        (office_file("xl/workbook.xml"), "a.xlsx", sniffing.XLSX),
        (office_file("word/document.xml"), "a.xlsx", sniffing.DOCX),
        (office_file("autre"), "a.xlsx", sniffing.ZIP),
        (b"PK\x03\x04 coupe", "a.xlsx", sniffing.UNKNOWN),
        (b"\xef\xbb\xbf<?xml version='1.0'?><a/>", "a.csv", sniffing.XML),
        ("Nom;Prénom\n".encode("latin-1"), "a.csv", sniffing.CSV),
        (b"texte", "a.md", sniffing.TEXT),
        (b"<html><script>1</script>", "a.txt", sniffing.UNKNOWN),
        (b"MZ\x90\x00\x03", "a.pdf", sniffing.UNKNOWN),
        (b"", "a.pdf", sniffing.UNKNOWN),
    ],
)
def test_a_file_is_what_its_bytes_say(content: bytes, name: str, media_type: str) -> None:
    assert sniffing.sniff(io.BytesIO(content), name) == media_type


@pytest.mark.parametrize(
    ("content", "words"), [(b"MZ\x90\x00", "en réalité"), (b"", "vide"), (PDF + b"x" * 2_000_000, "1 Mo au plus")]
)
def test_a_wrong_upload_is_refused_in_plain_words(content: bytes, words: str) -> None:
    with pytest.raises(DomainError, match=words) as refusal:
        accept_upload(
            upload=io.BytesIO(content),
            name="cv.pdf",
            kind="essai",
            allowed=sniffing.PIECES,
            max_bytes=1_048_576,
            by=BY,
            at=MONDAY_MORNING,
        )
    assert refusal.value.field == "file"
    assert Document.objects.count() == 0


def test_a_document_opens_for_those_its_owner_names_and_leaves_a_trace(open_kind: str) -> None:
    document = keep(name='décision "finale".pdf', person_id=9)
    answer = sign_in("counsellor").get(reverse("documents:download", args=[document.uuid]))
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"].startswith('inline; filename="decision finale.pdf"')
    assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "private, no-store")
    assert Consultation.objects.filter(person_id=9).count() == 1


def test_a_kind_nobody_speaks_for_stays_closed() -> None:
    document = keep(kind="inconnu")
    assert sign_in("head_of_service").get(reverse("documents:download", args=[document.uuid])).status_code == 403


def test_what_a_browser_might_run_is_downloaded(open_kind: str) -> None:
    document = keep(b"<?xml version='1.0'?><svg/>", name="a.svg")
    answer = sign_in("counsellor").get(reverse("documents:download", args=[document.uuid]))
    assert answer["Content-Disposition"].startswith("attachment")
    assert "script-src 'none'" in answer["Content-Security-Policy"]


def test_a_signed_link_opens_one_document_for_a_month(client, monkeypatch: pytest.MonkeyPatch) -> None:
    document = keep()
    path = links.signed_path(document.uuid)
    assert b"".join(client.get(path).streaming_content) == PDF
    assert client.get(path[:-3] + "xx/").status_code == 404
    monkeypatch.setattr(links, "LIFETIME", -1)
    gone = client.get(path)
    assert (gone.status_code, "ne fonctionne plus" in gone.content.decode()) == (404, True)


def test_a_lost_file_is_said_not_shown_as_an_error(open_kind: str) -> None:
    document = keep()
    default_storage.delete(document.path)
    answer = sign_in("counsellor").get(reverse("documents:download", args=[document.uuid]))
    assert (answer.status_code, "sauvegarde" in answer.content.decode()) == (500, True)
