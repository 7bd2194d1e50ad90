"""What every page knows: the Département, and whether the people shown are invented."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from emploi.foundation.department import identity


def department(request: HttpRequest) -> dict[str, Any]:
    """The identity of the Département and the warning about fictitious data."""
    return {"department": identity(), "fictitious_data": settings.FICTITIOUS_DATA or identity().fictitious}
