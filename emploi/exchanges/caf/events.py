"""What happened to the settings and flows of the payers: plain values only."""

from __future__ import annotations

from dataclasses import dataclass

from emploi.foundation.events import Event


@dataclass(frozen=True, kw_only=True)
class CodeLabelChanged(Event):
    """The Département gave its own words to a code of the payers, or took them back."""

    tag: str
    code: str
    label: str
