"""What is read in an answer, and no more: a STOP, and what was written above the quoted message. Pure."""

from __future__ import annotations

import re
from typing import Final

from emploi.foundation.names import folded

# Whole texts only: « stop, je suis à l'hôpital » is somebody speaking to us, and somebody reads it.
_STOPS: Final = frozenset(
    {
        *("stop", "stop sms", "stopsms", "sms stop", "stop merci", "stop svp", "stop aux sms", "stop les sms"),
        *("arret", "arret sms", "arreter", "arretez", "desabonnement", "desabonner", "unsubscribe"),
        *("plus de sms", "stop pub"),
    }
)
_WORD: Final = re.compile(r"[^a-z0-9]+")
_QUOTED: Final = re.compile(r"^\s*>")
# « Le lun. 23 nov. 2026 à 09:12, Département <…> a écrit : », often cut over two or three lines.
_WROTE: Final = re.compile(
    r"^[ \t]*(?:Le|On|Am|El)\b[^\n]{0,300}(?:\n[^\n]{0,200}){0,2}?"
    r"(?:a\s+écrit|a\s+ecrit|wrote|schrieb|escribió)\s*:[ \t]*$",
    re.MULTILINE,
)
_ORIGINAL: Final = re.compile(
    r"^[ \t]*-{2,}[ \t]*(?:Message d[’']origine|Message original|Original Message|Message transféré|Forwarded message)"
    r"[ \t]*-{0,}[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
# Outlook: a rule, or nothing, then « De : … Envoyé : … ».
_HEADERS: Final = re.compile(
    r"^(?:[ \t]*_{5,}[ \t]*\n\s*)?[ \t]*\*?(?:De|From)\*?[  ]?:[^\n]+\n(?:[^\n]+\n){0,2}?"
    r"[ \t]*\*?(?:Envoyé|Date|Sent|À|To)\*?[  ]?:[^\n]+",
    re.MULTILINE,
)


def is_stop(text: str) -> bool:
    """Tell whether an SMS asks for no more SMS, and says nothing else."""
    return " ".join(_WORD.sub(" ", folded(text.lower())).split()) in _STOPS


def without_quote(text: str) -> str:
    """The text without the message it answers; the whole text when nothing would be left.

    Prudent: words written under or inside a quote marked line by line are kept.
    """
    starts = [found.start() for sign in (_WROTE, _ORIGINAL, _HEADERS) if (found := sign.search(text))]
    if starts:
        above, below = text[: min(starts)], text[min(starts) :]
        kept = _unmarked(above)
        if any(_QUOTED.match(line) for line in below.splitlines()):
            # What is not marked in a marked quote was written by the person, but for the line that opens it.
            answers = _unmarked(_WROTE.sub("", below, count=1))
            kept = "\n\n".join(part for part in (kept, answers) if part)
    else:
        kept = _unmarked(text)
    return kept or text.strip()


def _unmarked(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not _QUOTED.match(line)).strip()
