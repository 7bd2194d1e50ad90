"""Lists: filters kept in the URL, sort, page, page size and count, all decided by the server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from emploi.foundation.ui.french import date_num_fr

PAGE_SIZES = (25, 50, 100)


@dataclass(frozen=True, slots=True)
class Sort:
    """A column one may sort by; `fields` are order_by names of the ascending order."""

    slug: str
    label: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ActiveFilter:
    """A filter in force, in words, with the address of the same list without it."""

    label: str
    value: str
    without: str


@dataclass(frozen=True, slots=True)
class SortLink:
    """The head of a sortable column: where it leads and the order now in force."""

    label: str
    href: str
    direction: str  # ascending | descending | ""


class FilterForm(forms.Form):
    """Filters of a list: every field optional, wrong values ignored rather than refused."""

    # Fields that are not chips one can take away: tabs, fields carried along.
    without_chip: tuple[str, ...] = ()

    def __init__(self, data: QueryDict, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        for field in self.fields.values():
            field.required = False
        self.prepare()
        self.full_clean()

    def prepare(self) -> None:
        """Fill choices that come from the database, once; a list that has some overrides it."""

    def value(self, name: str) -> Any:
        """Return the cleaned value of a filter, None when absent or wrong."""
        return self.cleaned_data.get(name) or None

    def apply(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow the queryset; each list overrides it."""
        return queryset

    def shown_value(self, name: str) -> str:
        """Return the filter's value as words."""
        value = self.cleaned_data[name]
        if isinstance(value, bool):
            return "oui"
        if isinstance(value, date):
            return date_num_fr(value)
        choices = dict(getattr(self.fields[name], "choices", []))
        return str(choices.get(value, choices.get(str(value), value)))


@dataclass(frozen=True, slots=True)
class Listing:
    """Everything the template of a list shows."""

    page: Page[Any]
    count: int
    filters: FilterForm | None
    active: list[ActiveFilter]
    sorts: dict[str, SortLink]
    size: int
    sizes: list[tuple[int, str]]
    query: str

    @property
    def rows(self) -> Any:
        """Return the objects of this page."""
        return self.page.object_list

    def page_href(self, number: int) -> str:
        """Return the address of another page of the same list."""
        params = QueryDict(self.query, mutable=True)
        params["page"] = str(number)
        return f"?{params.urlencode()}"

    @property
    def ends_early(self) -> bool:
        """Tell, on the last page one may turn, that more rows exist: another sort or a filter reaches them."""
        paginator = self.page.paginator
        return isinstance(paginator, _Pages) and paginator.is_cut and not self.page.has_next()

    @property
    def numbers(self) -> list[tuple[int | None, str]]:
        """Return page numbers around the current one, (None, "") standing for a gap."""
        paginator = self.page.paginator
        elided = paginator.get_elided_page_range(self.page.number, on_each_side=1, on_ends=1)
        return [(n, self.page_href(n)) if isinstance(n, int) else (None, "") for n in elided]

    @property
    def previous_href(self) -> str:
        """Return the address of the page before, empty on the first."""
        return self.page_href(self.page.number - 1) if self.page.has_previous() else ""

    @property
    def next_href(self) -> str:
        """Return the address of the page after, empty on the last."""
        return self.page_href(self.page.number + 1) if self.page.has_next() else ""


def ordering(request: HttpRequest, sorts: Sequence[Sort], default: str) -> tuple[str, list[str]]:
    """Return the sort in force ("name" or "-name") and its order_by names."""
    asked = request.GET.get("sort", default)
    known = {sort.slug: sort for sort in sorts}
    if asked.removeprefix("-") not in known:
        asked = default
    fields = known[asked.removeprefix("-")].fields if known else ()
    return asked, [_reversed(name) for name in fields] if asked.startswith("-") else list(fields)


class _Page(Page):  # type: ignore[type-arg]  # not generic at run time
    """A page that may be the last one may turn without being the last there is."""

    def end_index(self) -> int:
        """Return the number of the last row shown."""
        return min(self.number * int(self.paginator.per_page), int(self.paginator.count))


