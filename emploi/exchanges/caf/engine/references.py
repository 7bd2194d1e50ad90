"""What an import needs to find in the database: rules and communes, loaded when the data folder is new."""

from datetime import datetime

from emploi.foundation.actor import Actor
from emploi.territory.geography.actions import load_geography
from emploi.territory.geography.models import Commune
from emploi.territory.rulebook.actions import load_shipped
from emploi.territory.rulebook.models import ParameterValue


def load_missing(*, by: Actor, at: datetime) -> None:
    """Loads what the product ships when none of it is there yet; a database in use is left alone."""
    if not ParameterValue.objects.exists():
        load_shipped(by=by, at=at)
    if not Commune.objects.exists():
        load_geography(by=by, at=at)
