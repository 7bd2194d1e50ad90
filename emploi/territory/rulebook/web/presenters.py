"""The sentences of the journal about the rulebook."""

from datetime import date

from emploi.foundation.audit.presenters import presents
from emploi.foundation.ui.french import date_num_fr
from emploi.territory.rulebook import events


@presents(events.RulebookLoaded)
def rulebook_loaded(event: events.RulebookLoaded) -> str:
    """Shipped values loaded."""
    kept = f" ; {len(event.kept)} valeurs du Département gardées" if event.kept else ""
    return f"Règles et délais chargés : {event.added} valeurs ajoutées, {event.replaced} remplacées{kept}."


@presents(events.ParameterChanged)
def parameter_changed(event: events.ParameterChanged) -> str:
    """A local value, from a date."""
    since = date_num_fr(date.fromisoformat(event.valid_from))
    before = f", au lieu de « {event.former} »" if event.former else ""
    return f"« {event.title} » vaut « {event.value} » à partir du {since}{before}."
