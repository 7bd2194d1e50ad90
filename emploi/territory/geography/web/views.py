"""Settings screens: places of interview, territories and their communes."""

from django.contrib import messages
from django.db.models import F
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.errors import DomainError
from emploi.foundation.ui.forms import ReasonForm, attempt
from emploi.foundation.ui.lists import Sort, listing
from emploi.territory.geography import actions, queries
from emploi.territory.geography.models import Commune, Grid, Place, Territory
from emploi.territory.geography.permissions import MANAGE_REFERENCE
from emploi.territory.geography.web.filters import CommuneFilter, PlaceFilter
from emploi.territory.geography.web.forms import MoveCommuneForm, PlaceForm, TerritoryForm


def _place_sorts() -> tuple[Sort, ...]:
    # Accents and capitals do not count; built each time because sorting backwards changes the expressions.
    name = Lower(F("name__unaccent")).asc()
    return Sort("name", "Lieu", (name,)), Sort("commune", "Commune", ("commune__name_sort", "name"))


@requires(MANAGE_REFERENCE)
def places(request: HttpRequest) -> HttpResponse:
    """The places of interview, open and closed."""
    lines = listing(
        request,
        queries.places_with_territory(),
        filters=PlaceFilter(request.GET),
        sorts=_place_sorts(),
        default_sort="name",
    )
    unchecked = queries.unchecked_fields(lines.rows)
    for place in lines.rows:
        place.unchecked = unchecked.get(place.pk, {})
    context = {"listing": lines, "unchecked": len(queries.unchecked_fields(Place.objects.active()))}
    return render(request, "geography/page_places.html", context)


@requires(MANAGE_REFERENCE)
def place_new(request: HttpRequest) -> HttpResponse:
    """Adds a place."""
    form = PlaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        place = attempt(
            form,
            lambda: actions.open_place(values=form.cleaned_data, by=request.user.as_actor(), at=clock.now()),
        )
        if place:
            messages.success(request, f"« {place.name} » est ouvert. Il reste à y ouvrir des créneaux.")
            return redirect("geography:places")
    return render(request, "geography/page_place_form.html", {"form": form, "place": None}, status=_status(form))


@requires(MANAGE_REFERENCE)
def place_edit(request: HttpRequest, place_id: int) -> HttpResponse:
    """Corrects a place."""
    place = get_object_or_404(queries.places_with_territory(), pk=place_id)
    form = PlaceForm(request.POST or None, initial=PlaceForm.values_of(place))
    if request.method == "POST" and form.is_valid():
        changed = attempt(
            form,
            lambda: actions.change_place(
                place_id=place.pk, values=form.cleaned_data, by=request.user.as_actor(), at=clock.now()
            ),
        )
        if changed:
            messages.success(request, f"« {changed.name} » est enregistré.")
            return redirect("geography:places")
    return render(request, "geography/page_place_form.html", {"form": form, "place": place}, status=_status(form))


@requires(MANAGE_REFERENCE)
def place_close(request: HttpRequest, place_id: int) -> HttpResponse:
    """Closes a place, with the reason."""
    place = get_object_or_404(Place.objects.select_related("commune"), pk=place_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        closed = attempt(
            form,
            lambda: actions.close_place(
                place_id=place.pk, reason=form.cleaned_data["reason"], by=request.user.as_actor(), at=clock.now()
            ),
        )
        if closed:
            messages.success(request, f"« {closed.name} » est fermé. On ne peut plus y ouvrir de créneau.")
            return redirect("geography:places")
    return render(request, "geography/page_place_close.html", {"form": form, "place": place}, status=_status(form))


@requires(MANAGE_REFERENCE)
@require_POST
def place_reopen(request: HttpRequest, place_id: int) -> HttpResponse:
    """Opens a closed place again."""
    place = get_object_or_404(Place, pk=place_id)
    try:
        actions.reopen_place(place_id=place.pk, by=request.user.as_actor(), at=clock.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"« {place.name} » est de nouveau ouvert.")
    return redirect("geography:place_edit", place_id=place.pk)


@requires(MANAGE_REFERENCE)
def grids(request: HttpRequest) -> HttpResponse:
    """The grids, their territories, and the communes they forget."""
    return render(request, "geography/page_grids.html", {"grids": queries.grids_with_territories()})


@requires(MANAGE_REFERENCE)
def territory(request: HttpRequest, grid: str, slug: str) -> HttpResponse:
    """One territory: its name and its communes."""
    found = get_object_or_404(Territory.objects.select_related("grid"), grid__slug=grid, slug=slug)
    form = TerritoryForm(request.POST or None, initial={"name": found.name})
    if request.method == "POST" and form.is_valid():
        renamed = attempt(
            form,
            lambda: actions.rename_territory(
                territory_id=found.pk, name=form.cleaned_data["name"], by=request.user.as_actor(), at=clock.now()
            ),
        )
        if renamed:
            messages.success(request, f"Le territoire s'appelle « {renamed.name} ».")
            return redirect(request.path)
    lines = listing(request, queries.communes_of(found), filters=CommuneFilter(request.GET))
    context = {"territory": found, "form": form, "listing": lines}
    return render(request, "geography/page_territory.html", context, status=_status(form))


@requires(MANAGE_REFERENCE)
def commune_move(request: HttpRequest, grid: str, code: str) -> HttpResponse:
    """Gives a commune to another territory, with the reason."""
    of_grid = get_object_or_404(Grid, slug=grid)
    commune = get_object_or_404(Commune, pk=code)
    present = queries.territory_of(commune.pk, of_grid)
    form = MoveCommuneForm(request.POST or None, grid=of_grid)
    if request.method == "POST" and form.is_valid():
        moved = attempt(
            form,
            lambda: actions.move_commune(
                commune_code=commune.pk,
                territory_id=int(form.cleaned_data["territory"]),
                reason=form.cleaned_data["reason"],
                by=request.user.as_actor(),
                at=clock.now(),
            ),
        )
        if moved:
            messages.success(request, f"{commune.name} est maintenant dans « {moved.territory.name} ».")
            return redirect("geography:territory", grid=of_grid.slug, slug=moved.territory.slug)
    context = {"form": form, "grid": of_grid, "commune": commune, "present": present}
    return render(request, "geography/page_commune_move.html", context, status=_status(form))


def _status(form: PlaceForm | ReasonForm | TerritoryForm) -> int:
    return 422 if form.errors else 200
