"""« Comptes » in the administrator's browser."""

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from emploi.foundation import clock
from emploi.foundation.messaging.models import Message
from emploi.territory.agents.actions import RoleWanted, open_account
from emploi.territory.agents.models import Agent
from emploi.territory.agents.roles import Role
from emploi.territory.geography.models import Territory
from emploi.territory.organizations.models import Organization
from tests.territory.conftest import BY

pytestmark = pytest.mark.django_db


def form(**more: object) -> dict[str, object]:
    return {
        "first_name": "Nadia",
        "last_name": "Benali",
        "email": "nadia.benali@val-exemple.fr",
        "phone": "04 65 71 99 12",
        "role": "orientation_officer",
        "organization_id": Organization.objects.get(slug="pole-insertion-nord").pk,
        "territory_id": Territory.objects.get(slug="secteur-nord").pk,
        "started_on": "2026-11-23",
        **more,
    }


@pytest.mark.parametrize("role", [r for r in Role.values if r != Role.ADMINISTRATOR])
def test_only_the_administrator_manages_accounts(as_role: Callable[[str], Client], role: str) -> None:
    client = as_role(role)
    somebody = Agent.objects.get()
    for address in ("", "nouveau/", "roles/", f"{somebody.pk}/", f"{somebody.pk}/modifier/"):
        assert client.get(f"/reglages/comptes/{address}").status_code == 403
    assert client.post("/reglages/comptes/nouveau/", form()).status_code == 403
    assert client.post(f"/reglages/comptes/{somebody.pk}/lien/").status_code == 403


def test_an_invitation_shows_the_link_once_where_no_mail_leaves(administrator: Client) -> None:
    answer = administrator.post("/reglages/comptes/nouveau/", form(), follow=True)
    nadia = Agent.objects.get(last_name="Benali")
    page = answer.content.decode()
    assert "/compte/activation/" in page
    assert "montré une seule fois" in page
    assert "/compte/activation/" not in administrator.get(f"/reglages/comptes/{nadia.pk}/").content.decode()
    assert nadia.memberships.get().territory.slug == "secteur-nord"


def test_where_mail_leaves_the_link_is_not_shown(administrator: Client, settings) -> None:
    settings.MESSAGING_PROVIDERS = {**settings.MESSAGING_PROVIDERS, "email": "smtp"}
    page = administrator.post("/reglages/comptes/nouveau/", form(), follow=True).content.decode()
    assert "/compte/activation/" not in page
    assert "nadia.benali@val-exemple.fr" in page
    assert "/compte/activation/" in Message.objects.latest("pk").body


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"email": "nadia"}, "Cette adresse n&#x27;est pas complète."),
        ({"email": "administrator@val-exemple.fr"}, "Un compte existe déjà avec cette adresse."),
        ({"first_name": ""}, "Indiquez le prénom."),
        ({"role": ""}, "Choisissez un rôle."),
        ({"organization_id": ""}, "Choisissez un organisme."),
        ({"started_on": "hier"}, "Cette date n&#x27;existe pas."),
        ({"ended_on": "2026-11-01"}, "Le dernier jour vient avant le premier."),
        ({"phone": "04 65 71 99 1"}, "Ce numéro n&#x27;est pas complet."),
    ],
)
def test_bad_input_is_refused_in_french_and_nothing_typed_is_lost(
    administrator: Client, wrong: dict, sentence: str
) -> None:
    answer = administrator.post("/reglages/comptes/nouveau/", form(**wrong))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "Benali" in page
    assert not Agent.objects.filter(last_name="Benali").exists()
    assert not Message.objects.exists()


