"""Deny by default, and a page that is read writes nothing."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from emploi.foundation.access import public, requires
from emploi.foundation.access.middleware import DenyByDefault, ReadOnlyGet, WriteOnGet
from emploi.territory.geography.models import Grid


def silent_view(request: HttpRequest) -> HttpResponse:
    return HttpResponse("bonjour")


def writing_page(request: HttpRequest) -> HttpResponse:
    Grid.objects.filter(slug="rien").update(name="écrit en lisant")
    return HttpResponse("écrit")


def test_a_view_that_says_nothing_is_not_served(rf: RequestFactory) -> None:
    gate = DenyByDefault(silent_view)
    with pytest.raises(ImproperlyConfigured):
        gate.process_view(rf.get("/"), silent_view, (), {})


def test_a_view_that_says_who_may_see_it_is_served(rf: RequestFactory) -> None:
    gate = DenyByDefault(silent_view)
    assert gate.process_view(rf.get("/"), public(lambda request: HttpResponse()), (), {}) is None
    assert gate.process_view(rf.get("/"), requires("see_my_day")(silent_view), (), {}) is None


def test_requires_without_permission_is_a_mistake() -> None:
    with pytest.raises(TypeError):
        requires()


@pytest.mark.django_db
def test_reading_a_page_never_writes(rf: RequestFactory) -> None:
    with pytest.raises(WriteOnGet, match="geography_grid"):
        ReadOnlyGet(writing_page)(rf.get("/"))


@pytest.mark.django_db
def test_reading_leaves_the_database_open_to_the_next_request(rf: RequestFactory) -> None:
    ReadOnlyGet(silent_view)(rf.get("/"))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_session SET session_key = session_key WHERE false")
