"""Who may do what with the geography, named as in the one list (agents/roles.py), which comes after this app."""

MANAGE_REFERENCE = "manage_reference"
