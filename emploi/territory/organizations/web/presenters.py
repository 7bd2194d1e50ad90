"""The sentences of the journal about organisations."""

from emploi.foundation.audit.presenters import presents
from emploi.territory.organizations import events
from emploi.territory.organizations.models import Organization

FIELD_LABELS = {f.name: str(f.verbose_name) for f in Organization._meta.concrete_fields}


@presents(events.OrganizationsLoaded)
def organizations_loaded(event: events.OrganizationsLoaded) -> str:
    """Organisations loaded."""
    return f"Organismes chargés : {event.added} ajoutés."


@presents(events.OrganizationAdded)
def organization_added(event: events.OrganizationAdded) -> str:
    """An organisation works with the Département."""
    return f"Organisme ajouté ou rouvert : {event.name}."


@presents(events.OrganizationChanged)
def organization_changed(event: events.OrganizationChanged) -> str:
    """An organisation was corrected."""
    changed = ", ".join(FIELD_LABELS.get(name, name) for name in event.fields)
    return f"Organisme modifié : {event.name} ({changed})."


@presents(events.OrganizationClosed)
def organization_closed(event: events.OrganizationClosed) -> str:
    """An organisation receives nobody any more."""
    return f"Organisme fermé : {event.name}."
