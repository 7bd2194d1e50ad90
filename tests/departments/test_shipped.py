"""The folders of the Départements: each one loads whole, and every commune has its territory."""

from pathlib import Path

import pytest
import yaml

from emploi.foundation import clock, department
from emploi.foundation.actor import Actor
from emploi.pathway.orientation.queries import shipped_ruleset
from emploi.territory.geography import queries, shipped
from emploi.territory.geography.actions import load_geography
from emploi.territory.geography.models import Place, TerritoryCommune
from emploi.territory.organizations.actions import load_organizations
from emploi.territory.organizations.models import Organization
from emploi.territory.organizations.queries import root
from emploi.territory.rulebook import queries as rulebook
from emploi.territory.rulebook.actions import load_shipped

NAMES = sorted(path.parent.name for path in department.DEPARTMENTS.glob("*/identity.yaml"))
BY = Actor.system("Essai")
# The five territories of the plan and how many communes the shipped file gives to each (DATA.md).
SOCIAL_TERRITORIES = {
    "grand-valentinois": 31,
    "drome-des-collines": 88,
    "montelimar-marsanne-dieulefit": 48,
    "tricastin-baronnies": 102,
    "vallee-de-la-drome": 93,
}


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest, settings) -> str:
    settings.DEPARTMENT = request.param
    return request.param


def load() -> None:
    load_geography(by=BY, at=clock.now(), only_department=True)
    load_organizations(by=BY, at=clock.now())
    load_shipped(by=BY, at=clock.now())


def test_the_four_are_there() -> None:
    assert NAMES == ["bouches_du_rhone", "demo", "drome", "isere"]


def test_an_identity_says_all_that_pages_and_letters_need(name: str) -> None:
    identity = department.identity()
    assert len(identity.code) in (2, 3)
    assert 0 < len(identity.sms_sender) <= 11
    assert identity.sms_sender.isalnum()
    assert identity.accent.startswith("#")
    assert identity.address_lines
    assert identity.signatory_title
    assert ("CAF", f"{identity.code}1") in identity.caf_organisms
    assert (department.folder() / identity.logo).is_file()
    assert identity.fictitious is (name == "demo")
    assert identity.extra == {}


def test_words_are_written_for_the_same_things_everywhere(name: str) -> None:
    words = department.load_yaml("wording.yaml")
    model = yaml.safe_load((department.DEPARTMENTS / "demo" / "wording.yaml").read_text(encoding="utf-8"))
    assert words.keys() == model.keys()
    assert all(isinstance(text, str) and text for text in words.values())


@pytest.mark.django_db
def test_every_commune_has_a_territory_in_every_grid(name: str) -> None:
    load()
    codes = list(queries.department_communes().values_list("pk", flat=True))
    assert len(codes) >= 12
    for shown in queries.grids_with_territories():
        assert shown.forgotten == [], shown.grid
        found = queries.territories_of(codes, shown.grid)
        assert found.keys() == set(codes)
        assert {t.grid_id for t in found.values()} == {shown.grid.pk}
    assert queries.default_grid() is not None


@pytest.mark.django_db
def test_places_and_organisations_are_tied_to_real_communes_and_territories(name: str) -> None:
    load()
    ours = set(queries.department_communes().values_list("pk", flat=True))
    assert Place.objects.count() == len(shipped.places()) >= 5
    assert {place.commune_id for place in Place.objects.all()} <= ours
    assert len(queries.place_territories()) == Place.objects.count()
    for raw in department.load_yaml("organizations.yaml")["organizations"]:
        loaded = Organization.objects.get(slug=raw["slug"])
        assert (loaded.territory.slug if loaded.territory else None) == raw.get("territory")
    assert root().can_be_responsible
    assert Organization.objects.responsible().filter(kind="france_travail").exists()


def test_every_body_that_may_be_responsible_is_led_to_by_a_pathway(name: str) -> None:
    shipped_bodies = department.load_yaml("organizations.yaml")["organizations"]
    responsible = {raw["kind"] for raw in shipped_bodies if raw.get("can_be_responsible")}
    led = {kind for spec in shipped_ruleset().modalities for kind in spec.responsible_kinds}
    assert responsible - led == set()
    # CT L5411-5-1 names them: a Département that has none today may have one tomorrow.
    assert {"mission_locale", "cap_emploi"} <= led


@pytest.mark.django_db
def test_every_territory_has_a_place_and_a_service_to_go_to(settings) -> None:
    settings.DEPARTMENT = "drome"
    load()
    main = {t.pk: t.slug for t in queries.territories()}
    assert {main[t.pk] for t in queries.place_territories().values()} == set(SOCIAL_TERRITORIES)
    services = Organization.objects.filter(kind="pole_insertion").values_list("territory_id", flat=True)
    assert {main[pk] for pk in services} == set(SOCIAL_TERRITORIES)


@pytest.mark.django_db
def test_the_five_social_territories_of_the_plan(settings) -> None:
    settings.DEPARTMENT = "drome"
    load()
    counted = {t.slug: TerritoryCommune.objects.filter(territory=t).count() for t in queries.territories()}
    assert counted == SOCIAL_TERRITORIES
    assert list(counted) == list(SOCIAL_TERRITORIES)
    assert queries.territory_of("26362").name == "Grand Valentinois"
    assert queries.territory_of("26281").name == "Drôme des Collines"
    grids = {shown.grid.kind: len(shown.territories) for shown in queries.grids_with_territories()}
    assert grids == {"social": 5, "arrondissement": 3, "epci": 16}


@pytest.mark.django_db
def test_the_promises_of_the_plan_are_local_values_with_their_source(settings) -> None:
    settings.DEPARTMENT = "drome"
    load()
    for slug, value in (("first_interview_days", 15), ("orientation_months", 1)):
        found = rulebook.parameter(slug, clock.today())
        assert (found.value, found.is_local) == (value, True)
        assert "2023-2028" in found.source.title


@pytest.mark.django_db
def test_the_municipal_arrondissements_of_a_great_city_have_their_territory(settings) -> None:
    settings.DEPARTMENT = "bouches_du_rhone"
    load()
    assert queries.territory_of("13201") == queries.territory_of("13055")
    assert queries.nearest_places("13216")[0].km == 0


def test_an_unknown_department_is_refused_with_the_list_of_the_known(settings) -> None:
    settings.DEPARTMENT = "atlantide"
    with pytest.raises(LookupError, match="drome"):
        department.folder()


def test_invented_places_say_so() -> None:
    for path in department.DEPARTMENTS.glob("*/places.yaml"):
        for place in yaml.safe_load(Path(path).read_text(encoding="utf-8"))["places"]:
            assert "fictive" in place["address"], place["slug"]


def test_what_nobody_checked_is_said(name: str) -> None:
    said = " ".join(line.what for line in department.identity().to_confirm)
    if name == "demo":
        assert said == ""
        return
    assert "MSA" in said
    assert set(shipped.unchecked()) - {"kind"} == {"address", "phone"}


@pytest.mark.django_db
def test_a_shipped_place_is_to_confirm_until_it_is_corrected(settings) -> None:
    settings.DEPARTMENT = "isere"
    load()
    places = list(Place.objects.all())
    assert all(set(fields) == {"address", "phone"} for fields in queries.unchecked_fields(places).values())
    assert len(queries.unchecked_fields(places)) == len(places)
    corrected = places[0]
    corrected.address, corrected.phone = "1 rue Vérifiée", "04 76 00 00 01"
    assert corrected.pk not in queries.unchecked_fields(places)
