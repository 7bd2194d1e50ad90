"""What a person needs to come to an appointment: said once, kept with who said it and when."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.foundation.texts.guard import check_numbers
from emploi.pathway.beneficiaries.enums import Source, VisitNeed
from emploi.pathway.beneficiaries.events import NeedsTold
from emploi.pathway.beneficiaries.models import Person, VisitNeeds


@action
def tell_needs(
    *, person_id: int, needs: Collection[str], language: str = "", other: str = "", by: Actor, at: datetime
) -> VisitNeeds:
    """Keep what somebody needs to come; saying the same again writes nothing, saying nothing is an answer too."""
    if set(needs) - set(VisitNeed.values):
        raise DomainError("Choisissez parmi les besoins proposés.", field="needs")
    check_numbers({"other": other})
    said = [need for need in VisitNeed.values if need in needs]
    other, language = other.strip()[:200], language.strip()[:40]
    person = Person.objects.select_for_update(of=("self",)).get(pk=person_id)
    last = person.last_needs
    is_same_language = person.interpreter_language == language
    if last is not None and (last.needs, last.other) == (said, other) and is_same_language:
        return last
    if not is_same_language:
        person.interpreter_language = language
        person.save(update_fields=["interpreter_language"])
    source = Source.PERSON if by.kind == "person" else Source.TYPED
    told = VisitNeeds.objects.create(
        person=person, needs=said, other=other, source=source, told_at=at, told_by=by.label[:120]
    )
    # The journal says which needs, never the free text.
    publish(NeedsTold(person_id=person_id, needs=" ".join(said), source=source), by=by, at=at)
    return told
