"""Names of a former tool recognised: by themselves when they are ours, else by what somebody said once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from emploi.exchanges.spreadsheets.enums import NameKind
from emploi.exchanges.spreadsheets.models import StockName
from emploi.exchanges.spreadsheets.rules.guessing import plain
from emploi.exchanges.spreadsheets.rules.stock_fields import PATHS
from emploi.pathway.beneficiaries.identifiers import normalise_name
from emploi.pathway.orientation.models import Modality
from emploi.pathway.orientation.queries.decisions import REFERENT_ROLES
from emploi.territory.agents.models import Agent, Membership
from emploi.territory.organizations.models import Organization

LEFT_OUT = 0


@dataclass(slots=True)
class Names:
    """Everything a name may stand for, read once a run: plain text → ids; `said` is what people settled."""

    said: dict[tuple[str, str], int] = field(default_factory=dict)
    bodies: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    referents: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    pathways: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    kinds: dict[int, str] = field(default_factory=dict)
    modalities: dict[int, Modality] = field(default_factory=dict)
    members: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def read(cls) -> Names:
        """Read the bodies, referents, pathways and settled names: four statements, whatever the file."""
        names = cls()
        for body in Organization.objects.responsible():
            names.kinds[body.pk] = body.kind
            for text in (body.name, body.slug):
                names.bodies[plain(text)].add(body.pk)
        posts = Membership.objects.filter(ended_on=None, role__in=REFERENT_ROLES, agent__is_active=True)
        for post in posts.select_related("agent"):
            names._add_referent(post.agent)
            names.members[post.organization_id].add(post.agent_id)
        for modality in Modality.objects.filter(is_active=True):
            names.modalities[modality.pk] = modality
            for text in filter(None, (modality.name, modality.slug, modality.code)):
                names.pathways[plain(text)].add(modality.pk)
        for settled in StockName.objects.exclude(decided_at=None):
            chosen = settled.organization_id or settled.referent_id or settled.pathway_id or LEFT_OUT
            names.said[(settled.kind, settled.plain)] = chosen
        return names

    def body(self, text: str) -> int | None:
        """The body of a name, LEFT_OUT when somebody chose not to take it, None when unknown."""
        return self._find(NameKind.BODY, text, self.bodies)

    def referent(self, text: str) -> int | None:
        """The referent of a name, the same way."""
        return self._find(NameKind.REFERENT, text, self.referents)

    def works_in(self, agent_id: int, organization_id: int) -> bool:
        """Tell whether a referent works in a body."""
        return agent_id in self.members[organization_id]

    def pathway(self, text: str, organization_id: int) -> int | None:
        """The pathway of a name or of a legal path; without a name, the only one its body may lead."""
        if text:
            found = self._find(NameKind.PATHWAY, text, self.pathways)
            if found is not None:
                return found
        legal = PATHS.get(normalise_name(text))
        if text and not legal:
            return None
        led = [m for m in self.modalities.values() if self._leads(organization_id, m)]
        asked = [m for m in self.modalities.values() if m.legal_path == legal] if legal else led
        both = [m for m in asked if m in led]
        one = asked if len(asked) == 1 else both
        return one[0].pk if len(one) == 1 else None

    def _leads(self, organization_id: int, modality: Modality) -> bool:
        if modality.responsible_organization_id is not None:
            return modality.responsible_organization_id == organization_id
        return self.kinds.get(organization_id) in modality.responsible_kinds

    def _find(self, kind: str, text: str, known: dict[str, set[int]]) -> int | None:
        key = plain(text)
        if (kind, key) in self.said:
            return self.said[(kind, key)]
        found = known.get(key, set())
        return next(iter(found)) if len(found) == 1 else None

    def _add_referent(self, agent: Agent) -> None:
        turned = f"{agent.last_name} {agent.first_name}"
        for text in (agent.full_name, turned, agent.email):
            self.referents[plain(text)].add(agent.pk)
