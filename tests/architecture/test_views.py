"""Every page says who may see it; every role meets exactly the pages of its permissions."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from emploi.territory.agents.roles import Permission

# Pages open to everybody, by name: adding one is a decision.
PUBLIC_VIEWS = {
    "agents:activate",
    "appointments:feed",  # an agent's hours for her other calendar, behind a secret address
    "citizen:calendar",
    "citizen:cancel",
    "citizen:code",
    "citizen:confirm",
    "citizen:days",
    "citizen:hours",
    "citizen:link",
    "citizen:needs",
    "citizen:none_suits",
    "citizen:places",
    "citizen:printed",
    "citizen:remote",
    "citizen:reorientation",
    "citizen:reorientation_printed",
    "citizen:writing",
    "desk:index",
    "documents:by_link",  # a signed link, one document, thirty days
    "healthz",
    "metrics",
    "messaging:receipts",  # called by SMS operators, signed
    "messaging:replies",  # the same
    "public:accessibility",
    "public:definitions",
    "public:first_meeting",
    "public:home",
    "public:legal",
    "public:privacy",
    "public:rules",
    "ui:accent",
    "ui:gallery",
    "ui:gallery_error",
    "ui:logo",
}
THIRD_PARTY = ("account_", "mfa_", "prometheus-", "socialaccount_")


def patterns(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from patterns(pattern, inner)
        else:
            yield f"{namespace}{pattern.name}", pattern


def our_views() -> list[tuple[str, URLPattern]]:
    return [(name, p) for name, p in patterns(get_resolver()) if not name.startswith(THIRD_PARTY)]


def test_every_view_says_who_may_see_it() -> None:
    silent = [
        name
        for name, pattern in our_views()
        if not hasattr(pattern.callback, "required_permissions") and not getattr(pattern.callback, "is_public", False)
    ]
    assert silent == []


def test_permissions_asked_for_exist() -> None:
    known = {p.value for p in Permission}
    unknown = {
        f"{name}: {permission}"
        for name, pattern in our_views()
        for permission in getattr(pattern.callback, "required_permissions", ())
        if permission not in known
    }
    assert unknown == set()


def test_public_views_are_listed_by_name() -> None:
    found = {name for name, pattern in our_views() if getattr(pattern.callback, "is_public", False)}
    assert found == PUBLIC_VIEWS
