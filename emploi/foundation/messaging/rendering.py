"""The texts of messages: found by name in any app, filled with what is known, safe for their channel.

A message is written in `<app>/messages/<name>.sms.txt`, `<name>.email.subject.txt` with `<name>.email.txt`, or
`<name>.letter.txt` (a first line "Objet : …" is the letter's object; `*bold*` and lines beginning with « - » are its
only markup). Their small language is in `rules/tokens.py`; what they may name, in `texts.yaml` beside them. What an
administrator wrote on screen comes first, then the folder `messages/` of the Département in force, then ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.template import Context, Engine, Template
from django.utils.html import escape, urlize
from django.utils.safestring import SafeString, mark_safe

from emploi.foundation import department
from emploi.foundation.apps import EmploiAppConfig
from emploi.foundation.messaging.catalogue import FOLDER, Information, message_text
from emploi.foundation.messaging.conf import how_to_answer
from emploi.foundation.messaging.enums import Channel
from emploi.foundation.messaging.rules import gsm
from emploi.foundation.messaging.rules.letters import as_markup, typst_escape, with_line_ends
from emploi.foundation.messaging.rules.tokens import fill

FRENCH = "emploi.foundation.ui.templatetags.fr"
SUFFIXES = {Channel.SMS: ".sms.txt", Channel.EMAIL: ".email.txt", Channel.LETTER: ".letter.txt"}
SUBJECT_SUFFIX = ".email.subject.txt"
SUBJECT = "subject"
MAX_SUBJECT = 250
_OBJECT_LINE = re.compile(r"\s*Objet\s*:\s*(.+?)\s*(?:\n|$)")


class UnknownTemplate(LookupError):
    """No app carries a message of that name for that channel: a defect of ours."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a message for a channel, before anybody's name is put in them."""

    body: str
    subject: str = ""


# By message, channel and case; an empty case is for everybody.
Own = Mapping[tuple[str, str, str], Wording]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text ready to be kept: subject (e-mail and letter), body, number of SMS."""

    body: str
    subject: str = ""
    segments: int = 0
    extras: dict[str, Any] = field(default_factory=dict)


def render(channel: str, template: str, context: dict[str, Any], *, own: Own, variant: str = "") -> Rendered:
    """Render a message for a channel; `own` holds the texts the Département wrote. Raises UnknownTemplate."""
    return render_wording(channel, template, wording_of(channel, template, own, variant), context)


def wording_of(channel: str, template: str, own: Own, variant: str = "") -> Wording:
    """Return the words in force: those of the case, else those for everybody, else ours. Raises UnknownTemplate."""
    particular = own.get((template, channel, variant)) if variant else None
    return particular or own.get((template, channel, "")) or shipped(channel, template)


def render_wording(channel: str, template: str, wording: Wording, context: dict[str, Any]) -> Rendered:
    """Render given words, for the message of that name."""
    chosen = Channel(channel)
    known = message_text(template).by_key
    ours = {"department": department.identity(), "site": settings.PUBLIC_URL, "how_to_answer": how_to_answer(chosen)}
    words = Context({**ours, **context}, autoescape=False)
    body = fill(wording.body, partial(_value, known, words, chosen), literal=_LITERALS.get(chosen, str))
    if chosen is Channel.SMS:
        folded = gsm.fold(body)
        return Rendered(folded, segments=gsm.segments(folded))
    subject = " ".join(fill(wording.subject, partial(_value, known, words, SUBJECT)).split())[:MAX_SUBJECT]
    if chosen is Channel.EMAIL:
        return Rendered(body, subject)
    extras = {key: str(context[key]) for key in LETTER_EXTRAS if context.get(key)}
    return Rendered(with_line_ends(body), subject, extras=extras)


def shipped(channel: str, template: str) -> Wording:
    """Return the words of the Département's folder, else ours. Raises UnknownTemplate."""
    chosen = Channel(channel)
    body = _read(template, SUFFIXES[chosen])
    if chosen is Channel.EMAIL:
        return Wording(body, _read(template, SUBJECT_SUFFIX))
    found = _OBJECT_LINE.match(body) if chosen is Channel.LETTER else None
    return Wording(body[found.end() :].strip(), found.group(1)) if found else Wording(body)


