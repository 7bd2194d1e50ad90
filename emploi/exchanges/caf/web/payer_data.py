"""« Données CAF » of a person: every block received, with its file and its date, and what changed."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from emploi.exchanges.caf.blocks import dossiers, passages
from emploi.exchanges.caf.blocks.dossiers import Stay
from emploi.exchanges.caf.blocks.reading import Eyes
from emploi.exchanges.caf.models import DossierPassage
from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.audit.actions import record_consultation
from emploi.foundation.ui.htmx import wants_fragment
from emploi.pathway.beneficiaries.models import Person
from emploi.pathway.beneficiaries.permissions import visible_to
from emploi.territory.agents.roles import Permission

PAGE = "Données CAF"
MASKED = "Ce texte contient ce que la page « Données CAF » masque pour votre rôle : santé, numéros ou adresses."


@requires(Permission.SEE_PAYER_DATA)
@require_safe
def payer_data(request: HttpRequest, person_id: int) -> HttpResponse:
    """The card says which files hold the dossier; the page reads one of them, the latest unless another is asked."""
    person = get_object_or_404(visible_to(request.user), pk=person_id)
    stays = dossiers.stays_of(person.pk)
    stay = _chosen(stays, request.GET.get("dossier", ""))
    versions = stay.versions() if stay else []
    context: dict[str, Any] = {"person": person, "stays": stays, "stay": stay, "versions": versions}
    if wants_fragment(request):
        response = render(request, "caf/_payer_card.html", context)
        response["Vary"] = "HX-Request"
        return response
    _trace(request, person, PAGE)
    if stay:
        eyes = dossiers.eyes_of(request.user, person, stay)
        context["flows"] = dossiers.flows_of(stay, eyes)
        context["may_download"] = request.user.can(Permission.DOWNLOAD_PAYER_DATA) and eyes.sees_all
        if versions:
            context |= _reading(request, versions, eyes)
    context["back"] = reverse("desk:person", kwargs={"person_id": person.pk})
    return render(request, "caf/page_payer_data.html", context)


@requires(Permission.DOWNLOAD_PAYER_DATA)
@require_safe
def payer_text(request: HttpRequest, person_id: int, passage_id: int) -> HttpResponse:
    """The bytes received, whole: given only to whom the page hides nothing of them."""
    person = get_object_or_404(visible_to(request.user), pk=person_id)
    for stay in dossiers.stays_of(person.pk):
        for version in stay.versions():
            if version.pk == passage_id:
                if not dossiers.eyes_of(request.user, person, stay).sees_all:
                    raise PermissionDenied(MASKED)
                return _as_file(request, person, version)
    raise Http404("Cette version n’est pas celle d’un dossier de cette personne.")


def _as_file(request: HttpRequest, person: Person, version: DossierPassage) -> HttpResponse:
    try:
        raw = passages.raw_of(version)
    except passages.Unreadable as error:
        raise Http404(error.message) from error
    _trace(request, person, f"{PAGE} : texte reçu téléchargé")
    response = HttpResponse(raw, content_type=f"application/xml; charset={version.run.caf_file.encoding}")
    name = f"dossier-{version.household_id}-{version.run.caf_file.reference_on:%Y-%m-%d}.xml"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _reading(request: HttpRequest, versions: list[DossierPassage], eyes: Eyes) -> dict[str, Any]:
    asked = request.GET.get("version", "")
    rank = next((n for n, version in enumerate(versions) if str(version.pk) == asked), 0)
    version = versions[rank]
    former = versions[rank + 1] if rank + 1 < len(versions) else None
    try:
        return {"version": version, "reading": dossiers.read(version, former, eyes)}
    except passages.Unreadable as error:
        return {"version": version, "unreadable": error.message}


def _chosen(stays: list[Stay], asked: str) -> Stay | None:
    return next((stay for stay in stays if str(stay.role.pk) == asked), stays[0] if stays else None)


def _trace(request: HttpRequest, person: Person, page: str) -> None:
    record_consultation(
        agent_id=request.user.pk, agent_label=str(request.user), person_id=person.pk, page=page, at=clock.now()
    )
