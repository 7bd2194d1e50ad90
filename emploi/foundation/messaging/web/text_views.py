"""« Textes des messages »: what people receive, in the Département's own words, seen before it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages as notices
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from emploi.foundation import clock
from emploi.foundation.access import requires
from emploi.foundation.documents.typst import page_count
from emploi.foundation.errors import DomainError
from emploi.foundation.messaging import permissions, queries, rendering, wording
from emploi.foundation.messaging.catalogue import MessageText, catalogue
from emploi.foundation.messaging.enums import Channel
from emploi.foundation.messaging.models import Message, TextVersion
from emploi.foundation.messaging.printing import letters_pdf
from emploi.foundation.messaging.rendering import Rendered, Wording
from emploi.foundation.messaging.variants import variants_of
from emploi.foundation.messaging.web.forms import TextForm
from emploi.foundation.messaging.web.presenters import CHANNEL_ICONS, words_of
from emploi.foundation.ui.forms import ReasonForm, attempt

# In the address: the case a text is written for.
CASE = "cas"
# Where the example letter goes: a person who does not exist.
EXAMPLE_ADDRESS = "Amina Exemple\n12 rue des Lilas\n00000 Exempleville"


@dataclass(frozen=True, slots=True)
class Text:
    """A message for a channel, and the words in force for it."""

    message: MessageText
    channel: Channel
    version: TextVersion | None
    # The case it is written for, empty for everybody, and how it is called.
    variant: str = ""
    variant_name: str = ""
    particular: int = 0

    @property
    def wording(self) -> Wording:
        """Return the words in force; those for everybody while the case has none."""
        return rendering.wording_of(self.channel, self.message.template, queries.own_wordings(), self.variant)

    @property
    def general(self) -> Wording:
        """Return what comes back when these words are given up."""
        if not self.variant:
            return rendering.shipped(self.channel, self.message.template)
        return rendering.wording_of(self.channel, self.message.template, queries.own_wordings())

    @property
    def href(self) -> str:
        """Return the address where it is written."""
        return self.address("text")

    @property
    def icon(self) -> str:
        """Return the icon of its channel."""
        return CHANNEL_ICONS[self.channel]

    def address(self, view: str) -> str:
        """Return the address of one of its pages."""
        app, _, name = self.message.template.partition("/")
        page = reverse(f"messaging:{view}", args=[app, name, self.channel.value])
        return f"{page}?{urlencode({CASE: self.variant})}" if self.variant else page


@requires(permissions.WRITE_TEXTS)
@require_safe
def texts(request: HttpRequest) -> HttpResponse:
    """List every message with its channels: the shipped words or the Département's own."""
    own = queries.texts_in_force()
    lines = [
        {
            "message": message,
            "texts": [
                Text(
                    message,
                    channel,
                    own.get((message.template, channel.value, "")),
                    particular=sum(key[:2] == (message.template, channel.value) and key[2] != "" for key in own),
                )
                for channel in Channel
                if rendering.exists(channel, message.template)
            ],
        }
        for message in catalogue().values()
    ]
    return render(request, "messaging/page_texts.html", {"lines": lines, "own": len(own)})


@requires(permissions.WRITE_TEXTS)
@require_http_methods(["GET", "HEAD", "POST"])
def text(request: HttpRequest, app: str, name: str, channel: str) -> HttpResponse:
    """Write a message: its words, what they may name, and what a person would receive."""
    found = _text(request, app, name, channel)
    if request.method != "POST":
        return _page(request, found, TextForm(initial=_initial(request, found), has_subject=_has_subject(found)))
    form = TextForm(request.POST, has_subject=_has_subject(found))
    shown = None
    if form.is_valid():
        shown = attempt(form, lambda: _previewed(found, form.wording()))
        if shown and "save" in request.POST and attempt(form, lambda: _save(request, found, form)):
            notices.success(request, "Le texte est enregistré. Les prochains messages l’utilisent.")
            return redirect(found.href)
    return _page(request, found, form, shown, status=422 if form.errors else 200)


@requires(permissions.WRITE_TEXTS)
@require_POST
def restore(request: HttpRequest, app: str, name: str, channel: str) -> HttpResponse:
    """Go back to the shipped words, with a reason."""
    found = _text(request, app, name, channel)
    reason = ReasonForm(request.POST)
    if reason.is_valid():
        done = attempt(
            reason,
            lambda: wording.restore(
                template=found.message.template,
                channel=found.channel,
                variant=found.variant,
                replaces_id=found.version.pk if found.version else None,
                reason=reason.cleaned_data["reason"],
                by=request.user.as_actor(),
                at=clock.now(),
            ),
        )
        if done:
            which = "général" if found.variant else "d’origine"
            notices.success(request, f"Le texte {which} est de nouveau en vigueur. Le vôtre reste parmi les anciens.")
            return redirect(found.href)
    form = TextForm(initial=_initial(request, found), has_subject=_has_subject(found))
    return _page(request, found, form, reason=reason, status=422)


