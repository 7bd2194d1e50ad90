"""The French sentence of each kind of event, for « Historique »."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.events import Event, kinds

Sentence = Callable[[Any], str]
_sentences: dict[type[Event], Sentence] = {}


def presents(kind: type[Event]) -> Callable[[Sentence], Sentence]:
    """Registers the sentence of one kind of event; the event's dates arrive as ISO text when read back."""

    def register(sentence: Sentence) -> Sentence:
        _sentences[kind] = sentence
        return sentence

    return register


def has_sentence(kind: type[Event]) -> bool:
    """Whether a kind of event can be shown."""
    return kind in _sentences


def sentence_of(line: JournalEntry) -> str:
    """The sentence of a line of the journal."""
    kind = next((k for k in kinds() if k.slug() == line.event), None)
    if kind is None or kind not in _sentences:
        return line.event
    names = {f.name for f in fields(kind)}
    values = {name: value for name, value in line.payload.items() if name in names}
    return _sentences[kind](kind(person_id=line.person_id, entry_id=line.entry_id, **values))
