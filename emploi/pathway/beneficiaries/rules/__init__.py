"""Pure decisions about persons, rights and entries: facts in, a result and its reason out."""

from emploi.pathway.beneficiaries.rules.scope import in_scope

__all__ = ["in_scope"]
