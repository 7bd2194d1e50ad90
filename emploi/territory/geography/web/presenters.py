"""The sentences of the journal about places and territories."""

from emploi.foundation.audit.presenters import presents
from emploi.territory.geography import events
from emploi.territory.geography.models import Place

FIELD_LABELS = {f.name: str(f.verbose_name) for f in Place._meta.concrete_fields}


@presents(events.GeographyLoaded)
def geography_loaded(event: events.GeographyLoaded) -> str:
    """Communes, territories and places loaded."""
    return (
        f"Géographie chargée : {event.communes_written} communes écrites, "
        f"{event.links_added} rattachements et {event.places_added} lieux ajoutés."
    )


@presents(events.PlaceOpened)
def place_opened(event: events.PlaceOpened) -> str:
    """A place receives people."""
    return f"Lieu d'accueil ouvert : {event.name}."


@presents(events.PlaceChanged)
def place_changed(event: events.PlaceChanged) -> str:
    """A place was corrected."""
    changed = ", ".join(FIELD_LABELS.get(name, name) for name in event.fields)
    return f"Lieu d'accueil modifié : {event.name} ({changed})."


@presents(events.PlaceClosed)
def place_closed(event: events.PlaceClosed) -> str:
    """A place receives nobody any more."""
    return f"Lieu d'accueil fermé : {event.name}."


@presents(events.CommuneMoved)
def commune_moved(event: events.CommuneMoved) -> str:
    """A commune changed territory."""
    before = event.from_name or "aucun territoire"
    return f"{event.commune_name} passe de « {before} » à « {event.to_name} » ({event.grid_name})."


@presents(events.TerritoryRenamed)
def territory_renamed(event: events.TerritoryRenamed) -> str:
    """A territory has another name."""
    return f"Le territoire « {event.from_name} » s'appelle maintenant « {event.to_name} »."
