"""A huge file sent by the browser: it goes to disk as it comes, memory stays flat, one sentence says what became of it.

`EMPLOI_UPLOAD_MB=1024` sends the gigabyte of the promise; the ordinary tests take the same road with less.
"""

import io
import logging
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.http import HttpResponse
from django.test import Client
from django.test.client import ClientHandler

from emploi.foundation.documents.models import Document
from emploi.foundation.intake.models import Run

pytestmark = pytest.mark.django_db
MEGABYTE = 1024 * 1024
SENT = int(os.environ.get("EMPLOI_UPLOAD_MB", "160")) * MEGABYTE
# What one request may take beside the file: the pieces in flight, far from the file itself.
GROWTH_MAX = 48 * MEGABYTE
EDGE = "edge-of-the-parts"


class Body(io.RawIOBase):
    """The body of a form, made as it is read: the file is never anywhere whole."""

    def __init__(self, name: str, size: int) -> None:
        self.head = (
            f'--{EDGE}\r\nContent-Disposition: form-data; name="received_on"\r\n\r\n\r\n--{EDGE}\r\n'
            f'Content-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: text/csv\r\n\r\n'
        ).encode()
        self.tail = f"\r\n--{EDGE}--\r\n".encode()
        self.left, self.size = size, size

    def __len__(self) -> int:
        return len(self.head) + self.size + len(self.tail)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if self.head:
            piece, self.head = self.head, b""
        elif self.left:
            count = min(self.left, size if size > 0 else MEGABYTE, MEGABYTE)
            piece, self.left = b"\x01" * count, self.left - count
        else:
            piece, self.tail = self.tail, b""
        return piece


def peak() -> int:
    """The largest memory this process has held since `forget_peak`, in bytes."""
    found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) * 1024


def forget_peak() -> int:
    """Begins a new measure; answers what is held now."""
    Path("/proc/self/clear_refs").write_text("5")
    return peak()


def send(client: Client, name: str) -> tuple[HttpResponse, int]:
    """Posts a file through the whole stack; the answer, and the growth of memory."""
    body = Body(name, SENT)
    environ = client._base_environ(
        REQUEST_METHOD="POST",
        PATH_INFO="/imports/tableurs/",
        CONTENT_TYPE=f"multipart/form-data; boundary={EDGE}",
        CONTENT_LENGTH=str(len(body)),
    )
    before = forget_peak()
    answer = ClientHandler(enforce_csrf_checks=False)({**environ, "wsgi.input": body})
    return answer, peak() - before


@pytest.fixture
def desk(sign_in: Callable[[str], Client]) -> Client:
    return sign_in("rsa_office")


def test_a_file_beyond_the_limit_is_refused_with_a_sentence_and_kept_nowhere(desk: Client, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = SENT - MEGABYTE
    answer, growth = send(desk, "enorme.csv")
    most = settings.UPLOAD_MAX_BYTES // MEGABYTE
    assert answer.status_code == 422
    assert f"Ce fichier est trop lourd : {most} Mo au plus." in answer.content.decode()
    assert not Run.objects.exists() and not Document.objects.exists()
    assert growth < GROWTH_MAX, f"{growth / MEGABYTE:.0f} MB"
    logging.info("%s MB refused, %.1f MB of memory", SENT // MEGABYTE, growth / MEGABYTE)


def test_a_file_within_the_limit_is_archived_piece_by_piece_then_refused_for_what_it_is(
    desk: Client, settings: Any
) -> None:
    settings.UPLOAD_MAX_BYTES = SENT
    answer, growth = send(desk, "enorme.csv")
    run = Run.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/imports/tableurs/{run.pk}/")
    assert (run.size, run.status) == (SENT, "refused")
    assert run.error.endswith(".")
    assert growth < GROWTH_MAX, f"{growth / MEGABYTE:.0f} MB"
    logging.info("%s MB archived, %.1f MB of memory", SENT // MEGABYTE, growth / MEGABYTE)


def test_the_limit_is_a_setting_of_one_gigabyte() -> None:
    assert configured.UPLOAD_MAX_BYTES == 1024**3
