"""A word of health kept knowingly stays with those who may see health, on every page that shows a free text."""

import re
from datetime import timedelta
from pathlib import Path

from django.test import Client
from django.urls import reverse

from emploi.foundation.texts.guard import RESERVED
from emploi.pathway.appointments import actions
from emploi.pathway.appointments.enums import BookedVia
from emploi.territory.agents.models import Agent
from tests.architecture.house import ROOT
from tests.pathway.appointments.world import MONDAY, World, at

KEPT = "Hospitalisée à Valence"
TUESDAY = MONDAY + timedelta(days=1)
# The reason of a closure speaks of a place or of a colleague's day, and is refused health words when written.
READ_BY_AGENTS = ("pathway/appointments", "portal/desk", "foundation/audit")
FREE = re.compile(
    r"\{\{ (?!closure\.)\w+\.(?:modality_reason|marked_reason|cancelled_reason|revoked_reason|reason|note)\b"
    r"[^}]*\}\}"
)


def page(who: Agent, name: str, *args: object) -> str:
    client = Client()
    client.force_login(who, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.get(reverse(name, args=args)).content.decode()


def test_the_secretary_does_not_read_the_excuse_of_the_hospital(world: World) -> None:
    """The officer, who may see health, kept the words; the secretary reads that something is kept back."""
    world.opening()
    entry = world.entry("Nadia")
    slot = world.slot(TUESDAY, 10)
    held = actions.book(slot_id=slot.pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=at(MONDAY, 9))
    actions.mark_excused(appointment_id=held.pk, reason=KEPT, by=world.by, at=at(TUESDAY, 14))
    for name, args in (("appointments:appointment", [held.pk]), ("desk:history", [entry.person_id])):
        assert KEPT in page(world.officer, name, *args)
        shown = page(world.secretary, name, *args)
        assert KEPT not in shown
        assert RESERVED in shown


def test_no_template_prints_a_free_text_without_asking_who_reads() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for folder in READ_BY_AGENTS
        for path in Path(ROOT / "emploi" / folder).rglob("templates/**/*.html")
        for match in FREE.finditer(path.read_text(encoding="utf-8"))
        if "read_by" not in match.group()
    ]
    assert found == []
