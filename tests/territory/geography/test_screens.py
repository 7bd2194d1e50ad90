"""Places and territories in the browser."""

from collections.abc import Callable

import pytest
from django.test import Client

from emploi.foundation.audit.models import FieldChange, JournalEntry
from emploi.territory.agents.roles import Role
from emploi.territory.geography import queries
from emploi.territory.geography.models import Place, Territory

pytestmark = pytest.mark.django_db

PLACE = {
    "name": "Permanence d'Esquisse",
    "address": "2 chemin du Trait",
    "commune_id": "99012",
    "phone": "0465719930",
    "directions": "En face de l'école.",
}


@pytest.mark.parametrize("role", [r for r in Role.values if r != Role.ADMINISTRATOR])
def test_only_the_administrator_sets_places_and_territories(as_role: Callable[[str], Client], role: str) -> None:
    client = as_role(role)
    for address in ("/reglages/lieux/", "/reglages/lieux/nouveau/", "/reglages/territoires/"):
        assert client.get(address).status_code == 403


def test_a_place_is_added_and_found_in_the_list(administrator: Client) -> None:
    answer = administrator.post("/reglages/lieux/nouveau/", PLACE, follow=True)
    place = Place.objects.get(name="Permanence d'Esquisse")
    assert (place.phone, place.slug, place.accessible) == ("04 65 71 99 30", "permanence-desquisse", False)
    assert "Secteur Sud" in answer.content.decode()
    line = JournalEntry.objects.get(event="geography.PlaceOpened", payload__place_id=place.pk)
    assert line.actor_label.startswith("Camille")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Donnez un nom à ce lieu."),
        ({"address": ""}, "Indiquez l&#x27;adresse."),
        ({"commune_id": "26362"}, "Choisissez une commune de la liste."),
        ({"phone": "12 34 5"}, "Ce numéro n&#x27;est pas complet."),
        ({"name": "maison du département d'exempleville"}, "Un lieu ouvert porte déjà ce nom."),
    ],
)
def test_bad_input_is_refused_in_french_and_nothing_typed_is_lost(
    administrator: Client, wrong: dict, sentence: str
) -> None:
    before = Place.objects.count()
    answer = administrator.post("/reglages/lieux/nouveau/", {**PLACE, **wrong})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "En face de l&#x27;école." in page
    assert Place.objects.count() == before


def test_a_correction_keeps_the_former_value(administrator: Client) -> None:
    place = Place.objects.get(slug="gabarit")
    administrator.post(f"/reglages/lieux/{place.pk}/", {**PLACE, "commune_id": "99010", "name": place.name})
    place.refresh_from_db()
    assert place.address == "2 chemin du Trait"
    change = FieldChange.objects.get(table_name="geography_place", row_id=place.pk, column_name="address")
    assert change.old == "Adresse fictive (démonstration)"
    assert change.actor.startswith("agent:")


def test_closing_asks_for_a_reason_and_can_be_undone(administrator: Client) -> None:
    place = Place.objects.get(slug="gabarit")
    refused = administrator.post(f"/reglages/lieux/{place.pk}/fermer/", {"reason": " "})
    assert refused.status_code == 422
    assert "Indiquez la raison" in refused.content.decode()
    administrator.post(f"/reglages/lieux/{place.pk}/fermer/", {"reason": "Travaux jusqu'au printemps"})
    assert "Travaux jusqu&#x27;au printemps" in administrator.get("/reglages/lieux/?state=fermes").content.decode()
    administrator.post(f"/reglages/lieux/{place.pk}/rouvrir/")
    place.refresh_from_db()
    assert (place.is_active, place.closing_reason) == (True, "")


def test_a_place_reopened_twice_says_so(administrator: Client) -> None:
    place = Place.objects.get(slug="gabarit")
    answer = administrator.post(f"/reglages/lieux/{place.pk}/rouvrir/", follow=True)
    assert "Ce lieu est déjà ouvert." in answer.content.decode()


def test_the_list_asks_as_many_queries_for_five_places_as_for_fifty(
    administrator: Client, django_assert_max_num_queries
) -> None:
    Place.objects.bulk_create(
        Place(slug=f"p{n}", name=f"Place {n}", address="x", commune_id="99001") for n in range(45)
    )
    administrator.get("/reglages/lieux/")
    with django_assert_max_num_queries(10):
        assert administrator.get("/reglages/lieux/?size=50").content.decode().count("<tr>") > 40


def test_a_commune_moves_with_a_reason(administrator: Client) -> None:
    south = Territory.objects.get(slug="secteur-sud")
    address = "/reglages/territoires/secteurs/communes/99006/"
    assert administrator.post(address, {"territory": south.pk, "reason": ""}).status_code == 422
    already = Territory.objects.get(slug="secteur-nord")
    refused = administrator.post(address, {"territory": already.pk, "reason": "Essai"})
    assert "est déjà dans" in refused.content.decode()
    administrator.post(address, {"territory": south.pk, "reason": "Nouvelle ligne de bus"})
    assert queries.territory_of("99006") == south
    line = JournalEntry.objects.get(event="geography.CommuneMoved")
    assert (line.payload["from_name"], line.reason) == ("Secteur Nord", "Nouvelle ligne de bus")


