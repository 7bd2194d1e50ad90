"""In whose name a stock is taken over: each decision taken over says who answers for it."""

from __future__ import annotations

from emploi.foundation.actor import Actor
from emploi.foundation.errors import DomainError
from emploi.foundation.intake.permissions import IMPORT_FILES
from emploi.territory.agents.models import Agent

WHO = "Dites au nom de qui : « --agent prenom.nom@departement.fr »."


def author(email: str, *, dry_run: bool) -> Actor:
    """The agent of an address, who may import files; a dry run, which keeps nothing, takes anybody who may."""
    agents = Agent.objects.filter(is_active=True).order_by("pk")
    if not email and not dry_run:
        raise DomainError(WHO)
    found = agents.filter(email__iexact=email) if email else agents
    allowed = next((agent for agent in found if agent.can(IMPORT_FILES)), None)
    if allowed is None:
        raise DomainError(f"Aucun agent actif « {email} » ne peut importer de fichier." if email else WHO)
    return allowed.as_actor()
