"""Mutated files: never a crash, never half a dossier, always a French reason."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emploi.exchanges.caf.contacts import read_contacts
from emploi.exchanges.caf.reader import survey
from emploi.exchanges.caf.reading.frame import RefusedFile
from emploi.exchanges.caf.reading.parsing import DossierReader, Parsed
from emploi.exchanges.caf.reading.sources import clear_file
from emploi.pathway.beneficiaries.facts import HouseholdFacts
from tests.exchanges.caf.builder import Dossier, Someone, file_of, many, stopped_payment, written
from tests.exchanges.caf.test_contacts_file import HEADING, LINE
from tests.exchanges.caf.test_mapping import COUPLE

SOUND = file_of(
    COUPLE,
    *many(3),
    Dossier(claim="00000070099", state="4", situation=stopped_payment("05")),
    Dossier(claim="00000071099", people=(Someone("ÉLOÏSE"), Someone("LOU", role="ENF", nir=""))),
)
CONTACTS = f"{HEADING}\r\n{LINE}\r\n{LINE}\r\n".encode("cp1252")
PIECES = st.sampled_from(
    [
        b"",
        b"<",
        b">",
        b"</",
        b"&",
        b"&lol;",
        b"\x00",
        b"\xff",
        b"<!--",
        b"]]>",
        b"<![CDATA[",
        b"<InfosFoyerRSA>",
        b"</InfosFoyerRSA>",
        b"</Racine>",
        b"<?xml?>",
        b"9" * 40,
        b"\r\n",
        b" " * 300,
        b"<A>" * 300,
    ]
)


@st.composite
def mutated(draw: st.DrawFn, sound: bytes) -> bytes:
    """A sound file with a few bytes flipped, cut, doubled or replaced."""
    data = bytearray(sound)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        length = draw(st.integers(0, 60))
        kind = draw(st.sampled_from(["flip", "cut", "put", "double", "end"]))
        if kind == "flip" and data:
            data[at] = draw(st.integers(0, 255))
        elif kind == "cut":
            del data[at : at + length]
        elif kind == "put":
            data[at:at] = draw(PIECES)
        elif kind == "double":
            data[at:at] = data[at : at + length]
        elif draw(st.booleans()):
            del data[at:]
    return bytes(data)


def outcome(content: bytes, folder: Path) -> list[Parsed] | str:
    """What becomes of a file: its dossiers read one by one, or one sentence."""
    path = written(folder, content)
    try:
        with clear_file(path, folder / "work") as clear:
            found = survey(clear)
            reader = DossierReader(clear, found.encoding, "099")
            try:
                return reader.read(list(found.spans))
            finally:
                reader.close()
    except RefusedFile as refused:
        return refused.message


def assert_french(reason: str) -> None:
    assert reason[:1].isupper() or reason.startswith("«")
    assert reason.rstrip().endswith(".")
    assert not any(word in reason for word in ("Element", "Error", "expected", "Traceback", "None"))


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(content=mutated(SOUND))
def test_a_mutated_file_of_dossiers_gives_facts_or_a_french_reason(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        found = outcome(content, Path(folder))
    if isinstance(found, str):
        assert_french(found)
        return
    for parsed in found:
        assert (parsed.facts is None) != (parsed.refusal is None)
        if parsed.refusal:
            assert_french(parsed.refusal.reason)
        else:
            assert isinstance(parsed.facts, HouseholdFacts)
            assert parsed.facts.claim_number
            assert parsed.facts.members


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(content=mutated(CONTACTS))
def test_a_mutated_contact_file_gives_facts_or_a_french_reason(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        try:
            lines = list(read_contacts(written(Path(folder), content, "c.csv")))
        except RefusedFile as refused:
            assert_french(refused.message)
            return
    for line in lines:
        assert (line.facts is None) == bool(line.reason)
        if line.reason:
            assert_french(line.reason)


@settings(max_examples=200, deadline=None)
@given(content=st.binary(max_size=3000))
def test_any_bytes_give_a_sentence(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        found = outcome(content, Path(folder))
    assert isinstance(found, str)
    assert_french(found)


def test_the_sound_files_are_sound(tmp_path: Path) -> None:
    found = outcome(SOUND, tmp_path)
    assert not isinstance(found, str)
    assert [parsed.refusal for parsed in found] == [None] * 6
    assert all(line.facts for line in read_contacts(written(tmp_path, CONTACTS, "c.csv")))


@pytest.mark.parametrize("opening", [b"\x1f\x8b", b"PK\x03\x04"])
def test_false_archives_are_refused(opening: bytes, tmp_path: Path) -> None:
    found = outcome(opening + b"\x08\x00" * 200, tmp_path)
    assert isinstance(found, str)
    assert_french(found)
