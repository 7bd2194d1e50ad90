"""Giving a message the Département's own words: checked before they are kept, former ones kept too."""

from __future__ import annotations

from datetime import datetime

from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import action
from emploi.foundation.errors import DomainError
from emploi.foundation.events import Event, publish
from emploi.foundation.messaging import events
from emploi.foundation.messaging.catalogue import message_text
from emploi.foundation.messaging.enums import Channel
from emploi.foundation.messaging.models import TextVersion
from emploi.foundation.messaging.queries import own_wordings
from emploi.foundation.messaging.rendering import MAX_SUBJECT, Rendered, Wording, render_wording, wording_of
from emploi.foundation.messaging.rules.letters import has_open_bold
from emploi.foundation.messaging.rules.tokens import problems
from emploi.foundation.messaging.variants import variants_of

# Beyond, some telephones cut the message, and it costs as many SMS.
MAX_SMS = 3
CHANGED_MEANWHILE = (
    "Quelqu’un a modifié ce texte pendant que vous l’écriviez. Le vôtre est resté dans la page : "
    "comparez-le avec la version en vigueur, plus bas, puis enregistrez de nouveau."
)


def preview(*, template: str, channel: str, wording: Wording) -> Rendered:
    """The message an example person would receive. Raises DomainError when the text cannot be used."""
    check(template=template, channel=channel, wording=wording)
    return render_wording(channel, template, wording, message_text(template).sample)


def check(*, template: str, channel: str, wording: Wording) -> None:
    """Refuse a text that would leave a person without what she needs. Raises DomainError."""
    message = message_text(template)
    known = [information.name for information in message.informations]
    found = problems(wording.body, known=known, required=message.required.get(channel, ()))
    if channel == Channel.LETTER and has_open_bold(wording.body):
        raise DomainError("Une étoile est restée ouverte : pour des lettres grasses, écrivez *ces mots*.", field="body")
    if found:
        raise DomainError(" ".join(problem.message for problem in found), field="body")
    wrong = problems(wording.subject, known=known, required=())
    if wrong:
        raise DomainError(" ".join(problem.message for problem in wrong), field="subject")
    _check_length(template, channel, wording)


def _check_length(template: str, channel: str, wording: Wording) -> None:
    if channel != Channel.SMS:
        if not wording.subject.strip():
            raise DomainError("Donnez un objet à ce message.", field="subject")
        if len(wording.subject) > MAX_SUBJECT:
            raise DomainError(f"L’objet ne peut pas dépasser {MAX_SUBJECT} caractères.", field="subject")
        return
    count = render_wording(channel, template, wording, message_text(template).sample).segments
    if count > MAX_SMS:
        raise DomainError(f"Ce texte fait {count} SMS. Raccourcissez-le : {MAX_SMS} au plus.", field="body")


@action
def rewrite(
    *,
    template: str,
    channel: str,
    wording: Wording,
    replaces_id: int | None,
    variant: str = "",
    by: Actor,
    at: datetime,
) -> TextVersion:
    """Give a message its own words from now on, for everybody or in one case.

    Raises DomainError when `replaces_id` is no longer in force, or when nobody knows the case.
    """
    check(template=template, channel=channel, wording=wording)
    if variant and variant not in variants_of(template)[1]:
        raise DomainError("Ce cas particulier n’existe plus. Rien n’est perdu : copiez votre texte avant de quitter.")
    _replace(template, channel, variant, replaces_id, at)
    written = TextVersion.objects.create(
        template=template,
        channel=channel,
        variant=variant,
        subject=wording.subject.strip(),
        body=wording.body.strip(),
        created_at=at,
        created_by_kind=by.kind,
        created_by_id=by.id,
        created_by_label=by.label[:120],
    )
    publish(_told(events.TextRewritten, template, channel, variant), by=by, at=at)
    return written


@action
def restore(
    *, template: str, channel: str, replaces_id: int | None, reason: str, variant: str = "", by: Actor, at: datetime
) -> Wording:
    """Go back to the words shipped with the product, or from a case to everybody's; former words are kept."""
    if replaces_id is None:
        raise DomainError("Le texte d’origine est déjà en vigueur.")
    _replace(template, channel, variant, replaces_id, at)
    publish(_told(events.TextRestored, template, channel, variant), by=by, at=at, reason=reason)
    return wording_of(channel, template, own_wordings(), variant)


def _replace(template: str, channel: str, variant: str, replaces_id: int | None, at: datetime) -> None:
    """End the version in force, which must be the one the author read."""
    current = TextVersion.objects.select_for_update().filter(
        template=template, channel=channel, variant=variant, replaced_at=None
    )
    held = current.first()
    if (held.pk if held else None) != replaces_id:
        raise DomainError(CHANGED_MEANWHILE)
    if held is not None:
        held.replaced_at = at
        held.save(update_fields=["replaced_at"])


def _told(
    kind: type[events.TextRewritten] | type[events.TextRestored], template: str, channel: str, variant: str
) -> Event:
    return kind(template=template, channel=channel, variant=variants_of(template)[1].get(variant, variant))
