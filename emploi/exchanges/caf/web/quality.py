"""Quality of the files received: trend, dossiers behind each figure, report to send back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from emploi.exchanges.caf.models import ReceivedFile
from emploi.exchanges.caf.quality import reports
from emploi.exchanges.caf.quality.kinds import DefectKind
from emploi.exchanges.caf.quality.reports import Figures
from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.charts.specs import Point
from emploi.foundation.charts.specs import line as trend_line
from emploi.foundation.charts.svg import render_svg
from emploi.foundation.intake import actions
from emploi.foundation.intake.permissions import IMPORT_FILES
from emploi.foundation.ui.exports import export_response
from emploi.foundation.ui.french import month_fr
from emploi.foundation.ui.lists import FilterForm, listing
from emploi.pathway.beneficiaries.models import HouseholdRole
from emploi.pathway.beneficiaries.permissions import visible_to
from emploi.territory.agents.roles import Permission


class KindFilter(FilterForm):
    """One kind of defect."""

    defaut = forms.ChoiceField(label="Défaut", choices=[("", "Tous les défauts"), *DefectKind.choices])


@requires(IMPORT_FILES)
@require_safe
def quality(request: HttpRequest) -> HttpResponse:
    """The last monthly files, one column a kind of defect, and the trend of one of them."""
    found = reports.figures()
    filters = KindFilter(request.GET)
    kind = DefectKind(filters.value("defaut") or DefectKind.NO_CONTACT)
    rows = [
        (slug, label, [(line.file.run_id, line.counts[rank][2]) for line in found])
        for rank, (slug, label) in enumerate(DefectKind.choices)
    ]
    context: dict[str, Any] = {"figures": found, "rows": rows, "kinds": DefectKind.choices, "kind": kind}
    if len(found) > 1:
        title = f"{kind.label} : part des dossiers de chaque fichier mensuel"
        wide, narrow = _trend(found, kind, title, narrow=False), _trend(found, kind, title, narrow=True)
        context |= {"title": title, "svg": wide, "narrow": narrow}
    return render(request, "caf/page_quality.html", context)


@requires(IMPORT_FILES)
@require_safe
def quality_file(request: HttpRequest, run_id: int) -> HttpResponse:
    """The dossiers behind the figures of one file."""
    file = _file(run_id)
    filters = KindFilter(request.GET)
    page = listing(
        request, reports.behind(file, str(filters.value("defaut") or "")), filters=filters, sizes=(50, 100, 500)
    )
    people = _people(request, [defect.claim_number for defect in page.rows])
    context = {
        "file": file,
        "listing": page,
        "rows": [(defect, people.get(defect.claim_number)) for defect in page.rows],
        "figures": reports.of_file(file),
        "may_export": request.user.can(Permission.EXPORT),
    }
    return render(request, "caf/page_quality_file.html", context)


@requires(Permission.EXPORT)
@require_POST
def quality_report(request: HttpRequest, run_id: int, file_format: str) -> HttpResponseBase:
    """The report to send back to the payer, a CSV or a PDF to print; who takes it is said in the journal."""
    if not request.user.can(IMPORT_FILES):
        raise Http404("Ces lignes ne s’ouvrent qu’à qui importe des fichiers.")
    file = _file(run_id)
    what, lines = "Rapport de qualité pour la caisse", reports.to_send(file).count()
    actions.note_export(run=file.run, what=what, lines=lines, by=request.user.as_actor(), at=clock.now())
    name = f"qualite-{file.series}-{file.reference_on:%Y-%m-%d}"
    if file_format == "pdf":
        response = HttpResponse(reports.pdf(file), content_type="application/pdf")
        response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
        return response
    return export_response(name, reports.COLUMNS, reports.to_send(file).iterator(), "csv")


def _file(run_id: int) -> ReceivedFile:
    return get_object_or_404(ReceivedFile.objects.select_related("run"), run=run_id, defects__isnull=False)


def _people(request: HttpRequest, claims: list[str]) -> dict[str, int]:
    """The claimant's page behind each dossier, for those who may open it."""
    roles = HouseholdRole.objects.filter(
        household__claim_number__in=claims, role="DEM", ended_on__isnull=True, person__in=visible_to(request.user)
    )
    return dict(roles.values_list("household__claim_number", "person_id"))


def _trend(found: list[Figures], kind: DefectKind, title: str, *, narrow: bool) -> str:
    points = [Point(month_fr(f.file.reference_on), _rounded(f.share(kind))) for f in reversed(found)]
    return render_svg(trend_line(points, title=title, unit="%", narrow=narrow), description=title)


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 1)
