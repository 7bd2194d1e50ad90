"""Sound files made unsound, and what must hold of the database whatever a file contained."""

import io
import os
import random
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import transaction
from django.db.models import Count

from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.intake.models import Attempt, Row, Run
from emploi.pathway.beneficiaries.events import EntryOpened
from emploi.pathway.beneficiaries.models import Contact, Entry, Household, HouseholdRole, Person
from emploi.pathway.clocks.models import Deadline

# A few in the ordinary tests; `EMPLOI_FUZZ=5000` for the promise of the product, half of XML, half of spreadsheets.
FUZZ = int(os.environ.get("EMPLOI_FUZZ", "160"))
# Where a long run begins, so that two nights do not try the same files.
FIRST = int(os.environ.get("EMPLOI_FUZZ_FIRST", "0"))
PIECES = (
    b"", b"\0", b"\xff\xfe", b"\xff", b";;;;", b'"', b"\r\n", b"=cmd|' /C calc'!A0", b"9" * 400, b" " * 300,
    b"<", b">", b"</", b"&", b"&lol;", b"<!--", b"]]>", b"<![CDATA[", b"<InfosFoyerRSA>", b"</InfosFoyerRSA>",
    b"</Personne><Personne>", b"</Racine>", b"<A>" * 300, b"31/02/1990", b"2026-13-45", b"\xc3\xa9", b"'; DROP TABLE x",
)  # fmt: skip
HURTS = ("flip", "flip", "like", "like", "cut", "put", "double", "swap", "end")
# What says that a sentence was not written for people.
JARGON = ("Traceback", "None", "expected", "Exception", "Element", "object at 0x")


def mutated(content: bytes, chance: random.Random) -> bytes:
    """A sound file with a few bytes flipped, cut, doubled or replaced; for a workbook, sometimes inside a member."""
    if content.startswith(b"PK") and chance.random() < 0.7:
        return _mutated_member(content, chance)
    data = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        _hurt(data, chance.choice(HURTS), chance.randrange(len(data) or 1), chance)
    return bytes(data)


def _hurt(data: bytearray, kind: str, at: int, chance: random.Random) -> None:
    length = chance.randint(0, 60)
    passage = bytes(data[at : at + length])
    if kind == "like":
        _replaced_by_its_like(data, at, chance)
    elif kind == "flip" and data:
        data[at] ^= 1 << chance.randrange(8)
    elif kind == "end" and chance.random() < 0.3:
        del data[at:]
    elif kind == "swap":
        other = chance.randrange(len(data) or 1)
        data[at : at + length] = data[other : other + length]
        data[other : other + length] = passage
    else:
        data[at : at + length * (kind == "cut")] = {"put": chance.choice(PIECES), "double": passage}.get(kind, b"")


def _replaced_by_its_like(data: bytearray, at: int, chance: random.Random) -> None:
    """One figure for another, one letter for another: the file stays well formed, what it says does not."""
    for place in range(at, min(at + 200, len(data))):
        if chr(data[place]).isdigit():
            data[place] = ord(chance.choice("0123456789"))
            return
        if chr(data[place]).isalpha() and chance.random() < 0.1:
            data[place] = ord(chance.choice("AEINRSTZaeinrstz"))
            return


def _mutated_member(content: bytes, chance: random.Random) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        chosen = chance.choice(old.namelist())
        for member in old.infolist():
            data = old.read(member)
            new.writestr(member.filename, mutated(data, chance) if member.filename == chosen and data else data)
    return target.getvalue()


@contextmanager
def undone() -> Iterator[None]:
    """A savepoint given back: each file meets the same Département."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def told_about_people() -> dict[str, int]:
    """How many rows each table about people holds: a refused file adds none."""
    about = ("beneficiaries", "clocks", "appointments", "orientation", "messaging")
    models = [model for label in about for model in apps.get_app_config(label).get_models()]
    return {model.__name__: model._default_manager.count() for model in models if model._meta.managed}


def assert_whole() -> None:
    """Nothing half-written: everybody has a place, every dossier somebody, every entry its owner and its journal."""
    empty = Household.objects.annotate(people=Count("roles")).filter(people=0)
    assert not empty.exists(), "a household with nobody"
    assert not Person.objects.filter(roles__isnull=True).exists(), "somebody without a place"
    assert not Person.objects.filter(name_key="").exists(), "somebody who cannot be found"
    places = set(HouseholdRole.objects.values_list("person_id", "household_id"))
    assert set(Entry.objects.values_list("person_id", "household_id")) <= places, "an entry where its owner is not"
    told = JournalEntry.objects.filter(event=EntryOpened.slug()).values_list("entry_id", flat=True)
    new = Entry.objects.filter(is_stock=False)
    assert set(new.values_list("pk", flat=True)) <= set(told), "an entry nobody was told of"
    assert not new.filter(deadlines__isnull=True).exists(), "an entry without its delays"
    assert not Contact.objects.filter(value="").exists()
    assert not Deadline.objects.filter(entry__is_stock=True).exists()


def assert_french(sentence: str) -> None:
    """A sentence for people: it begins, it ends, it is not the text of a library."""
    assert sentence and (sentence[0].isupper() or sentence[0] in "«0123456789"), sentence
    assert sentence.rstrip().endswith((".", "?", ")", "…")), sentence
    assert not any(word in sentence for word in JARGON), sentence


def assert_each_refusal_is_told(run: Run) -> int:
    """Every refused line of a run has its French reason; answers how many there are."""
    rows = list(Row.objects.filter(run=run))
    for row in rows:
        assert row.code
        assert_french(row.reason)
    assert not Attempt.objects.filter(row__run=run).exists()
    return len(rows)
