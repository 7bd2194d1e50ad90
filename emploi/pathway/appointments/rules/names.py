"""How a name is said to the person: the CAF writes everything in capitals, which reads as shouting."""

from __future__ import annotations

from emploi.foundation.names import proper_first_name


def said(name: str) -> str:
    """Return "Jean-Pierre" for "JEAN-PIERRE"; a name with small letters is left as it was typed."""
    return proper_first_name(name)