def exists(channel: str, template: str) -> bool:
    """Tell whether a message of that name is written for a channel."""
    return _find(settings.DEPARTMENT, template, SUFFIXES[Channel(channel)]) is not None


def email_html(body: str) -> str:
    """Return the same text as a plain page: paragraphs, clickable links, nothing loaded from anywhere."""
    paragraphs = [urlize(escape(part), autoescape=False).replace("\n", "<br>") for part in _paragraphs(body)]
    inside = "".join(f"<p>{part}</p>" for part in paragraphs)
    return f'<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"></head><body>{inside}</body></html>'


def shown(body: str) -> SafeString:
    """Return a text as shown on our own pages: line breaks kept, addresses clickable."""
    return mark_safe(urlize(escape(body), autoescape=False).replace("\n", "<br>"))  # noqa: S308 - escaped just before


def plain_letter(body: str) -> str:
    """Return the words of a letter without their markup, to be read on a screen."""
    body = body.replace(" \\\n", "\n")
    without = re.sub(r"(?<!\\)[*_]|^[ \t]*[-+] |^=+ ", "", body, flags=re.MULTILINE)
    return re.sub(r"\\([^\s])", r"\1", without)


# The address of somebody's own pages: whoever holds it acts in her name.
_PERSONAL_LINK = re.compile(r"(/i/)[A-Za-z0-9]{8,}")


def masked(body: str) -> str:
    """Return a text as people other than its recipient may read it: her link no longer opens anything."""
    return _PERSONAL_LINK.sub(r"\1[lien masqué]", body)


# What a letter carries besides its text, taken from the context: the QR code's address, what to type without a
# camera, the reference and who signs.
LETTER_EXTRAS = (
    "link_url", "link_title", "link_address", "link_code", "reference", "signatory_name", "signatory_title",
)  # fmt: skip


_LITERALS: dict[Channel, Callable[[str], str]] = {Channel.LETTER: as_markup}


def _value(known: Mapping[str, Information], words: Context, form: str, key: str) -> str:
    """What an information is worth in this message; inside a letter Typst prints it and runs nothing of it."""
    information = known[key]
    is_letter = form == Channel.LETTER
    if information.list:
        things = [str(thing) for thing in words.get(information.list) or ()]
        if form == Channel.SMS:
            return ", ".join(things)
        return "\n".join(f"- {typst_escape(thing) if is_letter else thing}" for thing in things)
    shorter = {Channel.SMS: information.sms, SUBJECT: information.subject}.get(form, "")
    text = str(_compiled(shorter or information.value).render(words))
    return typst_escape(text) if is_letter else text


def _read(template: str, suffix: str) -> str:
    path = _find(settings.DEPARTMENT, template, suffix)
    if path is None:
        raise UnknownTemplate(f"No message « {template}{suffix} » in any app")
    return _content(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=256)
def _find(department_name: str, template: str, suffix: str) -> Path | None:
    label, _, name = template.rpartition("/")
    folders = [department.DEPARTMENTS / department_name / FOLDER]
    folders += [
        Path(app.path) / FOLDER
        for app in apps.get_app_configs()
        if isinstance(app, EmploiAppConfig) and label in ("", app.label)
    ]
    return next((found for folder in folders if (found := folder / f"{name}{suffix}").is_file()), None)


@lru_cache(maxsize=256)
def _content(path: Path, _changed_at: int) -> str:
    return path.read_text(encoding="utf-8").strip()


@lru_cache(maxsize=256)
def _compiled(value: str) -> Template:
    return Template(value, engine=Engine(libraries={"fr": FRENCH}, builtins=[FRENCH], autoescape=False))


def _paragraphs(body: str) -> list[str]:
    return [part.strip() for part in re.split(r"\n\s*\n", body) if part.strip()]
