"""What every layout needs, computed only when a template asks for it."""

from __future__ import annotations

import hashlib
from functools import cached_property

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse

from emploi.foundation import department
from emploi.foundation.ui import navigation as doors
from emploi.foundation.ui.colours import accent_palette


class Frame:
    """The frame of a page: the Département, the doors open to the agent, the accent colour."""

    def __init__(self, request: HttpRequest | None) -> None:
        self._request = request

    @cached_property
    def identity(self) -> department.Identity:
        """Return the Département in force."""
        return department.identity()

    @cached_property
    def fictitious(self) -> bool:
        """Tell whether the people shown are invented."""
        return department.is_fictitious()

    @cached_property
    def navigation(self) -> list[doors.NavGroup]:
        """Return the doors of the left navigation, none for signed-out people."""
        user = getattr(self._request, "user", None)
        if self._request is None or user is None or not user.is_authenticated:
            return []
        return doors.groups_for(self._request)

    @cached_property
    def foot(self) -> list[doors.NavLink]:
        """Return the links of the foot of the page."""
        return doors.foot_links()

    @cached_property
    def search_href(self) -> str:
        """Return the address of the search page, empty for whoever may not search."""
        user = getattr(self._request, "user", None)
        return doors.search_href(user) if user is not None and user.is_authenticated else ""

    @cached_property
    def accent_href(self) -> str:
        """Return the address of the accent's style sheet, which changes when the colour does."""
        palette = accent_palette(self.identity.accent)
        version = hashlib.sha256("".join(palette.values()).encode()).hexdigest()[:8]
        try:
            return f"{reverse('ui:accent')}?v={version}"
        except NoReverseMatch:  # an error page must show even when the addresses themselves are broken
            return ""

    @cached_property
    def logo_href(self) -> str:
        """Return the address of the Département's logo, empty when it has none."""
        try:
            return reverse("ui:logo") if self.identity.logo else ""
        except NoReverseMatch:
            return ""

    @cached_property
    def htmx_href(self) -> str:
        """Return the address of htmx, shipped by django-htmx."""
        return static("django_htmx/htmx-2.min.js")