class _Pages(Paginator):  # type: ignore[type-arg]  # not generic at run time
    """Pages counted on a twin of the queryset that is cheaper to count."""

    counted: QuerySet[Any] | int | None = None
    deepest: int | None = None

    @cached_property
    def count(self) -> int:
        """Return the number of rows."""
        if isinstance(self.counted, int):
            return self.counted
        return self.counted.count() if self.counted is not None else int(super().count)

    @cached_property
    def num_pages(self) -> int:
        """Return the number of pages one may turn: nobody reads page 2,000, and reaching it costs them all."""
        pages = int(super().num_pages)
        return pages if self.deepest is None else max(1, min(pages, self.deepest // int(self.per_page)))

    def _get_page(self, *args: Any, **kwargs: Any) -> Page[Any]:
        return _Page(*args, **kwargs)

    @property
    def is_cut(self) -> bool:
        """Tell whether rows lie beyond the last page."""
        return self.num_pages * int(self.per_page) < self.count


def listing(
    request: HttpRequest,
    queryset: QuerySet[Any] | Sequence[Any],
    *,
    counted: QuerySet[Any] | int | None = None,
    filters: FilterForm | None = None,
    sorts: Sequence[Sort] = (),
    default_sort: str = "",
    sizes: Sequence[int] = PAGE_SIZES,
    deepest: int | None = None,
) -> Listing:
    """Filter, sort and cut a queryset into the page asked for: one count and one select.

    `counted` holds the same rows in a form cheaper to count, or their number when it is known, for lists that grow with
    the Département; `deepest` is the number of rows one may reach by turning pages: the count stays true, the last page
    asks for a narrower search.
    """
    if filters is not None and isinstance(queryset, QuerySet):
        queryset = filters.apply(queryset)
        counted = filters.apply(counted) if isinstance(counted, QuerySet) else counted
    current = ""
    if sorts and isinstance(queryset, QuerySet):
        current, names = ordering(request, sorts, default_sort or sorts[0].slug)
        queryset = queryset.order_by(*names, "pk")
    size = _size(request, sizes)
    pages = _Pages(queryset, size)
    pages.counted, pages.deepest = counted, deepest
    page = pages.get_page(request.GET.get("page"))
    return Listing(
        page=page,
        count=page.paginator.count,
        filters=filters,
        active=_active(request, filters),
        sorts=sort_links(request, sorts, current),
        size=size,
        sizes=[(n, href_with(request, size=str(n), page=None)) for n in sizes],
        query=href_with(request, page=None).removeprefix("?"),
    )


def sort_links(request: HttpRequest, sorts: Sequence[Sort], current: str) -> dict[str, SortLink]:
    """Return the heads of the sortable columns, `current` being the sort in force ("name" or "-name")."""
    return {sort.slug: _sort_link(request, sort, current) for sort in sorts}


def _size(request: HttpRequest, sizes: Sequence[int]) -> int:
    asked = request.GET.get("size", "")
    return int(asked) if asked.isdecimal() and int(asked) in sizes else sizes[0]


def _reversed(name: Any) -> Any:
    if not isinstance(name, str):
        return name.reverse_ordering() or name
    return name[1:] if name.startswith("-") else f"-{name}"


def href_with(request: HttpRequest, **changes: str | None) -> str:
    """Return the address of this very page with some parameters changed, None taking one away."""
    params = request.GET.copy()
    for key, value in changes.items():
        if value is None:
            params.pop(key, None)
        else:
            params[key] = value
    return f"?{params.urlencode()}"


def _sort_link(request: HttpRequest, sort: Sort, current: str) -> SortLink:
    if current == sort.slug:
        return SortLink(sort.label, href_with(request, sort=f"-{sort.slug}", page=None), "ascending")
    direction = "descending" if current == f"-{sort.slug}" else ""
    return SortLink(sort.label, href_with(request, sort=sort.slug, page=None), direction)


def _active(request: HttpRequest, filters: FilterForm | None) -> list[ActiveFilter]:
    if filters is None:
        return []
    return [
        ActiveFilter(
            str(filters[name].label), filters.shown_value(name), href_with(request, **{name: None, "page": None})
        )
        for name in filters.fields
        if filters.cleaned_data.get(name) and name not in filters.without_chip
    ]
