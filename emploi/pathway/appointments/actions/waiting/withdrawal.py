"""A link withdrawn, a person left alone or gone: the invitations that wait do not leave."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.messaging.actions import cancel_messages
from emploi.foundation.messaging.queries import waiting_keys
from emploi.pathway.appointments.enums import Act
from emploi.pathway.appointments.models import Invitation

LINK_WITHDRAWN = "Le lien de la personne a été retiré"
SUSPENDED = "Les invitations de la personne sont suspendues"
LEFT = "La personne n’est plus dans le dispositif"


@action
def withdraw_links(*, invitation_ids: Collection[int], by: Actor, at: datetime) -> int:
    """Withdraw the messages still waiting that carry these links; return how many."""
    return _withdraw(Invitation.objects.filter(pk__in=list(invitation_ids)), LINK_WITHDRAWN, by=by, at=at)


@action
def withdraw_invitations(
    *, person_ids: Collection[int] = (), entry_ids: Collection[int] = (), reason: str, by: Actor, at: datetime
) -> int:
    """Withdraw the invitations and relaunches still waiting; a convocation goes with its date, which somebody decides.

    Return how many messages do not leave.
    """
    whose = Q(person_id__in=list(person_ids)) | Q(entry_id__in=list(entry_ids))
    sent = Invitation.objects.filter(whose, act=Act.INVITATION, expires_on__gte=at.date(), revoked_at=None)
    return _withdraw(sent, reason, by=by, at=at)


def _withdraw(sent: QuerySet[Invitation], reason: str, *, by: Actor, at: datetime) -> int:
    people = dict(sent.values_list("pk", "person_id"))
    beginnings = tuple(f"invitation:{pk}:" for pk in people)
    keys = [key for key in waiting_keys(set(people.values())) if key.startswith(beginnings)] if people else []
    return cancel_messages(dedup_keys=keys, reason=reason, by=by, at=at)
