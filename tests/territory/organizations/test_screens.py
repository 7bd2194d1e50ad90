"""Services and partners: loading, and the screens of the administrator."""

from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.test import Client

from emploi.foundation import clock
from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.errors import DomainError
from emploi.territory.agents.roles import Role
from emploi.territory.geography.models import Territory
from emploi.territory.organizations import queries
from emploi.territory.organizations.actions import change_organization, load_organizations
from emploi.territory.organizations.models import Organization
from tests.territory.conftest import BY

pytestmark = pytest.mark.django_db

NEW = {"name": "Les Ateliers du Gabarit", "kind": "siae", "commune_id": "99010", "phone": "3949"}


class TestLoading:
    def test_parents_and_territories_are_tied(self, department: None) -> None:
        pole = queries.by_slug("pole-insertion-nord")
        assert pole.parent == queries.root()
        assert pole.territory.name == "Secteur Nord"

    def test_loading_again_leaves_what_was_changed(self, department: None) -> None:
        pole = queries.by_slug("pole-insertion-nord")
        change_organization(organization_id=pole.pk, values={"name": "Pôle du Nord"}, by=BY, at=clock.now())
        assert load_organizations(by=BY, at=clock.now()) == 0
        assert queries.by_slug("pole-insertion-nord").name == "Pôle du Nord"

    def test_responsible_bodies_of_a_territory_include_those_of_everywhere(self, department: None) -> None:
        south = Territory.objects.get(slug="secteur-sud")
        slugs = {o.slug for o in queries.responsible_for(south.pk)}
        assert {"pole-insertion-sud", "france-travail-valmodele", "departement", "cap-emploi"} <= slugs
        assert not slugs & {"pole-insertion-nord", "siae-atelier", "caf"}
        assert {o.kind for o in queries.responsible_for(south.pk, ("france_travail",))} == {"france_travail"}

    def test_without_territories_it_says_what_to_do_first(self) -> None:
        with pytest.raises(RuntimeError, match="load_geography"):
            call_command("load_organizations")


class TestActions:
    def test_an_organisation_cannot_depend_on_its_own_child(self, department: None) -> None:
        child = queries.by_slug("pole-insertion-nord")
        with pytest.raises(DomainError, match="lui-même"):
            change_organization(
                organization_id=queries.root().pk, values={"parent_id": child.pk}, by=BY, at=clock.now()
            )


@pytest.mark.parametrize("role", [r for r in Role.values if r != Role.ADMINISTRATOR])
def test_only_the_administrator_sets_organisations(as_role: Callable[[str], Client], role: str) -> None:
    client = as_role(role)
    assert client.get("/reglages/organismes/").status_code == 403
    assert client.post("/reglages/organismes/nouveau/", NEW).status_code == 403


def test_an_organisation_is_added_with_a_short_number(administrator: Client) -> None:
    administrator.post("/reglages/organismes/nouveau/", NEW)
    added = Organization.objects.get(slug="les-ateliers-du-gabarit")
    assert (added.phone, added.kind, added.territory_id, added.can_be_responsible) == ("39 49", "siae", None, False)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Donnez un nom à cet organisme."),
        ({"kind": ""}, "Choisissez la nature de l&#x27;organisme."),
        ({"email": "accueil@"}, "Cette adresse n&#x27;est pas complète."),
        ({"name": "CAF du Val-d'Exemple"}, "Un organisme actif porte déjà ce nom."),
    ],
)
def test_bad_input_is_refused_in_french(administrator: Client, wrong: dict, sentence: str) -> None:
    answer = administrator.post("/reglages/organismes/nouveau/", {**NEW, **wrong})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Organization.objects.filter(slug="les-ateliers-du-gabarit").exists()


def test_the_form_of_an_existing_organisation_saves_it_unchanged(administrator: Client) -> None:
    pole = queries.by_slug("pole-insertion-nord")
    page = administrator.get(f"/reglages/organismes/{pole.pk}/")
    form = page.context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    administrator.post(f"/reglages/organismes/{pole.pk}/", data)
    assert not JournalEntry.objects.filter(event="organizations.OrganizationChanged").exists()


def test_closing_asks_for_a_reason_and_refuses_while_children_work(administrator: Client) -> None:
    root, mission = queries.root(), queries.by_slug("mission-locale")
    refused = administrator.post(f"/reglages/organismes/{root.pk}/fermer/", {"reason": "Essai"})
    assert "Fermez d&#x27;abord les organismes qui lui sont rattachés." in refused.content.decode()
    administrator.post(f"/reglages/organismes/{mission.pk}/fermer/", {"reason": "Fin de convention"})
    mission.refresh_from_db()
    assert (mission.is_active, mission.closing_reason) == (False, "Fin de convention")
    assert mission not in queries.responsible_for(None)
    administrator.post(f"/reglages/organismes/{mission.pk}/rouvrir/")
    mission.refresh_from_db()
    assert mission.is_active


def test_the_list_narrows_by_kind_and_territory(administrator: Client) -> None:
    north = Territory.objects.get(slug="secteur-nord")
    page = administrator.get(f"/reglages/organismes/?kind=france_travail&territory={north.pk}").content.decode()
    assert "France Travail Exempleville" in page
    assert "France Travail Valmodèle" not in page


def test_the_list_asks_a_constant_number_of_queries(administrator: Client, django_assert_max_num_queries) -> None:
    Organization.objects.bulk_create(
        Organization(slug=f"o{n}", name=f"Organisme {n}", kind="other", commune_id="99001") for n in range(90)
    )
    administrator.get("/reglages/organismes/")
    with django_assert_max_num_queries(8):
        administrator.get("/reglages/organismes/?size=100")
