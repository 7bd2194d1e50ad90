"""Lists: filters, sort, pages, all in the URL and none able to break the page."""

import pytest
from django import forms
from django.test import RequestFactory

from emploi.foundation.ui.lists import FilterForm, Sort, listing
from emploi.territory.geography.models import Commune

pytestmark = pytest.mark.django_db
SORTS = (Sort("nom", "Nom", ("name_sort",)), Sort("population", "Population", ("population",)))


class Narrow(FilterForm):
    nom = forms.CharField(label="Nom")
    grande = forms.BooleanField(label="Grande")
    depuis = forms.IntegerField(label="Depuis")

    def apply(self, queryset):  # type: ignore[no-untyped-def]
        return queryset.filter(name_sort__startswith=self.value("nom") or "")


@pytest.fixture(autouse=True)
def communes() -> None:
    Commune.objects.bulk_create(
        Commune(code=f"99{n:03d}", name=f"Bourg {n}", name_sort=f"bourg {n:03d}", department_code="99", population=n)
        for n in range(60)
    )


def see(query: str = "", **more):  # type: ignore[no-untyped-def]
    request = RequestFactory().get(f"/liste/{query}")
    return listing(request, Commune.objects.all(), filters=Narrow(request.GET), sorts=SORTS, **more)


def test_the_first_page_says_how_many_there_are() -> None:
    found = see()
    assert (found.count, len(found.rows), found.next_href, found.previous_href) == (60, 25, "?page=2", "")


def test_a_page_too_far_or_absurd_shows_a_page_that_exists() -> None:
    assert see("?page=999").page.number == 3
    assert see("?page=abc").page.number == 1


def test_only_offered_sizes_are_served() -> None:
    assert len(see("?size=50").rows) == 50
    assert len(see("?size=100000").rows) == 25


def test_sorting_reverses_and_ignores_unknown_columns() -> None:
    assert see("?sort=-population").rows[0].population == 59
    assert see("?sort=password").rows[0].population == 0
    assert see("?sort=population").sorts["population"].href == "?sort=-population"


def test_a_filter_shows_a_chip_that_takes_it_away() -> None:
    found = see("?nom=bourg+01&grande=on&page=2")
    assert found.count == 10
    assert [(chip.label, chip.value, chip.without) for chip in found.active] == [
        ("Nom", "bourg 01", "?grande=on"),
        ("Grande", "oui", "?nom=bourg+01"),
    ]


def test_a_wrong_filter_is_ignored_not_refused() -> None:
    assert see("?depuis=hier").count == 60


def test_pages_keep_the_filters() -> None:
    assert see("?nom=bourg&sort=-nom").next_href == "?nom=bourg&sort=-nom&page=2"


def test_two_queries_whatever_the_list(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_num_queries(2):
        list(see("?sort=-nom&size=100").rows)
