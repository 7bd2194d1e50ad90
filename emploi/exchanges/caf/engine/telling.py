"""What a file changes in the life of households, told to the pathway; the stock of a first load is silent."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from emploi.exchanges.caf.models import Reduction
from emploi.exchanges.caf.reading.parsing import Parsed
from emploi.foundation.actor import Actor
from emploi.pathway.beneficiaries.actions.happenings import Look, Watched, look_after, look_before, tell_changes
from emploi.pathway.beneficiaries.facts import FileFacts, HouseholdFacts


class Teller:
    """Looks at the dossiers of each batch before and after they are applied."""

    def __init__(self, file: FileFacts, by: Actor, at: datetime) -> None:
        self._file, self._by, self._at = file, by, at
        self._reductions: dict[str, str] = {}
        self._watched = Watched()

    def read(self, parsed: Sequence[Parsed]) -> None:
        """Remembers the reductions of the batch about to be applied."""
        self._reductions = {
            dossier.facts.claim_number: amount
            for dossier in parsed
            if dossier.facts and (amount := self._running(dossier.reduction))
        }

    def before(self, dossiers: Sequence[HouseholdFacts]) -> None:
        """Looks at the dossiers as they stand."""
        # A first load only meets what it has just created, unless a reduction must be kept.
        silent = self._file.first_load
        watched = [facts for facts in dossiers if not silent or facts.claim_number in self._reductions]
        self._watched = look_before(watched) if watched else Watched()

    def after(self) -> None:
        """Tells what changed."""
        if not self._watched.hashes:
            return
        after = look_after(self._watched)
        amounts = {claim: self._reductions.get(claim, "") for claim in after}
        former = self._keep(after, amounts)
        if self._file.first_load:
            return
        known = {claim: replace(look, reduction=former.get(look.household_id, "")) for claim, look in self._before()}
        now = {claim: replace(look, reduction=amounts[claim]) for claim, look in after.items()}
        tell_changes(before=known, after=now, on=self._file.reference_on, by=self._by, at=self._at)

    def _before(self) -> list[tuple[str, Look]]:
        return list(self._watched.before.items())

    def _keep(self, after: Mapping[str, Look], amounts: Mapping[str, str]) -> dict[int, str]:
        """Keeps the reductions that run; answers those that ran before, by household."""
        ids = {look.household_id: claim for claim, look in after.items()}
        former = dict(Reduction.objects.filter(household__in=ids).values_list("household_id", "amount"))
        ended = [household for household in former if not amounts[ids[household]]]
        if ended:
            Reduction.objects.filter(household__in=ended).delete()
        changed = [
            Reduction(household_id=household, amount=amounts[claim])
            for household, claim in ids.items()
            if amounts[claim] and former.get(household) != amounts[claim]
        ]
        Reduction.objects.bulk_create(
            changed, update_conflicts=True, unique_fields=["household"], update_fields=["amount"]
        )
        return former

    def _running(self, reduction: tuple[str, str]) -> str:
        amount, until = reduction
        return amount if not until or until[:10] >= self._file.reference_on.isoformat() else ""
