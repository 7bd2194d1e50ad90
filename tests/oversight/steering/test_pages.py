"""The pages of steering: every number opens a list of that length; names only for those who may know them."""

import re
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.audit.models import Consultation
from emploi.oversight.steering.queries.capacity import forecast, whole
from emploi.oversight.steering.web.presenters import rate_words
from emploi.pathway.clocks import actions as clocks
from tests.oversight.steering.world import TESTS, World, agent

TODAY = date(2026, 11, 23)
J0 = date(2026, 10, 5)


def sign_in(role: str) -> Client:
    client = Client()
    client.force_login(agent(role), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def soup(client: Client, url: str) -> BeautifulSoup:
    answer = client.get(url)
    assert answer.status_code == 200, answer.content[:500]
    return BeautifulSoup(answer.content, "html.parser")


def number(text: str) -> int:
    return int(re.sub(r"\D", "", text))


@pytest.fixture
def cohort(world: World) -> World:
    for name in ("zoe", "bruno", "chloe", "denis"):
        world.entrant(name, J0)
    world.entrant("elsa", J0, "south")
    world.entrant("fanny", TODAY - timedelta(days=3))
    world.appointment("zoe", J0 + timedelta(days=4), "held", modality="phone", modality_reason="Loin")
    world.appointment("bruno", J0 + timedelta(days=17), "held")
    world.appointment("chloe", J0 + timedelta(days=9), "absent")
    world.decided("zoe", J0 + timedelta(days=10))
    return world


def test_the_page_says_the_answer_and_draws_it(cohort: World) -> None:
    page = soup(sign_in("head_of_service"), reverse("steering:delays"))
    answer = page.select_one(".answer").text.replace("\u202f", " ")
    assert "20 % reçus dans les 15 jours, objectif 100 %" in answer
    assert page.text.replace("\u202f", " ").count("20 % reçus dans les 15 jours") == 1
    assert "Que veut dire" in page.select_one(".answer summary")["aria-label"]
    titles = [t.text for t in page.select(".chart-wide svg.chart-svg > title")]
    assert titles == [h.text for h in page.select(".chart-title")]
    assert len(titles) == len(page.select(".chart-narrow svg")) == 3
    assert page.select("[style]") == []


@pytest.mark.parametrize("promise", ["first_interview", "orientation_month", "orientation_six_weeks"])
def test_every_number_of_the_page_opens_a_list_of_that_length(cohort: World, promise: str) -> None:
    client = sign_in("head_of_service")
    page = soup(client, f"{reverse('steering:delays')}?promise={promise}")
    doors = list(page.select("td.number a"))
    assert len(doors) > 20
    for href, shown in {(a["href"], number(a.text)) for a in doors}:
        listed = soup(client, href)
        assert len(listed.select("tbody tr")) == shown, href


def test_nearly_everybody_is_not_everybody() -> None:
    said = [rate_words(rate).replace("\u202f", " ") for rate in (99.99, 100.0, 87.0, 87.46, 0.0, None)]
    assert said == ["99,9 %", "100 %", "87 %", "87,5 %", "0 %", "–"]


def test_a_bar_of_the_chart_opens_its_month(cohort: World) -> None:
    client = sign_in("head_of_service")
    page = soup(client, reverse("steering:delays"))
    bar = page.select_one("svg.chart-svg a")
    assert bar["href"].startswith("/pilotage/delais/liste/?")
    assert len(soup(client, bar["href"]).select("tbody tr")) == 5


def test_the_list_leads_to_persons_and_says_why(cohort: World) -> None:
    page = soup(sign_in("head_of_service"), f"{reverse('steering:list')}?line=due&since=2026-10&until=2026-10")
    text = page.text
    assert page.select_one(f"a[href='/personnes/{cohort.entries['zoe'].person_id}/']").text.lower().startswith("zoe")
    assert "Absence non excusée" in text
    assert "À distance." in text
    assert "Rien n’a été proposé dans le délai" in text


def test_an_elected_official_sees_figures_and_no_name(cohort: World) -> None:
    client = sign_in("elected")
    page = soup(client, f"{reverse('steering:list')}?line=due")
    assert "essai" not in page.select_one("main").text.lower()
    assert page.select("a[href^='/personnes/']") == []
    assert len(page.select("tbody tr")) == 5
    assert client.get(reverse("steering:export")).status_code == 403
    assert client.get(reverse("steering:capacity")).status_code == 403
    assert "20" in soup(client, reverse("steering:overview")).select_one(".promise-rate").text


def test_direction_exports_without_names_and_the_office_with_them(cohort: World) -> None:
    url = f"{reverse('steering:export')}?line=missed"
    direction = b"".join(sign_in("steering").get(url).streaming_content).decode()
    office = b"".join(sign_in("rsa_office").get(url).streaming_content).decode()
    assert "chloe" not in direction.lower()
    assert "chloe" in office.lower()
    assert len(direction.splitlines()) == len(office.splitlines()) == 4
    traces = Consultation.objects.values_list("page", flat=True)
    assert set(traces) == {"Export des délais : Non reçus"}
    assert len(traces) == 6, "three people, taken away twice"
    xlsx = sign_in("head_of_service").get(f"{url}&format=xlsx")
    assert xlsx.content[:2] == b"PK"


def test_a_territory_opens_its_communes(cohort: World) -> None:
    client = sign_in("head_of_service")
    page = soup(client, f"{reverse('steering:delays')}?territory={cohort.north.pk}")
    heads = [th.text.strip() for th in page.select("th[scope=row]")]
    assert "North" in heads
    assert "South" not in heads


@pytest.mark.parametrize(
    "query",
    ["?since=2026-13", "?since=2027-01&until=2020-01", "?promise=x&line=y&territory=999&page=80", "?since=1900-01",
     "?commune=zzzzz"],
)  # fmt: skip
def test_a_strange_address_is_a_page_not_an_error(cohort: World, query: str) -> None:
    client = sign_in("head_of_service")
    for name in ("steering:delays", "steering:list"):
        assert client.get(reverse(name) + query).status_code == 200


def test_an_empty_department_says_what_to_do(world: World) -> None:
    client = sign_in("head_of_service")
    assert "Aucun entrant sur cette période" in soup(client, reverse("steering:delays")).text
    assert "Personne dans cette liste" in soup(client, reverse("steering:list")).text
    assert "Aucun délai n’est encore écoulé" in soup(client, reverse("steering:overview")).text


def test_the_first_page_lists_every_indicator_of_the_plans(cohort: World) -> None:
    page = soup(sign_in("elected"), reverse("steering:overview"))
    assert len(page.select(".objective tbody tr")) == 121
    assert "Prévu dans une prochaine version" in page.text
    heads = [head.text.split(" – ")[0].strip() for head in page.select(".objective > summary")]
    assert "STRAT-4" in heads
    assert len(heads) == len(set(heads)), "each objective heads one group only"


def test_queries_do_not_move_with_the_entrants(cohort: World) -> None:
    client = sign_in("head_of_service")
    urls = [
        reverse("steering:delays"),
        reverse("steering:list"),
        reverse("steering:overview"),
        reverse("steering:capacity"),
        reverse("steering:absences"),
        reverse("steering:absences_list"),
    ]
    counts = []
    for _ in range(2):
        counts.append([])
        for url in urls:
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                client.get(url)
            counts[-1].append(len(queries))
        for n in range(15):
            cohort.entrant(f"encore{n}", J0 - timedelta(days=n))
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 25


def test_capacity_sets_seats_beside_people(cohort: World) -> None:
    for day in (1, 2, 8):
        cohort.slot(TODAY + timedelta(days=day))
    lines = forecast(clock.start_of(TODAY))
    north, south = lines[0], lines[1]
    assert (north.territory, south.territory) == (cohort.north, cohort.south)
    assert [week.free for week in north.weeks] == [2, 1, 0, 0]
    # Denis and Chloé are overdue, without a coming appointment: owed this week; Fanny is due on 5 December.
    assert [week.waiting for week in north.weeks] == [2, 1, 0, 0]
    assert [week.waiting for week in south.weeks] == [1, 0, 0, 0]
    assert north.weeks[0].expected == pytest.approx(5 / 13)
    total = whole(lines)
    assert total.weeks[0].balance == pytest.approx(2 - 3 - 6 / 13)
    page = soup(sign_in("head_of_service"), reverse("steering:capacity"))
    assert "Il faut ouvrir" in page.select_one(".lead-line").text


def test_whoever_is_oriented_without_the_interview_waits_for_no_seat(world: World) -> None:
    entry = world.entrant("Denis", TODAY - timedelta(days=30))
    assert [week.waiting for week in forecast(clock.start_of(TODAY))[0].weeks] == [1, 0, 0, 0]
    world.decided("Denis", TODAY, "on_file")
    clocks.follow_orientations(entry_ids=[entry.pk], by=TESTS, at=clock.start_of(TODAY))
    assert [week.waiting for week in forecast(clock.start_of(TODAY))[0].weeks] == [0, 0, 0, 0]


def test_a_seat_of_this_morning_is_no_seat_this_afternoon(world: World) -> None:
    world.slot(TODAY)
    morning, afternoon = (forecast(clock.start_of(TODAY) + timedelta(hours=hour))[0].weeks[0] for hour in (7, 14))
    assert (morning.free, afternoon.free) == (1, 0)


def test_an_agent_without_the_right_meets_nothing(world: World) -> None:
    client = sign_in("provider")
    for name in ("overview", "delays", "list", "export", "capacity", "absences", "absences_list", "absences_export"):
        assert client.get(reverse(f"steering:{name}")).status_code == 403
