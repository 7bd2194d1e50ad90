"""The sentences of the journal about the payers' codes and flows."""

from emploi.exchanges.caf import events
from emploi.foundation.audit.presenters import presents


@presents(events.CodeLabelChanged)
def code_label_changed(event: events.CodeLabelChanged) -> str:
    """A code was named."""
    if not event.label:
        return f"Code {event.code} ({event.tag}) : libellé d’origine repris."
    return f"Code {event.code} ({event.tag}) nommé « {event.label} »."
