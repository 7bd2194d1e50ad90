"""Pages anybody may read: what this is, your data, accessibility, how orientations are proposed."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from emploi.foundation import clock, department
from emploi.foundation.access import public
from emploi.foundation.ui import definitions as words
from emploi.foundation.ui.french import nombre
from emploi.pathway.orientation import queries as orientation
from emploi.territory.rulebook import queries as rulebook

PRIVACY = Path(__file__).parent.parent / "data" / "privacy.yaml"
# The day the declaration of accessibility was written; it changes with the audit, not with the calendar.
CODE_HREF = "/code/"
DECLARED_ON = date(2026, 11, 21)


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Say what this is and who to call."""
    return render(
        request,
        "public/page_home.html",
        {
            **_privacy_people(),
            "code_href": CODE_HREF,
            "first_interview_days": _figure("first_interview_days"),
            "orientation_months": _figure("orientation_months"),
        },
    )


@public
@require_safe
def first_meeting(request: HttpRequest) -> HttpResponse:
    """Explain the first appointment in easy-to-read French."""
    context = {
        "officer": department.wording("orientation_officer", "chargé d’orientation"),
        "duration": department.wording("first_interview_duration", "une heure"),
    }
    return render(request, "public/page_first_meeting.html", context)


@public
@require_safe
def legal(request: HttpRequest) -> HttpResponse:
    """Say who publishes and who hosts."""
    return render(request, "public/page_legal.html", {"hosting": department.identity().extra.get("hosting", "")})


@public
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Say what is kept, why, how long, and the rights of the person."""
    return render(
        request,
        "public/page_privacy.html",
        {"kept": _kept(), "answer_delay": _delay("rights_answer_months"), **_privacy_people()},
    )


@public
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Declare honestly how accessible the product is."""
    return render(request, "public/page_accessibility.html", {"declared_on": DECLARED_ON, **_privacy_people()})


@public
@require_safe
def definitions(request: HttpRequest) -> HttpResponse:
    """Show every definition used on the screens."""
    return render(request, "public/page_definitions.html", {"definitions": words.everything()})


@public
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Publish the rules by which an orientation is proposed (CRPA L312-1-3)."""
    context = {"rules": orientation.rules_in_words(clock.today()), "voies": orientation.active_modalities()}
    return render(request, "public/page_rules.html", context)


def _figure(slug: str) -> str:
    return nombre(rulebook.value(slug, clock.today()))


def _delay(slug: str) -> str:
    return rulebook.in_words(slug, clock.today())


def _privacy_people() -> dict[str, str]:
    identity = department.identity()
    return {
        "controller": department.wording("privacy_controller", identity.name),
        "contact": department.privacy_contact(),
    }


@lru_cache(maxsize=1)
def _kept() -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = yaml.safe_load(PRIVACY.read_text(encoding="utf-8"))
    return lines
