"""What must be in place before any life: rules, communes, places, organisations, pathways."""

from __future__ import annotations

from datetime import datetime

from emploi.foundation.actor import Actor
from emploi.pathway.orientation.actions import load_modalities, load_publics, load_shipped_trades
from emploi.territory.geography.actions import load_geography
from emploi.territory.geography.models import Commune
from emploi.territory.organizations.actions import load_organizations
from emploi.territory.organizations.models import Organization
from emploi.territory.rulebook.actions import load_shipped
from emploi.territory.rulebook.models import ParameterValue


def load_reference(*, by: Actor, at: datetime) -> None:
    """Loads what the product ships when it is not there yet; what an administrator changed stays."""
    if not ParameterValue.objects.exists():
        load_shipped(by=by, at=at)
    if not Commune.objects.exists():
        load_geography(by=by, at=at)
    if not Organization.objects.exists():
        load_organizations(by=by, at=at)
    load_modalities(by=by, at=at)
    load_publics(by=by, at=at)
    load_shipped_trades(by=by, at=at)
