"""The frame of the pages: gallery, error pages, what every page must carry."""

import re

import pytest
from bs4 import BeautifulSoup
from django import forms
from django.template import engines
from django.template.loader import render_to_string
from django.test import Client, RequestFactory, override_settings
from django_cotton.compiler_regex import CottonCompiler

pytestmark = pytest.mark.django_db


def soup(client: Client, path: str, status: int = 200) -> BeautifulSoup:
    response = client.get(path)
    assert response.status_code == status
    return BeautifulSoup(response.content, "html.parser")


def rendered(source: str, **context: object) -> BeautifulSoup:
    request = RequestFactory().get("/")
    html = engines["django"].from_string(CottonCompiler().process(source)).render(context, request)
    return BeautifulSoup(html, "html.parser")


def test_the_gallery_shows_every_component(client: Client) -> None:
    page = soup(client, "/ui/")
    assert page.html["lang"] == "fr"
    for piece in (".panel", ".tag", ".notice", ".empty", ".stat", ".step", ".table-list", ".pager", "progress"):
        assert page.select_one(piece), piece


def test_nothing_is_inline_and_nothing_comes_from_elsewhere(client: Client) -> None:
    page = soup(client, "/ui/")
    assert not page.find_all("style")
    assert not page.select("[style]")
    assert [tag for tag in page.find_all("script") if not tag.get("src") or tag.text.strip()] == []
    assert not page.find_all(lambda tag: any(name.startswith("on") for name in tag.attrs))
    loaded = [tag.get("src") or tag.get("href") for tag in page.select("script[src], link[href], img[src]")]
    assert [address for address in loaded if not address.startswith("/")] == []


def test_the_page_warns_about_fictitious_data(client: Client) -> None:
    assert "aucune des personnes affichées n’existe" in soup(client, "/ui/").select_one(".fictitious").text


def test_the_first_thing_a_keyboard_meets_leads_to_the_content(client: Client) -> None:
    page = soup(client, "/ui/")
    first = page.find("a")
    assert first["href"] == "#contenu"
    assert page.select_one("main#contenu")


@pytest.mark.parametrize(
    ("name", "status"), [("400", 400), ("403", 403), ("404", 404), ("500", 500), ("503", 503), ("csrf", 403)]
)
def test_error_pages_say_what_happened_and_whom_to_call(
    client: Client, name: str, status: int, django_assert_num_queries
) -> None:  # type: ignore[no-untyped-def]
    with django_assert_num_queries(0):
        page = soup(client, f"/ui/erreur/{name}/", status)
    assert page.h1.text.strip()
    assert page.select_one("a[href^='tel:']")


def test_the_accent_is_a_style_sheet_of_its_own(client: Client) -> None:
    response = client.get("/theme/accent.css")
    assert response["Content-Type"].startswith("text/css")
    assert re.search(r"--accent: #[0-9a-f]{6};", response.content.decode())


class Sample(forms.Form):
    name = forms.CharField(label="Nom", help_text="Comme sur la carte.")
    means = forms.ChoiceField(label="Moyen", choices=[("a", "SMS"), ("b", "Lettre")], widget=forms.RadioSelect)


FORM = """<c-form_errors :form="form" />{% for field in form %}<c-field :field="field" />{% endfor %}"""


def test_an_error_is_tied_to_its_field_and_linked_from_the_summary() -> None:
    page = rendered(FORM, form=Sample({"name": "", "means": ""}))
    field = page.select_one("input[name=name]")
    assert field["aria-invalid"] == "true"
    assert field["aria-describedby"] == "id_name_helptext id_name_error"
    for described in field["aria-describedby"].split():
        assert page.find(id=described)
    links = [link["href"] for link in page.select(".error-summary a")]
    assert links == ["#id_name", "#id_means_0"]
    assert all(page.select_one(link) for link in links)


def test_what_was_typed_is_kept_and_escaped() -> None:
    page = rendered(FORM, form=Sample({"name": '"><script>alert(1)</script>', "means": ""}))
    assert page.select_one("input[name=name]")["value"] == '"><script>alert(1)</script>'
    assert not page.find_all("script")


def test_a_group_of_choices_has_a_legend_and_labels() -> None:
    page = rendered(FORM, form=Sample())
    group = page.select_one("fieldset")
    assert group.legend.text.strip() == "Moyen"
    assert {label["for"] for label in group.find_all("label")} == {tag["id"] for tag in group.find_all("input")}


def test_an_icon_alone_has_a_name_and_a_decoration_has_none() -> None:
    page = rendered('{% load ui %}{% icon "search" "Rechercher" %}{% icon "clock" %}')
    named, decoration = page.find_all("svg")
    assert named["aria-label"] == "Rechercher"
    assert decoration["aria-hidden"] == "true"


@override_settings(ROOT_URLCONF="tests.foundation.ui.no_urls")
def test_an_error_page_shows_even_when_the_addresses_are_broken() -> None:
    assert "défaut de l’application" in render_to_string("ui/errors/500.html")
