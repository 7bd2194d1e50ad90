"""Everything that writes persons, households, contacts and entries."""

from emploi.pathway.beneficiaries.actions.households import Applied, apply_households

__all__ = ["Applied", "apply_households"]
