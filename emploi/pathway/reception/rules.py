"""What a noted call must hold so that nobody waits for nothing."""

from __future__ import annotations

from emploi.pathway.reception.facts import TypedCall


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