@requires(permissions.WRITE_TEXTS)
@require_POST
def letter(request: HttpRequest, app: str, name: str, channel: str) -> HttpResponse:
    """Show the letter being written, as it would be printed."""
    found = _text(request, app, name, channel)
    form = TextForm(request.POST, has_subject=True)
    shown = attempt(form, lambda: _previewed(found, form.wording())) if form.is_valid() else None
    if shown is None or found.channel != Channel.LETTER:
        return _page(request, found, form, status=422)
    response = HttpResponse(_pdf(shown), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="apercu.pdf"'
    response["Content-Security-Policy"] = "default-src 'self'; script-src 'none'; frame-ancestors 'none'"
    return response


def _text(request: HttpRequest, app: str, name: str, channel: str) -> Text:
    message = catalogue().get(f"{app}/{name}")
    if message is None or channel not in Channel.values or not rendering.exists(channel, message.template):
        raise Http404
    variant = request.GET.get(CASE, "")
    known = variants_of(message.template)[1]
    if variant and variant not in known:
        raise Http404
    version = queries.texts_in_force().get((message.template, channel, variant))
    return Text(message, Channel(channel), version, variant, known.get(variant, ""))


def _has_subject(found: Text) -> bool:
    return found.channel != Channel.SMS


def _initial(request: HttpRequest, found: Text) -> dict[str, Any]:
    """The words in force, or a former version taken up again."""
    asked = request.GET.get("version", "")
    former = _versions(found).filter(pk=asked).first() if asked.isdecimal() else None
    words = Wording(former.body, former.subject) if former else found.wording
    replaces = found.version.pk if found.version else None
    return {"subject": words.subject, "body": words.body, "replaces": replaces}


def _previewed(found: Text, typed: Wording) -> Rendered:
    return wording.preview(template=found.message.template, channel=found.channel, wording=typed)


def _save(request: HttpRequest, found: Text, form: TextForm) -> TextVersion:
    return wording.rewrite(
        template=found.message.template,
        channel=found.channel,
        variant=found.variant,
        wording=form.wording(),
        replaces_id=form.cleaned_data["replaces"],
        by=request.user.as_actor(),
        at=clock.now(),
    )


def _page(
    request: HttpRequest,
    found: Text,
    form: TextForm,
    shown: Rendered | None = None,
    *,
    reason: ReasonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    if shown is None and not form.is_bound:
        shown = _shown_or_none(found, Wording(form.initial["body"], form.initial["subject"]))
    required = found.message.required.get(found.channel, ())
    context = {
        "text": found,
        "form": form,
        "reason": reason or ReasonForm(),
        "shown": shown,
        "shown_words": words_of(_example(found, shown)) if shown else "",
        "pages": page_count(_pdf(shown)) if shown and found.channel == Channel.LETTER else 0,
        "informations": [(item, item.name in required) for item in found.message.informations],
        "versions": _versions(found)[:20],
        "original": found.general,
        "cases": _cases(found),
        "restore_href": found.address("text_restore"),
        "letter_href": found.address("text_letter"),
        "is_letter": found.channel == Channel.LETTER,
    }
    return render(request, "messaging/page_text.html", context, status=status)


def _versions(found: Text) -> QuerySet[TextVersion]:
    return queries.versions_of(found.message.template, found.channel, found.variant)


def _cases(found: Text) -> dict[str, Any]:
    """The cases this message may be written for, with those that have their own words."""
    what, known = variants_of(found.message.template)
    own = queries.texts_in_force()
    written = {key for key in known if (found.message.template, found.channel.value, key) in own}
    return {"what": what, "names": [(key, name, key in written) for key, name in known.items()]}


def _shown_or_none(found: Text, words: Wording) -> Rendered | None:
    """A former version may name what no longer exists: it is shown in the form, and refused when previewed."""
    try:
        return _previewed(found, words)
    except DomainError:
        return None


def _example(found: Text, shown: Rendered) -> Message:
    return Message(
        channel=found.channel, recipient=EXAMPLE_ADDRESS, subject=shown.subject, body=shown.body, extras=shown.extras
    )


def _pdf(shown: Rendered) -> bytes:
    example = Message(
        channel=Channel.LETTER, recipient=EXAMPLE_ADDRESS, subject=shown.subject, body=shown.body, extras=shown.extras
    )
    return letters_pdf([example], on=clock.today())
