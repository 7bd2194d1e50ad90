"""The messages that exist and what their texts may name: read from `messages/texts.yaml` of every app."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.apps import apps

from emploi.foundation import clock
from emploi.foundation.apps import EmploiAppConfig
from emploi.foundation.messaging.rules.tokens import key_of

FOLDER = "messages"
FILE = "texts.yaml"


@dataclass(frozen=True, slots=True)
class Information:
    """Something a text may name: how it is computed from the context of a message, whole or shortened for an SMS."""

    name: str
    means: str
    value: str = ""
    sms: str = ""
    subject: str = ""
    list: str = ""

    @property
    def key(self) -> str:
        """Return what designates it whatever the capitals and accents."""
        return key_of(self.name)


@dataclass(frozen=True, slots=True)
class MessageText:
    """One message: what it is for, what it may and must name by channel, and an example to preview it."""

    template: str
    title: str
    when: str
    informations: tuple[Information, ...]
    required: dict[str, tuple[str, ...]]
    sample: dict[str, Any] = field(default_factory=dict)
    # It may have other words in some cases that its app tells apart (variants.py).
    varies: bool = False

    @property
    def by_key(self) -> dict[str, Information]:
        """Return its informations by key."""
        return {information.key: information for information in self.informations}


@lru_cache(maxsize=1)
def catalogue() -> dict[str, MessageText]:
    """Return every message by its whole name (« appointments/invitation »)."""
    files = {
        app.label: yaml.safe_load(path.read_text(encoding="utf-8"))
        for app in apps.get_app_configs()
        if isinstance(app, EmploiAppConfig) and (path := Path(app.path) / FOLDER / FILE).is_file()
    }
    common = [_information(*item) for read in files.values() for item in read.get("common", {}).items()]
    return {
        message.template: message for label, read in sorted(files.items()) for message in _messages(label, read, common)
    }


def message_text(template: str) -> MessageText:
    """Return one message, by its whole name or by its last word. Raises KeyError."""
    known = catalogue()
    if template in known:
        return known[template]
    return next(message for name, message in known.items() if name.rpartition("/")[2] == template)


def _messages(label: str, read: dict[str, Any], common: list[Information]) -> list[MessageText]:
    informations = {name: _information(name, how) for name, how in read.get("informations", {}).items()}
    return [
        MessageText(
            template=f"{label}/{slug}",
            title=how["title"],
            when=how["when"],
            informations=(*(informations[name] for name in how["informations"]), *common),
            required={channel: tuple(names) for channel, names in how.get("required", {}).items()},
            sample={key: _aware(value) for key, value in {**read.get("sample", {}), **how.get("sample", {})}.items()},
            varies=bool(how.get("varies", False)),
        )
        for slug, how in read["messages"].items()
    ]


def _information(name: str, how: dict[str, str]) -> Information:
    return Information(name=name, **how)


def _aware(value: Any) -> Any:
    return value.replace(tzinfo=clock.ZONE) if isinstance(value, datetime) else value
