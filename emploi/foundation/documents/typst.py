"""PDF documents written with Typst: templates of the apps, the shared letterhead, several letters in one file."""

from __future__ import annotations

import json
import re
import tempfile
import zlib
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst
from django.apps import apps

from emploi.foundation import department as departments
from emploi.foundation.documents import qr

# Typst reads files under one root only: the package, so that every template may import the letterhead
# (`#import "/foundation/documents/typst/letter.typ": letter`) and the Département's logo.
ROOT = Path(departments.__file__).resolve().parent.parent
LETTERHEAD = "/foundation/documents/typst/letter.typ"
FOLDER = "typst"


class DocumentFailed(Exception):
    """A template could not be turned into a PDF: a defect of the template, with what Typst says of it."""


def typst_pdf(template: str | Path, data: dict[str, Any]) -> bytes:
    """Return the PDF of a template fed with `data` (read there with `json(bytes(sys.inputs.data))`).

    `template` is a path, or "app_label/name" for `<app>/typst/name.typ`. `data` may hold dates and decimals; the keys
    `department` (the identity) and `sample` (fictitious data) are added to it.
    """
    path = find_template(template)
    root = ROOT if path.resolve().is_relative_to(ROOT) else path.parent
    return _compile(path, {"department": letterhead(), "sample": is_sample(), **data}, root)


def merge_letters(pdfs: Sequence[bytes], *, title: str = "Courriers", duplex: bool = False) -> bytes:
    """Bind several PDF files as one, in order; `duplex` starts each on a new sheet."""
    with tempfile.TemporaryDirectory(prefix="emploi-") as folder:
        files = []
        for number, pdf in enumerate(pdfs, start=1):
            (Path(folder) / f"{number}.pdf").write_bytes(pdf)
            files.append({"path": f"{number}.pdf", "pages": page_count(pdf), "title": f"{title} {number}"})
        main = Path(folder) / "merged.typ"
        main.write_text((Path(__file__).parent / FOLDER / "merged.typ").read_text(encoding="utf-8"), encoding="utf-8")
        return _compile(main, {"title": title, "files": files, "duplex": duplex}, Path(folder))


def page_count(pdf: bytes) -> int:
    """Return the number of pages of a PDF, reading compressed object streams too."""
    parts = [pdf, *(_inflated(stream) for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.S))]
    trees = re.findall(rb"<<(?:(?!>>).)*?/Type\s*/Pages\b(?:(?!>>).)*", b"\n".join(parts), re.S)
    counts = [int(count) for tree in trees for count in re.findall(rb"/Count\s+(\d+)", tree)]
    return max(counts, default=0)


def find_template(template: str | Path) -> Path:
    """Return the file of a template named "app_label/name", or check a path. Raises LookupError."""
    if isinstance(template, Path):
        path = template
    else:
        label, _, name = template.removesuffix(".typ").partition("/")
        path = Path(apps.get_app_config(label).path) / FOLDER / f"{name}.typ"
    if not path.is_file():
        raise LookupError(f"No Typst template {template}")
    return path


def letterhead() -> dict[str, Any]:
    """Return what the letterhead prints of the Département in force."""
    identity = departments.identity()
    logo = departments.folder() / identity.logo if identity.logo else None
    inside = logo is not None and logo.is_file() and logo.resolve().is_relative_to(ROOT)
    return {
        "name": identity.name,
        "short_name": identity.short_name,
        "phone": identity.phone,
        "phone_hours": identity.public_phone_hours,
        "address_lines": list(identity.address_lines),
        "logo": f"/{logo.resolve().relative_to(ROOT).as_posix()}" if inside and logo else "",
        "accent": identity.accent,
        "signatory_title": identity.signatory_title,
    }


def is_sample() -> bool:
    """Tell whether papers must say that their data are invented."""
    return departments.is_fictitious()


def qr_link(url: str, *, title: str = "", address: str = "", code: str = "") -> dict[str, str]:
    """Return the `link` of a letter: a QR code of `url`, and what to type without a camera."""
    return {"svg": qr.svg(url), "url": url, "title": title, "address": address, "code": code}


def _compile(path: Path, data: dict[str, Any], root: Path) -> bytes:
    payload = json.dumps(data, default=_plain, ensure_ascii=False)
    compiler = typst.Compiler(str(path), root=str(root), font_paths=_fonts(), sys_inputs={"data": payload})
    try:
        pdf = compiler.compile(format="pdf")
    except typst.TypstError as error:
        raise DocumentFailed(f"{path.name}: {error.message} {' '.join(error.hints)}".strip()) from error
    if not isinstance(pdf, bytes):
        raise DocumentFailed(f"{path.name}: nothing came out")
    return pdf


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """The fonts of the machine and those Typst carries, listed once: the listing is the slow part."""
    return typst.Fonts()


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(stream)
    except zlib.error:
        return b""
