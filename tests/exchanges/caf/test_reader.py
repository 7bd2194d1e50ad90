"""Finding the dossiers of a file: whole, damaged, repeated, cut, hostile."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from emploi.exchanges.caf import reader
from emploi.exchanges.caf.engine.helper import Helper
from emploi.exchanges.caf.reader import dossier_hash, survey
from emploi.exchanges.caf.reading import sources
from emploi.exchanges.caf.reading.frame import RefusedFile
from emploi.exchanges.caf.reading.parsing import DossierReader
from emploi.exchanges.caf.reading.sources import clear_file
from tests.exchanges.caf.builder import Dossier, Someone, file_of, many, written


def problems(content: bytes, folder: Path) -> list[str]:
    return [span.problem for span in survey(written(folder, content)).spans]


def refused(content: bytes, folder: Path) -> RefusedFile:
    with pytest.raises(RefusedFile) as caught:
        survey(written(folder, content))
    return caught.value


def test_every_dossier_is_found_where_it_lies(tmp_path: Path) -> None:
    content = file_of(*many(3))
    found = survey(written(tmp_path, content))
    assert [span.claim_number for span in found.spans] == ["00000001099", "00000002099", "00000003099"]
    for span in found.spans:
        raw = content[span.offset : span.offset + span.length]
        assert raw.startswith(b"<InfosFoyerRSA>")
        assert raw.endswith(b"</InfosFoyerRSA>")
        assert span.content_hash == dossier_hash(raw)
    assert found.header.reference_on.isoformat() == "2026-10-31"
    assert found.header.created_on.isoformat() == "2026-11-05"
    assert found.header.source == "monthly"
    assert (found.trailer.transmitted, found.trailer.anomalies) == (3, 0)
    assert found.departments == {"099": 3}
    assert found.organisms == {("CAF", "991"): 3}


def test_a_tag_cut_between_two_reads_is_still_a_tag(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = file_of(*many(2))
    for size in (40, 41, 57, 1021):
        monkeypatch.setattr(reader, "CHUNK", size)
        assert [span.claim_number for span in survey(written(tmp_path, content)).spans] == [
            "00000001099",
            "00000002099",
        ]


def test_indentation_and_padding_do_not_change_a_dossier() -> None:
    plain = Dossier().xml().encode()
    indented = plain.replace(b"><", b">\r\n\t\t<").replace(b"EXEMPLEVILLE<", b"EXEMPLEVILLE   <")
    assert dossier_hash(plain) == dossier_hash(indented)
    assert dossier_hash(plain) != dossier_hash(plain.replace(b"MODELE", b"MODELES"))


def test_a_dossier_never_closed_does_not_swallow_the_next(tmp_path: Path) -> None:
    broken = Dossier(claim="00000009099").xml().replace("</InfosFoyerRSA>", "")
    assert problems(file_of(broken, *many(2)), tmp_path) == ["unclosed", "", ""]
    assert problems(file_of(*many(2), broken), tmp_path) == ["", "", "unclosed"]


def test_a_dossier_whose_first_tag_is_damaged_is_not_lost(tmp_path: Path) -> None:
    broken = Dossier().xml().replace("<InfosFoyerRSA>", "<InfosFoyeRRSA>")
    assert problems(file_of(broken, *many(2)), tmp_path) == ["stray", "", ""]
    assert problems(file_of(*many(1), broken, *many(1, first=2)), tmp_path) == ["", "stray", ""]
    assert problems(file_of(*many(2), broken), tmp_path) == ["", "", "stray"]


def test_comments_between_dossiers_are_nothing(tmp_path: Path) -> None:
    first, second = (dossier.xml() for dossier in many(2))
    assert problems(file_of(f"{first}<!-- ici -->\n", second), tmp_path) == ["", ""]


def test_an_endless_dossier_is_set_aside_without_being_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "DOSSIER_MAX", 5000)
    long = Dossier(claim="00000009099", people=tuple(Someone(f"P{n}") for n in range(20)))
    assert problems(file_of(long, *many(1)), tmp_path) == ["too_long", ""]


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9, 0.999])
def test_a_file_cut_short_is_refused_whole(kept: float, tmp_path: Path) -> None:
    content = file_of(*many(5))
    error = refused(content[: int(len(content) * kept)], tmp_path)
    assert error.code in ("truncated", "no_header")
    assert "coupé" in error.message or "incomplet" in error.message


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"   \r\n ", "empty"),
        (b"\x00" * 100, "empty"),
        (b"MATRICULE;NIR\n1;2\n", "not_xml"),
        (b"%PDF-1.7 ...", "not_xml"),
        (b"<?xml version='1.0'?><html><body/></html>", "wrong_root"),
        (b"<?xml version='1.0' encoding='utf-8'?><!-- Racine --><fichier-PE-CG/>", "wrong_root"),
        ("<?xml version='1.0' encoding='utf-16'?><Racine/>".encode("utf-16"), "encoding"),
        (b"<?xml version='1.0' encoding='ebcdic-cp-fr'?><Racine></Racine>", "encoding"),
        (b"<?xml version='1.0'?><Racine><InfosFoyerRSA></InfosFoyerRSA></Racine>", "no_header"),
        (file_of(reference="hier"), "bad_header"),
        (file_of(created="2026-13-01"), "bad_header"),
        (file_of(nature="F"), "wrong_nature"),
    ],
)
def test_what_is_not_such_a_file_is_refused_with_a_sentence(content: bytes, code: str, tmp_path: Path) -> None:
    error = refused(content, tmp_path)
    assert error.code == code
    assert error.message.endswith(".")
    assert error.message[0].isupper()


def test_an_xml_bomb_is_refused_before_any_parsing(tmp_path: Path) -> None:
    lol = "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE Racine [<!ENTITY lol0 "lol">{lol}]><Racine>&lol9;</Racine>'
    assert refused(bomb.encode(), tmp_path).code == "forbidden_definitions"


def test_an_entity_inside_a_dossier_is_not_resolved(tmp_path: Path) -> None:
    hostile = Dossier(street="&passwd;")
    path = written(tmp_path, file_of(hostile, *many(1, first=2)))
    found = survey(path)
    first, second = DossierReader(path, found.encoding, "099").read(list(found.spans))
    assert first.refusal is not None
    assert first.refusal.code == "malformed"
    assert second.facts is not None


def test_utf8_and_windows_encodings_give_the_same_names(tmp_path: Path) -> None:
    dossier = Dossier(people=(Someone("HÉLOÏSE", last_name="ÑANDÚ"),))
    names = set()
    for encoding in ("windows-1252", "iso-8859-1", "utf-8", "iso-8859-15"):
        path = written(tmp_path, file_of(dossier, encoding=encoding))
        found = survey(path)
        parsed = DossierReader(path, found.encoding, "099").read_one(found.spans.numbered(1))
        assert parsed.facts is not None
        names.add((parsed.facts.members[0].first_name, parsed.facts.members[0].last_name))
    assert names == {("HÉLOÏSE", "ÑANDÚ")}


def test_a_byte_that_is_no_letter_refuses_its_dossier_alone(tmp_path: Path) -> None:
    content = file_of(*many(2)).replace(b"EXEMPLEVILLE", b"EXEMPLE\x81VILLE", 1)
    path = written(tmp_path, content)
    found = survey(path)
    first, second = DossierReader(path, found.encoding, "099").read(list(found.spans))
    assert first.refusal is not None
    assert first.refusal.code == "encoding"
    assert second.facts is not None


def test_gzip_and_zip_files_are_opened(tmp_path: Path) -> None:
    content = file_of(*many(2))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("dossier/../../RSABEM.xml", content)
    for data in (gzip.compress(content), packed.getvalue(), content):
        with clear_file(written(tmp_path, data), tmp_path / "work") as clear:
            assert clear.read_bytes() == content
    assert list((tmp_path / "work").iterdir()) == []


def test_archive_bombs_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "SWELL_FROM", 1 << 20)
    bomb = gzip.compress(b" " * (40 << 20))
    with pytest.raises(RefusedFile) as caught, clear_file(written(tmp_path, bomb), tmp_path / "work"):
        pass
    assert caught.value.code == "archive_bomb"
    assert list((tmp_path / "work").iterdir()) == []


@pytest.mark.parametrize("names", [(), ("a.xml", "b.xml")])
def test_an_archive_holds_one_file(names: tuple[str, ...], tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    data = packed.getvalue() if names else gzip.compress(file_of(*many(3)))[:400]
    with pytest.raises(RefusedFile) as caught, clear_file(written(tmp_path, data), tmp_path / "work"):
        pass
    assert caught.value.code == "bad_archive"


def test_the_second_process_reads_the_same_dossiers(tmp_path: Path) -> None:
    path = written(tmp_path, file_of(*many(30), Dossier(claim="00000099099", claimed="2026-02-30")))
    found = survey(path)
    spans = list(found.spans)
    here = DossierReader(path, found.encoding, "099").read(spans)
    with Helper(path, found.encoding, "099") as helper:
        helper.submit(spans[:10])
        helper.submit(spans[10:])
        there = helper.collect() + helper.collect()
    assert there == here
    assert [parsed.number for parsed in there if parsed.refusal] == [31]


def test_a_dossier_that_kills_the_second_process_is_set_aside_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, file_of(*many(4)))
    spans = list(survey(path).spans)
    with Helper(path, "cp1252", "099") as helper:
        spoilt = spans[1]._replace(offset="nowhere")  # type: ignore[arg-type]  # the process dies on it
        helper.submit([spans[0], spoilt, spans[2]])
        helper.submit([spans[3]])
        first, second = helper.collect(), helper.collect()
    assert [parsed.refusal.code if parsed.refusal else "" for parsed in first] == ["", "crash", ""]
    assert [parsed.refusal for parsed in second] == [None]
