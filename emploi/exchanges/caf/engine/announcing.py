"""What a preview announces: who would be created, changed, who would come in and leave."""

from collections.abc import Sequence

from emploi.exchanges.caf import codes
from emploi.foundation.intake.actions import Refused
from emploi.foundation.intake.enums import ChangeKind
from emploi.foundation.intake.models import Change, Run
from emploi.foundation.names import proper_first_name, proper_last_name
from emploi.pathway.beneficiaries.actions import Applied
from emploi.pathway.beneficiaries.facts import FileFacts, HouseholdFacts
from emploi.pathway.beneficiaries.models import Entry, Household

ROLES = ("DEM", "CJT", "AUT", "ENF")


class Announcer:
    """Looks at each batch before and after it is applied, inside the transaction a preview undoes."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.changes: list[Change] = []
        self.refused: list[Refused] = []

    def before(self, batch: Sequence[HouseholdFacts], file: FileFacts) -> None:
        """Compares the dossiers of a batch with what is stored."""
        stored = {
            row[0]: row[1:]
            for row in Household.objects.filter(claim_number__in=[facts.claim_number for facts in batch]).values_list(
                "claim_number", "content_hash", "state", "motive", "last_reference_on", "last_created_on"
            )
        }
        for facts in batch:
            known = stored.get(facts.claim_number)
            if known is None:
                self._add(ChangeKind.CREATED, facts.claim_number, _claimant(facts), _right(facts.state, facts.motive))
                continue
            content_hash, state, motive, reference_on, created_on = known
            newest = reference_on is None or (reference_on, created_on) <= (file.reference_on, file.created_on)
            if newest and content_hash != facts.content_hash:
                self._add(ChangeKind.UPDATED, facts.claim_number, _claimant(facts), _difference(facts, state, motive))

    def after(self, applied: Applied) -> None:
        """Names who came in and who left with a batch."""
        self._name_entries(ChangeKind.ENTRANT, applied.opened_entry_ids)
        self._name_entries(ChangeKind.EXIT, applied.closed_entry_ids)

    def _name_entries(self, kind: ChangeKind, entry_ids: Sequence[int]) -> None:
        if not entry_ids:
            return
        for entry in Entry.objects.filter(pk__in=entry_ids).select_related("person", "household").order_by("pk"):
            detail = entry.get_kind_display() if kind == ChangeKind.ENTRANT else entry.get_closing_reason_display()
            self._add(kind, entry.household.claim_number or "", entry.person.full_name, detail)

    def _add(self, kind: ChangeKind, key: str, label: str, detail: str) -> None:
        self.changes.append(Change(run=self.run, kind=kind, key=key[:64], label=label[:200], detail=detail[:300]))


def _claimant(facts: HouseholdFacts) -> str:
    member = min(facts.members, key=lambda m: ROLES.index(m.role) if m.role in ROLES else len(ROLES))
    return f"{proper_first_name(member.first_name)} {proper_last_name(member.last_name)}"


def _right(state: str, motive: str) -> str:
    words = codes.label("ETATDOSRSA", state)
    tag = {"1": "MOTIREFURSA", "3": "MOTISUSDRORSA", "4": "MOTISUSVERSRSA"}.get(state, "MOTICLORSA")
    return f"{words} ({codes.label(tag, motive)})" if motive else words


def _difference(facts: HouseholdFacts, state: str, motive: str) -> str:
    if (facts.state, facts.motive) == (state, motive):
        return "Autres informations du dossier"
    return f"{_right(state, motive)} → {_right(facts.state, facts.motive)}"