def test_a_territory_of_another_grid_is_refused(administrator: Client) -> None:
    other = Territory.objects.get(slug="991")
    answer = administrator.post(
        "/reglages/territoires/secteurs/communes/99006/", {"territory": other.pk, "reason": "Essai"}
    )
    assert "Choisissez un territoire de la liste." in answer.content.decode()


def test_a_territory_is_renamed_once(administrator: Client) -> None:
    address = "/reglages/territoires/secteurs/secteur-nord/"
    refused = administrator.post(address, {"name": "Secteur Sud"})
    assert "porte déjà ce nom" in refused.content.decode()
    administrator.post(address, {"name": "Nord et plateau"})
    assert "Nord et plateau" in administrator.get("/reglages/territoires/").content.decode()


def test_communes_without_territory_are_shown(administrator: Client) -> None:
    Territory.objects.get(slug="secteur-nord").commune_links.filter(commune_id="99004").delete()
    page = administrator.get("/reglages/territoires/").content.decode()
    assert "1 commune sans territoire" in page
    assert "/reglages/territoires/secteurs/communes/99004/" in page


def test_a_place_says_what_it_is_how_many_it_holds_and_when_it_opens(administrator: Client) -> None:
    hours = {"hours_1": "8h30-12h, 13h30-17h", "hours_2": "8:30-12:00 et 13:30-17:00", "hours_5": "de 9h à 12h"}
    typed = {**PLACE, "kind": "town_hall", "capacity": "3", "room_seats": "12", **hours}
    administrator.post("/reglages/lieux/nouveau/", typed)
    place = Place.objects.get(name=PLACE["name"])
    assert (place.kind, place.capacity, place.room_seats) == ("town_hall", 3, 12)
    assert place.opening_hours["1"] == place.opening_hours["2"] == [["08:30", "12:00"], ["13:30", "17:00"]]
    said = "les lundi et mardi, de 8 h\u00a030 à 12 h et de 13 h\u00a030 à 17 h ; le vendredi, de 9 h à 12 h"
    assert place.hours_words == said
    page = administrator.get(f"/reglages/lieux/{place.pk}/").content.decode()
    assert 'value="8h30-12h, 13h30-17h"' in page
    # Saved again as it is shown, nothing changes.
    assert (
        administrator.post(f"/reglages/lieux/{place.pk}/", {**typed, "hours_2": "8h30-12h, 13h30-17h"}).status_code
        == 302
    )
    assert not JournalEntry.objects.filter(event="geography.PlaceChanged").exists()
    listed = administrator.get("/reglages/lieux/", {"kind": "town_hall"}).content.decode()
    assert f"/reglages/lieux/{place.pk}/" in listed
    others = administrator.get("/reglages/lieux/", {"kind": "france_services"}).content.decode()
    assert f"/reglages/lieux/{place.pk}/" not in others


def test_a_sector_is_typed_by_the_names_of_its_communes(administrator: Client) -> None:
    first, second = queries.department_communes()[:2]
    typed = {**PLACE, "sector": f"{first.name.upper()}\n{second.name}", "is_reserved": "on"}
    administrator.post("/reglages/lieux/nouveau/", typed)
    place = Place.objects.get(name=PLACE["name"])
    assert place.sector == sorted([first.pk, second.pk])
    assert place.is_reserved
    assert f"{first.name}\n{second.name}" in administrator.get(f"/reglages/lieux/{place.pk}/").content.decode()

    wrong = administrator.post(f"/reglages/lieux/{place.pk}/", {**typed, "sector": f"{first.name}, Atlantis"})
    assert "Commune inconnue dans le Département : Atlantis." in wrong.content.decode()
    empty = administrator.post(f"/reglages/lieux/{place.pk}/", {**typed, "sector": ""})
    assert "Écrivez les communes du secteur" in empty.content.decode()
    assert "checked" in empty.content.decode()


@pytest.mark.parametrize("typed", ["le matin", "12h-9h", "9h-12h, 11h-14h", "25h-26h", "9h"])
def test_hours_nobody_can_read_are_asked_again(administrator: Client, typed: str) -> None:
    answer = administrator.post("/reglages/lieux/nouveau/", {**PLACE, "hours_3": typed, "capacity": "-1"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "comme : 8h30-12h, 13h30-17h" in page
    assert "Écrivez un nombre entre 0 et 500, ou rien." in page
    assert f'value="{typed}"' in page
    assert not Place.objects.filter(name=PLACE["name"]).exists()
