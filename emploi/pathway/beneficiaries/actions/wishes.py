"""How a person asks to be written to: said by her or by an agent, kept with who said it and when."""

from __future__ import annotations

from datetime import datetime

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import publish
from emploi.pathway.beneficiaries.enums import Source, WrittenBy
from emploi.pathway.beneficiaries.events import WishTold
from emploi.pathway.beneficiaries.models import Person, WritingWish


@action
def tell_wish(*, person_id: int, means: str, reads_sms: bool, by: Actor, at: datetime) -> WritingWish:
    """Keep how somebody wants to be written to; saying the same again writes nothing."""
    if means and means not in WrittenBy.values:
        raise DomainError("Choisissez parmi les moyens proposés.", field="means")
    if means == WrittenBy.SMS and not reads_sms:
        raise DomainError("Qui ne lit pas les SMS ne peut pas les préférer : choisissez un autre moyen.", field="means")
    Person.objects.select_for_update(of=("self",)).get(pk=person_id)
    last = WritingWish.objects.filter(person_id=person_id).order_by("-told_at", "-pk").first()
    if last is not None and (last.means, last.reads_sms) == (means, reads_sms):
        return last
    source = Source.PERSON if by.kind == "person" else Source.TYPED
    told = WritingWish.objects.create(
        person_id=person_id, means=means, reads_sms=reads_sms, source=source, told_at=at, told_by=by.label[:120]
    )
    publish(WishTold(person_id=person_id, means=means, reads_sms=reads_sms, source=source), by=by, at=at)
    return told
