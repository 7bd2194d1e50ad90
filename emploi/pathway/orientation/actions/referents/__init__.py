"""The référent unique: named, changed, for one person or several."""

from emploi.pathway.orientation.actions.referents.naming import Named, name_referent, name_referents

__all__ = ["Named", "name_referent", "name_referents"]
