"""What somebody needs to come, on a page."""

from __future__ import annotations

from typing import Any

from django import template

from emploi.pathway.beneficiaries.models import Person
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Permission

register = template.Library()


@register.filter
def needs_for(person: Person, reader: Any) -> list[str]:
    """What a person needs to come, as this reader may see it: words of health are for who may see health."""
    return person.needs_shown(sees_health=isinstance(reader, Agent) and reader.can(Permission.SEE_HEALTH))
