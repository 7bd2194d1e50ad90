"""Everybody in a file, in the columns the import reads back: asked twice, and said in the journal before it leaves."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from emploi.exchanges.spreadsheets.outbound import note_export, rows_of
from emploi.exchanges.spreadsheets.rules.fields import PLAIN_FIELDS
from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.intake.permissions import IMPORT_FILES, SEE_NIR
from emploi.foundation.ui.exports import Column, export_response
from emploi.pathway.beneficiaries.permissions import visible_to
from emploi.territory.agents.roles import Permission


class ConfirmForm(forms.Form):
    """The word asked before a whole list leaves."""

    agreed = forms.BooleanField(
        label="J’ai besoin de cette liste complète, et je sais que mon nom est gardé avec cet export",
        error_messages={"required": "Cochez cette case pour télécharger la liste complète."},
    )


@requires(Permission.EXPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest) -> HttpResponseBase:
    """Shows what would leave, then sends it: never without the confirmation, never without its trace."""
    agent = request.user
    if not agent.can(IMPORT_FILES):
        raise Http404
    people, with_nir = visible_to(agent), agent.can(SEE_NIR)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        at = clock.now()
        note_export(agent_id=agent.pk, people=people, with_nir=with_nir, by=agent.as_actor(), at=at)
        columns = [Column(field.label, _Field(field.slug)) for field in PLAIN_FIELDS]
        return export_response(f"personnes-{at:%Y-%m-%d}", columns, rows_of(people, with_nir=with_nir))
    return _page(request, form, people.count(), with_nir=with_nir)


class _Field:
    """Reads one field of the values of a person, absent when they have none."""

    def __init__(self, slug: str) -> None:
        self.slug = slug

    def __call__(self, values: dict[str, object]) -> object:
        return values.get(self.slug, "")


def _page(request: HttpRequest, form: ConfirmForm, count: int, *, with_nir: bool) -> HttpResponse:
    context = {"form": form, "count": count, "with_nir": with_nir, "fields": PLAIN_FIELDS}
    return render(request, "spreadsheets/page_people.html", context, status=422 if form.errors else 200)
