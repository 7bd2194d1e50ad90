"""What a noted call must hold so that nobody waits for nothing."""

from __future__ import annotations

from collections.abc import Sequence

from emploi.pathway.reception.facts import Holder, TypedCall


def refusals(typed: TypedCall) -> list[tuple[str, str]]:
    """Return what is wrong, as (field, sentence)."""
    is_unknown = typed.person_id is None
    found = (
        (is_unknown and not typed.caller.strip(), "caller", "Écrivez le nom donné par la personne, même incomplet."),
        (
            is_unknown and typed.calls_back and not typed.number,
            "number",
            "Sans numéro, personne ne pourra rappeler : demandez-le.",
        ),
        (
            not typed.calls_back and not typed.answer.strip(),
            "answer",
            "Écrivez la réponse donnée, ou cochez « Quelqu’un doit la rappeler ».",
        ),
    )
    return [(field, sentence) for is_wrong, field, sentence in found if is_wrong]


def whose(*, written_to: int | None, is_signed: bool, is_sender_sure: bool, holders: Sequence[Holder]) -> int | None:
    """Return who wrote, None when an agent must say it: words never go to a file by chance.

    `written_to` is the person of the message answered; `is_signed` when the answer carries what only that message held;
    `is_sender_sure` when the sender cannot be written by anybody: the number of an SMS, never the address of an e-mail.
    A number or an address that two files hold, whatever the message, is never attributed.
    """
    if len({holder.person_id for holder in holders}) > 1:
        return None
    held = holders[0] if holders else None
    if is_signed and written_to is not None:
        return written_to if held is None or held.person_id == written_to else None
    return held.person_id if held and held.is_certain and is_sender_sure else None
