"""The register of information of the demonstration: some months of meetings and contacts, nobody named."""

from __future__ import annotations

from datetime import datetime, timedelta

from emploi.foundation.actor import Actor
from emploi.pathway.outreach.actions import record_information
from emploi.pathway.outreach.enums import ContactForm, Outcome, Topic
from emploi.pathway.outreach.facts import TypedInformation
from emploi.pathway.outreach.models import Information
from emploi.simulator.life.dossier import World
from emploi.simulator.life.draws import STORY, stream
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Role
from emploi.territory.geography.queries import department_communes
from emploi.territory.organizations.models import Organization

OUTREACH_STREAM = 94
LINES, DAYS, COLLECTIVE = 48, 240, 0.35
PLACES = ("Centre social", "Mairie", "France Services", "Marché", "Maison de quartier")
ROLES = (Role.SOCIAL_WORKER, Role.ORIENTATION_OFFICER, Role.COUNSELLOR)


def inform_people(world: World, now: datetime) -> None:
    """Notes the moments of information of the last months, once."""
    agents = list(
        Agent.objects.filter(memberships__role__in=ROLES, memberships__ended_on=None).distinct().order_by("pk")
    )
    communes = list(department_communes().order_by("-population", "code")[:40])
    if Information.objects.exists() or not agents or not communes:
        return
    partners = list(Organization.objects.active().order_by("pk"))
    for number in range(LINES):
        draws = stream(world.seed, STORY, OUTREACH_STREAM, number, 0)
        at = now - timedelta(days=round((LINES - 1 - number) * DAYS / LINES))
        agent = draws.pick(agents)
        is_meeting = draws.chance(COLLECTIVE)
        people = 4 + int(draws.random() * 18) if is_meeting else 1
        outcome = Outcome.CLAIM_FILED if draws.chance(0.4) else draws.pick(list(Outcome))
        claims = max(1, people // 5) if outcome == Outcome.CLAIM_FILED else 0
        form = ContactForm.INDIVIDUAL if draws.chance(0.7) else ContactForm.PHONE
        typed = TypedInformation(
            held_on=at.date(),
            kind=ContactForm.COLLECTIVE if is_meeting else form,
            commune_code=draws.pick(communes).pk,
            partner_id=draws.pick(partners).pk if partners and draws.chance(0.7) else None,
            place=draws.pick(list(PLACES)) if form != ContactForm.PHONE or is_meeting else "",
            people=people,
            topics=(Topic.RSA, draws.pick([Topic.CLAIM, Topic.BONUS, Topic.ONLINE, Topic.OTHER_RIGHTS])),
            outcome=outcome,
            claims_filed=claims,
            note="",
        )
        by: Actor = agent.as_actor()
        record_information(typed=typed, agent_id=agent.pk, by=by, at=at)