def test_the_list_is_narrowed_by_role_territory_and_state(administrator: Client) -> None:
    administrator.post("/reglages/comptes/nouveau/", form())
    nadia = Agent.objects.get(last_name="Benali")
    north = Territory.objects.get(slug="secteur-nord")
    south = Territory.objects.get(slug="secteur-sud")
    Authenticator.objects.create(user=nadia, type=Authenticator.Type.TOTP, data={"secret": "x"})
    shown = {
        query: "Nadia Benali" in administrator.get(f"/reglages/comptes/?{query}").content.decode()
        for query in (
            "q=benali+nadia", "q=camille", f"role=orientation_officer&territory={north.pk}",
            f"role=orientation_officer&territory={south.pk}", "state=jamais", "state=sans-facteur", "state=desactives",
        )
    }  # fmt: skip
    assert list(shown.values()) == [True, False, True, False, True, False, False]


def test_the_life_of_an_account(administrator: Client) -> None:
    administrator.post("/reglages/comptes/nouveau/", form())
    nadia = Agent.objects.get(last_name="Benali")
    base = f"/reglages/comptes/{nadia.pk}/"
    administrator.post(f"{base}modifier/", {**form(), "last_name": "Benali-Roche"})
    given = {**form(), "role": "counsellor", "territory_id": ""}
    administrator.post(f"{base}roles/nouveau/", given)
    ended = nadia.memberships.get(role="orientation_officer")
    administrator.post(f"{base}roles/{ended.pk}/terminer/", {"ended_on": "2026-12-31"})
    administrator.post(f"{base}desactiver/", {"reason": "Congé long"})
    page = administrator.get(base).content.decode()
    assert "Compte désactivé : Congé long" in page
    administrator.post(f"{base}reactiver/")
    page = administrator.get(base).content.decode()
    for words in (
        "Nadia Benali-Roche", "31/12/2026", "Compte réactivé", "Compte désactivé", "Rôle donné",
        "Conseiller insertion professionnelle", "Raison : Congé long", "Compte modifié",
    ):  # fmt: skip
        assert words in page


def test_a_membership_is_ended_from_its_own_account_only(administrator: Client) -> None:
    administrator.post("/reglages/comptes/nouveau/", form())
    nadia = Agent.objects.get(last_name="Benali")
    other = Agent.objects.exclude(pk=nadia.pk).get()
    address = f"/reglages/comptes/{other.pk}/roles/{nadia.memberships.get().pk}/terminer/"
    assert administrator.get(address).status_code == 404


def test_one_does_not_close_the_own_account(administrator: Client) -> None:
    me = Agent.objects.get()
    answer = administrator.post(f"/reglages/comptes/{me.pk}/desactiver/", {"reason": "Essai"})
    assert "propre compte" in answer.content.decode()


def test_accounts_are_in_the_order_of_the_alphabet_whatever_the_accents(administrator: Client) -> None:
    for n, last_name in enumerate(("Zola", "Élan", "de Bary", "Dupont")):
        open_account(email=f"b{n}@val-exemple.fr", first_name="B", last_name=last_name, by=BY, at=clock.now())
    for query, expected in (("q=b+@val&sort=name", 1), ("q=b+@val&sort=-name", -1), ("q=b+@val&sort=name", 1)):
        rows = administrator.get(f"/reglages/comptes/?{query}").context["listing"].rows
        names = [agent.last_name for agent in rows if agent.first_name == "B"]
        assert names == ["de Bary", "Dupont", "Élan", "Zola"][::expected]


def test_the_matrix_of_roles_is_shown(administrator: Client) -> None:
    page = administrator.get("/reglages/comptes/roles/").content.decode()
    assert "Élu" in page
    assert "Mener le premier entretien" in page


def test_the_list_asks_a_constant_number_of_queries(administrator: Client, django_assert_max_num_queries) -> None:
    home = Organization.objects.get(slug="departement").pk
    for n in range(40):
        open_account(
            email=f"a{n}@val-exemple.fr", first_name="A", last_name=f"Numéro {n}", by=BY, at=clock.now(),
            roles=[RoleWanted(home, "counsellor")],
        )  # fmt: skip
    administrator.get("/reglages/comptes/")
    with django_assert_max_num_queries(10):
        administrator.get("/reglages/comptes/?size=50")
