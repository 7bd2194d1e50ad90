"""Comparing two sets of rules on the entrants of a period: nothing of theirs is written, only the comparison."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime

from emploi.foundation import jobs
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.pathway.beneficiaries.models import Entry
from emploi.pathway.orientation import queries
from emploi.pathway.orientation.actions.interviews import agent_id
from emploi.pathway.orientation.actions.rulesets.versions import checked
from emploi.pathway.orientation.models import Modality, RulesetVersion, SimulatedEntry, Simulation
from emploi.pathway.orientation.rules.facts import Facts
from emploi.pathway.orientation.rules.proposing import Proposed, propose
from emploi.pathway.orientation.rules.ruleset import Ruleset
from emploi.territory.geography import queries as geography

CHUNK = 500


@action
def ask_simulation(*, version_id: int, since: date, until: date, by: Actor, at: datetime) -> Simulation:
    """Freeze what is to compare: both sets of rules as they stand, and the entrants of the period."""
    row = RulesetVersion.objects.get(pk=version_id)
    if since > until:
        raise DomainError("La fin de la période est avant son début.", field="until")
    if until > at.date():
        raise DomainError("La période ne peut pas finir dans le futur.", field="until")
    checked(row.data)
    reference = queries.ruleset_data(at.date())
    head = reference["ruleset"]
    entrants = queries.entrants(since, until)
    if not entrants:
        raise DomainError("Personne n’est entré dans le dispositif pendant cette période.", field="since")
    return Simulation.objects.create(
        candidate=row,
        candidate_revision=row.revision,
        candidate_data=row.data,
        reference=f"{head['slug']} {head['version']}",
        reference_data=reference,
        since=since,
        until=until,
        entry_ids=entrants,
        total=len(entrants),
        asked_at=at,
        asked_by_id=agent_id(by),
    )


@action
def leave_simulation_to_worker(*, simulation_id: int, by: Actor, at: datetime) -> None:
    """Let the worker compare: the page of the simulation shows how far it is."""
    jobs.defer("orientation.simulate", simulation_id=simulation_id)


@action
def simulate_next(*, simulation_id: int, size: int = CHUNK, by: Actor, at: datetime) -> bool:
    """Compare the next entrants, in one transaction; return whether some are left."""
    simulation = Simulation.objects.select_for_update(of=("self",)).get(pk=simulation_id)
    chosen = simulation.entry_ids[simulation.done : simulation.done + size]
    if not chosen or simulation.error:
        return False
    entries = list(Entry.objects.select_related("household").filter(pk__in=chosen))
    facts = queries.facts_of_many(entries)
    before, after = checked(simulation.reference_data), checked(simulation.candidate_data)
    # What the rules themselves opened or dropped opens with those compared; an administrator's closing stays.
    closed = queries.closed_here()
    bodies = _Nearest(entries)
    rows = []
    for entry in entries:
        known = facts[entry.pk]
        first, second = _first(before, known, closed), _first(after, known, closed)
        rows.append(
            SimulatedEntry(
                simulation=simulation,
                entry=entry,
                is_answered=any(slug.startswith("answer.") for slug in known.values) or bool(known.brakes),
                before=first.modality,
                after=second.modality,
                before_rules=[reason.rule for reason in first.reasons],
                after_rules=[reason.rule for reason in second.reasons],
                before_body_id=bodies.of(entry, first.modality),
                after_body_id=bodies.of(entry, second.modality),
            )
        )
    SimulatedEntry.objects.bulk_create(rows, batch_size=CHUNK)
    simulation.done += len(chosen)
    simulation.worked_at = at
    simulation.save(update_fields=["done", "worked_at"])
    return simulation.is_running


def run_simulation(simulation_id: int, *, now: Callable[[], datetime]) -> int:
    """Carry a simulation to its end as the agent who asked for it; return how many entrants were compared."""
    simulation = Simulation.objects.select_related("asked_by").get(pk=simulation_id)
    by = simulation.asked_by.as_actor()
    while simulate_next(simulation_id=simulation_id, by=by, at=now()):
        continue
    simulation.refresh_from_db()
    return simulation.done


def _first(rules: Ruleset, facts: Facts, closed: Collection[str]) -> Proposed:
    """Return the pathway proposed first among those the Département keeps open, as the interview would show it."""
    ranked = propose(rules, facts, queries.nomenclature()).ranked
    return next((item for item in ranked if item.modality not in closed), ranked[-1])


class _Nearest:
    """The body that would be proposed first for a pathway in a territory, asked once each."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        codes = [entry.commune_id for entry in entries if entry.commune_id]
        self.territories = geography.territories_of(codes)
        self.modalities = {row.slug: row for row in Modality.objects.all()}
        self.found: dict[tuple[str, int], int | None] = {}

    def of(self, entry: Entry, slug: str) -> int | None:
        """Return the body's id; None for a pathway nobody can lead yet."""
        territory = self.territories.get(entry.commune_id or "")
        key = (slug, territory.pk if territory else 0)
        if key not in self.found:
            modality = self.modalities.get(slug)
            body = queries.bodies_near(modality, key[1]).first() if modality else None
            self.found[key] = body.pk if body else None
        return self.found[key]
