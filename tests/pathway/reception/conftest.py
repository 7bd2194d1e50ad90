"""The same agents, browser and commune as the stories of beneficiaries."""

from tests.pathway.beneficiaries.conftest import agent_of, as_role, at, rules

__all__ = ["agent_of", "as_role", "at", "rules"]
