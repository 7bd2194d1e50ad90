"""The texts of messages: found by name in any app, rendered for their channel, safe for it.

A message is written in `<app>/messages/<name>.sms.txt`, `<name>.email.subject.txt` with `<name>.email.txt`, or
`<name>.letter.typ` (Typst markup; a first line "Objet : …" is the letter's object; values are escaped). The folder
`messages/` of the Département in force comes first: its own words win.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.template import Context, Engine, Template
from django.template.base import VariableNode
from django.utils.html import escape, urlize
from django.utils.safestring import SafeString, mark_safe

from emploi.foundation import department
from emploi.foundation.apps import EmploiAppConfig
from emploi.foundation.messaging.enums import Channel
from emploi.foundation.messaging.rules import gsm

FOLDER = "messages"
FRENCH = "emploi.foundation.ui.templatetags.fr"
SUFFIXES = {Channel.SMS: ".sms.txt", Channel.EMAIL: ".email.txt", Channel.LETTER: ".letter.typ"}
SUBJECT_SUFFIX = ".email.subject.txt"
MAX_SUBJECT = 250
_TYPST_SPECIAL = re.compile(r"([\\#$*_`<>@~\[\]=\-+/\"{}]|(?<=^\d)\.|(?<=^\d\d)\.)", re.MULTILINE)
_OBJECT_LINE = re.compile(r"\s*Objet\s*:\s*(.+?)\s*(?:\n|$)")


class UnknownTemplate(LookupError):
    """No app carries a message of that name for that channel: a defect of ours."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text ready to be kept: subject (e-mail and letter), body, number of SMS."""

    body: str
    subject: str = ""
    segments: int = 0
    extras: dict[str, Any] = field(default_factory=dict)


class _TypstVariable(VariableNode):
    """A value inside a letter: whatever it contains, Typst prints it and runs nothing."""

    def render(self, context: Context) -> str:
        text = super().render(context)
        return str(text) if isinstance(text, SafeString) else typst_escape(text)


def render(channel: str, template: str, context: dict[str, Any]) -> Rendered:
    """Render a message for a channel. Raises UnknownTemplate."""
    words = {"department": department.identity(), "site": settings.PUBLIC_URL, **context}
    chosen = Channel(channel)
    text = _text(template, SUFFIXES[chosen], words).strip()
    if chosen is Channel.SMS:
        body = gsm.fold(text)
        return Rendered(body, segments=gsm.segments(body))
    if chosen is Channel.EMAIL:
        subject = " ".join(_text(template, SUBJECT_SUFFIX, words).split())
        return Rendered(text, subject[:MAX_SUBJECT])
    return _letter(text, context)


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


def typst_escape(text: str) -> str:
    """Return a text that Typst prints as it is."""
    return _TYPST_SPECIAL.sub(r"\\\1", text)


def plain_letter(body: str) -> str:
    """Return the words of a letter without their markup, to be read on a screen."""
    without = re.sub(r"(?<!\\)[*_]|^[ \t]*[-+] |^=+ ", "", body, flags=re.MULTILINE)
    return re.sub(r"\\([^\s])", r"\1", without)


def _letter(text: str, context: dict[str, Any]) -> Rendered:
    found = _OBJECT_LINE.match(text)
    subject = plain_letter(found.group(1)) if found else ""
    body = text[found.end() :].strip() if found else text
    extras = {key: str(context[key]) for key in LETTER_EXTRAS if context.get(key)}
    return Rendered(body, subject[:MAX_SUBJECT], extras=extras)


# What a letter carries besides its text, taken from the context: the QR code's address, what to type without a
# camera, the reference and who signs.
LETTER_EXTRAS = (
    "link_url", "link_title", "link_address", "link_code", "reference", "signatory_name", "signatory_title",
)  # fmt: skip


def _text(template: str, suffix: str, context: dict[str, Any]) -> str:
    path = _find(settings.DEPARTMENT, template, suffix)
    if path is None:
        raise UnknownTemplate(f"No message « {template}{suffix} » in any app")
    return _parsed(path, path.stat().st_mtime_ns).render(Context(context, autoescape=False))


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
def _parsed(path: Path, _changed_at: int) -> Template:
    engine = Engine(libraries={"fr": FRENCH}, builtins=[FRENCH], autoescape=False)
    template = Template(path.read_text(encoding="utf-8"), engine=engine)
    if path.suffix == ".typ":
        for node in template.nodelist.get_nodes_by_type(VariableNode):
            node.__class__ = _TypstVariable
    return template


def _paragraphs(body: str) -> list[str]:
    return [part.strip() for part in re.split(r"\n\s*\n", body) if part.strip()]
