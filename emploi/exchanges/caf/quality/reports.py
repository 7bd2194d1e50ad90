"""The figures of quality, file by file, and the report sent back to the payer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from emploi.exchanges.caf.models import Defect, ReceivedFile
from emploi.exchanges.caf.quality.kinds import DefectKind
from emploi.foundation import department
from emploi.foundation.documents.typst import typst_pdf
from emploi.foundation.intake import workflow
from emploi.foundation.ui.exports import Column
from emploi.foundation.ui.french import date_long_fr, nombre

FILES_SHOWN = 12
ROWS_PRINTED = 2000
# What only the Département can complete is not a fault of the payer's file.
OURS = (DefectKind.NO_CONTACT,)
COLUMNS = (
    Column("Numéro de demande RSA", "claim_number"),
    Column("Rang dans le fichier", lambda defect: defect.number or ""),
    Column("Défaut", lambda defect: defect.get_kind_display()),
    Column("Détail", "detail"),
)


@dataclass(frozen=True, slots=True)
class Figures:
    """One file and how many of its dossiers carry each kind of defect, in the order of the kinds."""

    file: ReceivedFile
    counts: tuple[tuple[str, str, int], ...]

    @property
    def total(self) -> int:
        """All defects together."""
        return sum(number for _, _, number in self.counts)

    def share(self, kind: str) -> float | None:
        """Defects of a kind for a hundred dossiers."""
        number = {slug: count for slug, _, count in self.counts}[kind]
        return 100 * number / self.file.found_count if self.file.found_count else None


def figures(payer: str = "") -> list[Figures]:
    """The last monthly files counted, the latest first: one query."""
    found = ReceivedFile.objects.filter(run__status__in=workflow.APPLIED, flow_type="M", defects__isnull=False)
    if payer:
        found = found.filter(payer=payer)
    latest = found.select_related("run").order_by("-reference_on", "-created_on", "-pk")[:FILES_SHOWN]
    return [of_file(file) for file in latest]


def of_file(file: ReceivedFile) -> Figures:
    """The figures of one file."""
    counts = file.defects or {}
    return Figures(file, tuple((kind.value, str(kind.label), int(counts.get(kind.value, 0))) for kind in DefectKind))


def behind(file: ReceivedFile, kind: str = "") -> QuerySet[Defect]:
    """The dossiers behind the figures of a file."""
    found = Defect.objects.filter(run=file.run_id).order_by("kind", "number", "claim_number", "pk")
    return found.filter(kind=kind) if kind else found


def to_send(file: ReceivedFile) -> QuerySet[Defect]:
    """What the payer is asked to correct."""
    return behind(file).exclude(kind__in=OURS)


def pdf(file: ReceivedFile) -> bytes:
    """The report to send back, with its letterhead."""
    rows = list(to_send(file)[:ROWS_PRINTED])
    found = of_file(file)
    data: dict[str, Any] = {
        "sender": department.identity().name,
        "file": file.run.file_name,
        "reference": date_long_fr(file.reference_on),
        "created": date_long_fr(file.created_on),
        "dossiers": nombre(file.found_count),
        "counts": [[label, nombre(count)] for kind, label, count in found.counts if kind not in OURS and count],
        "rows": [[row.claim_number or f"rang {row.number}", str(row.get_kind_display()), row.detail] for row in rows],
        "left_out": max(0, to_send(file).count() - len(rows)),
    }
    return typst_pdf("caf/quality", data)
