"""What makes a file one of debts or of accounts: told from its own tags, its published tree being all we know of it."""

from __future__ import annotations

import re

from emploi.exchanges.caf.models.flows import Flow

# Tags that only these flows carry (caf-flows.md §2.6).
MARKS = {
    Flow.DEBTS: (b"<DTIMPLCRE>", b"<MTINICRE>", b"<MTSOLREELCRETRANS>", b"<RESPINDU>"),
    Flow.ACCOUNTS: (b"<AcompteRSA", b"<TYPEOPECOMPTA>", b"<SENSOPECOMPTA>", b"<TotalisationAcompte"),
}
_ROOT = re.compile(rb"<Racine[\s>]")
UNVERIFIED = (
    "Ce format a été écrit d’après sa description publiée : aucun fichier réel n’a encore été lu. "
    "Comparez quelques dossiers avec la caisse avant de vous y fier."
)


def flow_of(head: bytes) -> Flow | None:
    """Which of the two flows a file is, from its beginning; None when it is neither."""
    if not _ROOT.search(head):
        return None
    found = {flow: sum(head.count(mark) for mark in marks) for flow, marks in MARKS.items()}
    best = max(found, key=lambda flow: found[flow])
    return best if found[best] else None


def looks_like_flow(head: bytes) -> bool:
    """Whether a file is one of debts or of accounts."""
    return flow_of(head) is not None
