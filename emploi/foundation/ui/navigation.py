"""The left navigation: each app registers its doors, the layout shows those the agent may open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True, slots=True)
class NavItem:
    """One door of the left navigation; `group` gathers secondary doors under one heading."""

    label: str
    icon: str
    url_name: str
    permission: str = ""
    order: int = 100
    group: str = ""
    # How much waits behind the door, for the agent who looks; shown beside it when there is something.
    count: Callable[[Any], int] | None = None


@dataclass(frozen=True, slots=True)
class NavLink:
    """A door as shown to one agent on one page."""

    label: str
    icon: str
    href: str
    current: bool
    count: int = 0


@dataclass(frozen=True, slots=True)
class NavGroup:
    """A heading and its doors; the first group has no heading."""

    label: str
    links: list[NavLink] = field(default_factory=list)


_items: dict[str, NavItem] = {}
_foot: dict[str, NavItem] = {}
_search: list[NavItem] = []
_counts: ContextVar[bool] = ContextVar("counts_in_the_menu", default=True)


def register(item: NavItem) -> None:
    """Add a door; registering the same url_name again replaces it."""
    _items[item.url_name] = item


def register_foot(item: NavItem) -> None:
    """Add a link to the foot of every page, public ones included."""
    _foot[item.url_name] = item


def register_search(url_name: str, permission: str = "") -> None:
    """Say which page answers the search of the top bar, and who has one."""
    _search[:] = [NavItem("Rechercher", "search", url_name, permission)]


def foot_links() -> list[NavLink]:
    """Return the links of the foot of the page."""
    ordered = sorted(_foot.values(), key=lambda item: item.order)
    return [NavLink(item.label, item.icon, href, False) for item in ordered if (href := _href(item.url_name))]


def search_href(user: Any) -> str:
    """Return the address of the search page, empty for whoever may not search."""
    return next((_href(item.url_name) for item in _search if _allowed(item, user)), "")


def registered() -> list[NavItem]:
    """Return every door in the order of the screen."""
    return sorted(_items.values(), key=lambda item: (item.order, item.label))


@contextmanager
def without_counts() -> Iterator[None]:
    """Within it, the menu says nothing of what waits: an error page asks the database for nothing."""
    token = _counts.set(False)
    try:
        yield
    finally:
        _counts.reset(token)


def groups_for(request: HttpRequest) -> list[NavGroup]:
    """Return the doors the signed-in agent may open, the current page marked."""
    shown = [(item, href) for item in registered() if _allowed(item, request.user) and (href := _href(item.url_name))]
    current = max((href for _, href in shown if request.path.startswith(href)), key=len, default="")
    groups: dict[str, NavGroup] = {}
    for item, href in shown:
        group = groups.setdefault(item.group, NavGroup(item.group))
        group.links.append(NavLink(item.label, item.icon, href, href == current, _waiting(item, request.user)))
    return sorted(groups.values(), key=lambda group: group.label != "")


def _waiting(item: NavItem, user: Any) -> int:
    return item.count(user) if item.count is not None and _counts.get() else 0


def _allowed(item: NavItem, user: Any) -> bool:
    return not item.permission or user.can(item.permission)


def _href(url_name: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:  # an app that is not installed here simply has no door
        return ""
