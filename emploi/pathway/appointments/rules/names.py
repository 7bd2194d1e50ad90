"""How a name is said to the person: the CAF writes everything in capitals, which reads as shouting."""

from __future__ import annotations


def said(name: str) -> str:
    """Return "Jean-Pierre" for "JEAN-PIERRE"; a name with small letters is left as it was typed."""
    return name.title() if name.isupper() else name
