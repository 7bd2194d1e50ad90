"""The Département in force: its folder under `emploi/departments/`, its identity, its data files and wording."""

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

DEPARTMENTS = Path(__file__).resolve().parent.parent / "departments"


@dataclass(frozen=True)
class ToConfirm:
    """Something shipped that nobody has checked with the Département."""

    what: str
    why: str


@dataclass(frozen=True)
class Identity:
    """What every page and letter says of the Département."""

    code: str
    name: str
    short_name: str
    phone: str
    address_lines: tuple[str, ...]
    logo: str
    accent: str
    sms_sender: str
    signatory_title: str
    caf_organisms: tuple[tuple[str, str], ...]
    fictitious: bool
    public_phone_hours: str = ""
    # Public holidays beside the national ones: "57" (Moselle), "6AE" (Alsace), "974"…; empty elsewhere.
    holidays_of: str = ""
    to_confirm: tuple[ToConfirm, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def authority(self) -> str:
        """Who decides for the Département, as its signature says: « la Présidente du Conseil départemental »."""
        return self.signatory_title.removeprefix("Pour ").removesuffix(" et par délégation")

    @property
    def of_name(self) -> str:
        """The name to follow a noun, with its own article: « du Val-d’Exemple »."""
        return self.name.removeprefix("Département ")


def folder() -> Path:
    """The folder of the Département in force; an unknown name is refused at once."""
    path = DEPARTMENTS / settings.DEPARTMENT
    if not (path / "identity.yaml").is_file():
        known = ", ".join(sorted(p.parent.name for p in DEPARTMENTS.glob("*/identity.yaml")))
        raise LookupError(f"Département inconnu : « {settings.DEPARTMENT} ». Départements livrés : {known}.")
    return path


def load_yaml(name: str) -> Any:
    """The content of one of the Département's data files."""
    return yaml.safe_load((folder() / name).read_text(encoding="utf-8"))


def has(name: str) -> bool:
    """Whether the Département ships that file."""
    return (folder() / name).is_file()


def identity() -> Identity:
    """The identity of the Département in force."""
    return _identity(settings.DEPARTMENT)


def is_fictitious() -> bool:
    """Whether the people shown are invented: a demonstration, a trial."""
    return bool(getattr(settings, "FICTITIOUS_DATA", False)) or identity().fictitious


def wording(key: str, default: str) -> str:
    """A Département's own word for a thing, else the product's."""
    return _wording(settings.DEPARTMENT).get(key, default)


def privacy_contact() -> str:
    """Whom to ask about one's data, with the address: the same on the public page and on every letter."""
    address = ", ".join([identity().name, *identity().address_lines])
    return wording("privacy_contact", f"Délégué à la protection des données, {address}")


@lru_cache(maxsize=8)
def _identity(name: str) -> Identity:
    raw = dict(load_yaml("identity.yaml"))
    organisms = tuple((str(o["fonorg"]), str(o["numorg"])) for o in raw.pop("caf_organisms", []))
    known = {
        "code": str(raw.pop("code")),
        "name": raw.pop("name"),
        "short_name": raw.pop("short_name"),
        "phone": raw.pop("phone"),
        "address_lines": tuple(raw.pop("address_lines", ())),
        "logo": raw.pop("logo", ""),
        "accent": raw.pop("accent"),
        "sms_sender": raw.pop("sms_sender"),
        "signatory_title": raw.pop("signatory_title"),
        "fictitious": bool(raw.pop("fictitious", False)),
        "public_phone_hours": raw.pop("public_phone_hours", ""),
        "holidays_of": str(raw.pop("holidays_of", "")),
        "to_confirm": tuple(ToConfirm(**line) for line in raw.pop("to_confirm", ())),
    }
    return Identity(caf_organisms=organisms, extra=raw, **known)


@lru_cache(maxsize=8)
def _wording(name: str) -> dict[str, str]:
    return dict(load_yaml("wording.yaml") or {}) if has("wording.yaml") else {}
