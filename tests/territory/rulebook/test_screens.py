"""« Règles et délais » in the browser."""

from collections.abc import Callable

import pytest
from django.test import Client

from emploi.foundation import clock
from emploi.territory.agents.roles import ROLE_PERMISSIONS, Permission, Role
from emploi.territory.rulebook import queries
from emploi.territory.rulebook.actions import load_shipped
from emploi.territory.rulebook.models import ParameterValue
from tests.territory.conftest import BY

pytestmark = pytest.mark.django_db

CHANGE = {"value": "4", "valid_from": "2026-12-01", "reason": "Décision du comité"}


@pytest.fixture(autouse=True)
def _loaded(department: None) -> None:
    load_shipped(by=BY, at=clock.now())


@pytest.mark.parametrize("role", Role.values)
def test_who_reads_and_who_changes(as_role: Callable[[str], Client], role: str) -> None:
    client = as_role(role)
    reads = Permission.SEE_RULEBOOK in ROLE_PERMISSIONS[role]
    changes = Permission.EDIT_RULEBOOK in ROLE_PERMISSIONS[role]
    assert client.get("/reglages/regles-et-delais/").status_code == (200 if reads else 403)
    assert client.get("/reglages/regles-et-delais/textes/").status_code == (200 if reads else 403)
    answer = client.post("/reglages/regles-et-delais/relaunch_days/modifier/", CHANGE)
    assert answer.status_code == (302 if changes else 403)
    assert ParameterValue.objects.filter(value=4, slug="relaunch_days").exists() is changes


def test_the_list_says_value_date_source_and_what_waits_for_a_jurist(administrator: Client) -> None:
    page = administrator.get("/reglages/regles-et-delais/").content.decode()
    for words in (
        "15 jours calendaires",
        "01/01/2025",
        "legifrance.gouv.fr",
        "à confirmer par un juriste",
        "6 semaines",
    ):
        assert words in page
    waiting = administrator.get("/reglages/regles-et-delais/?state=a-confirmer").content.decode()
    assert "Recours devant le tribunal administratif" in waiting
    assert "Premier rendez-vous après l&#x27;entrée" not in waiting


def test_search_ignores_accents(administrator: Client) -> None:
    page = administrator.get("/reglages/regles-et-delais/?q=premier+rendez+vous+apres+l+entree").content.decode()
    assert "/reglages/regles-et-delais/first_interview_days/" in page
    assert "/reglages/regles-et-delais/call_days/" not in page


def test_the_whole_list_is_one_query_of_the_rulebook(administrator: Client, django_assert_max_num_queries) -> None:
    administrator.get("/reglages/regles-et-delais/")
    with django_assert_max_num_queries(6):
        administrator.get("/reglages/regles-et-delais/")


def test_a_change_is_told_with_its_author_and_reason(administrator: Client) -> None:
    answer = administrator.post("/reglages/regles-et-delais/relaunch_days/modifier/", CHANGE, follow=True)
    page = answer.content.decode()
    assert "à venir" in page
    assert "Raison : Décision du comité" in page
    assert "4 jours calendaires" in page
    assert "valeur du Département" in page
    assert queries.value("relaunch_days", clock.today()) == 3


@pytest.mark.parametrize(
    ("slug", "wrong", "sentence"),
    [
        ("relaunch_days", {"value": "quatre"}, "Indiquez un nombre entier"),
        ("relaunch_days", {"value": ""}, "Indiquez une valeur."),
        ("relaunch_days", {"valid_from": "2026-11-01"}, "La date de début ne peut pas être passée"),
        ("relaunch_days", {"valid_from": "31/02/2027"}, "Cette date n&#x27;existe pas."),
        ("relaunch_days", {"reason": ""}, "Indiquez la raison"),
        ("relaunch_days", {"value": "3"}, "Cette valeur est déjà celle du jour choisi."),
        ("relaunch_days", {"source_href": "pas un lien"}, "Ce lien n&#x27;est pas complet."),
        ("contradictory_days", {}, "Cette valeur vient de la loi"),
    ],
)
def test_bad_input_is_refused_in_french_and_kept(administrator: Client, slug: str, wrong: dict, sentence: str) -> None:
    before = ParameterValue.objects.count()
    answer = administrator.post(f"/reglages/regles-et-delais/{slug}/modifier/", {**CHANGE, **wrong})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert ParameterValue.objects.count() == before


def test_the_regime_of_the_day_is_named(administrator: Client) -> None:
    page = administrator.get("/reglages/regles-et-delais/textes/").content.decode()
    assert "Régime d'aujourd'hui : R2c" in page.replace("&#x27;", "'").replace("’", "'")
    assert "France Travail oriente à la place du Département" in page


def test_an_unknown_rule_is_not_found(administrator: Client) -> None:
    assert administrator.get("/reglages/regles-et-delais/inconnue/").status_code == 404


def test_the_administrator_sees_what_nobody_checked_of_the_department(administrator: Client, settings) -> None:
    settings.DEPARTMENT = "isere"
    page = administrator.get("/reglages/regles-et-delais/").content.decode()
    assert "Données du Département à confirmer" in page
    assert "MSA" in page
    settings.DEPARTMENT = "demo"
    assert "Données du Département à confirmer" not in administrator.get("/reglages/regles-et-delais/").content.decode()
