"""Figures typed by named people: one in force a period, everything kept, refused in French, nothing typed lost."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.audit.presenters import sentence_of
from emploi.foundation.audit.writing import acting
from emploi.foundation.errors import DomainError
from emploi.oversight.steering.actions import type_figure
from emploi.oversight.steering.events import FigureTyped
from emploi.oversight.steering.models import TypedFigure
from emploi.oversight.steering.queries.typed import in_force, latest
from tests.oversight.steering.test_command import figures
from tests.oversight.steering.test_pages import sign_in, soup
from tests.oversight.steering.world import TESTS, World

SCORE, MILESTONE, REPORTS = "common_tool_cooperation_score", "company_network_created", "pole_emploi_reporting"
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
NOW = clock.at_noon(date(2026, 11, 23))

pytestmark = pytest.mark.django_db


def typed(value: str | None, indicator: str = SCORE, **changes: Any) -> TypedFigure:
    asked = {"since": MARCH, "until": MARCH, "comment": "Enquête", "by": TESTS, "at": NOW, **changes}
    return type_figure(indicator=indicator, value=None if value is None else Decimal(value), **asked)


def in_words(indicator: str = SCORE) -> list[tuple[date, Decimal | None]]:
    return [(figure.since, figure.value) for figure in in_force(indicator)]


class TestKeeping:
    def test_the_last_one_of_a_period_is_in_force_and_the_former_stays(self) -> None:
        typed("62.5")
        typed("64")
        typed("70", since=APRIL, until=APRIL)
        assert in_words() == [(APRIL, 70), (MARCH, 64)]
        assert list(TypedFigure.objects.order_by("id").values_list("value", flat=True)) == [62.5, 64, 70]

    def test_nothing_typed_is_ever_rewritten(self) -> None:
        figure = typed("62.5")
        with pytest.raises(DatabaseError), transaction.atomic(), acting(TESTS):
            TypedFigure.objects.filter(pk=figure.pk).update(value=99)
        with pytest.raises(DatabaseError), transaction.atomic(), acting(TESTS):
            figure.delete()

    def test_withdrawn_it_is_no_figure_but_stays_in_the_history(self) -> None:
        typed("62.5")
        with pytest.raises(DomainError, match="pourquoi"):
            typed(None, comment=" ")
        typed(None, comment="Mauvaise année")
        assert in_words() == []
        assert latest() == {}
        assert TypedFigure.objects.count() == 2

    def test_the_journal_says_what_it_was(self) -> None:
        typed("62.5")
        typed("64")
        event = JournalEntry.objects.filter(event=FigureTyped.slug()).latest("pk")
        assert event.payload["former"] == "62.5"
        assert "64" in sentence_of(event)

    @pytest.mark.parametrize(
        ("value", "changes", "said"),
        [
            ("101", {}, "entre 0 et 100"),
            ("2", {"indicator": MILESTONE}, "Indiquez 1"),
            ("-3", {"indicator": REPORTS}, "négatif"),
            ("50", {"since": APRIL}, "avant le premier"),
            ("50", {"until": date(2026, 12, 1)}, "futur"),
            ("50", {"indicator": "controls_count"}, "ne se saisit pas"),
            ("50", {"indicator": "nothing"}, "ne se saisit pas"),
            (None, {}, "pas de chiffre à retirer"),
        ],
    )
    def test_what_cannot_be_is_refused_in_words(self, value: str | None, changes: dict[str, Any], said: str) -> None:
        with pytest.raises(DomainError, match=said):
            typed(value, **changes)
        assert not TypedFigure.objects.exists()

    def test_the_same_figure_twice_is_said_and_not_kept_twice(self) -> None:
        typed("50")
        with pytest.raises(DomainError, match="déjà enregistré"):
            typed("50.00")

    def test_the_command_gives_the_latest_period_known_on_the_day_asked(self, world: World) -> None:
        typed("40", since=APRIL, until=APRIL, at=NOW - timedelta(days=10))
        typed("70", since=MARCH, until=MARCH)
        found = figures()[SCORE]
        assert (found["value"], found["kind"]) == (40, "typed")
        assert figures("--as-of", "2026-11-01")[SCORE]["value"] is None


class TestScreen:
    def url(self, name: str = "type", indicator: str = SCORE) -> str:
        return reverse(f"steering:{name}", args=[indicator])

    def send(self, client: Client, **changes: str) -> Any:
        data = {"value": "62,5", "since": "2026-03", "until": "2026-03", "comment": "Enquête de mars", **changes}
        return client.post(self.url(), data)

    def test_direction_types_a_figure_from_the_first_page(self, world: World) -> None:
        client = sign_in("steering")
        link = soup(client, reverse("steering:overview")).select_one(f"a[href='{self.url('typed')}']")
        assert link is not None
        assert self.send(client).status_code == 302
        page = soup(client, self.url("typed"))
        assert "62,5 % d'avis favorables" in page.text.replace("\u202f", " ")
        assert "Agent steering" in page.text
        row = soup(client, reverse("steering:overview")).select_one(f"tr:has(a[href='{self.url('typed')}'])")
        assert "mars 2026" in row.text

    def test_a_refusal_keeps_all_that_was_typed(self, world: World) -> None:
        answer = self.send(sign_in("steering"), value="620", comment="Enquête <de> mars")
        text = answer.content.decode()
        assert "Un pourcentage est compris entre 0 et 100." in text
        assert 'value="620"' in text
        assert "Enquête &lt;de&gt; mars" in text
        assert 'value="2026-03"' in text
        assert not TypedFigure.objects.exists()

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"value": ""}, "Indiquez la valeur."),
            ({"value": "beaucoup"}, "Écrivez un nombre"),
            ({"since": ""}, "Indiquez un mois."),
            ({"until": "demain"}, "Écrivez le mois ainsi"),
            ({"value": "1,234"}, "Deux chiffres après la virgule"),
            ({"comment": "x" * 501}, "500 caractères"),
        ],
    )
    def test_each_mistake_has_its_sentence(self, world: World, changes: dict[str, str], said: str) -> None:
        assert said in self.send(sign_in("steering"), **changes).content.decode()

    def test_a_figure_is_withdrawn_with_a_reason(self, world: World) -> None:
        client = sign_in("head_of_service")
        self.send(client)
        url = reverse("steering:withdraw", args=[SCORE, TypedFigure.objects.get().pk])
        assert "Indiquez la raison" in client.post(url, {"reason": ""}, follow=True).content.decode()
        assert "Retiré" in client.post(url, {"reason": "Mauvaise enquête"}, follow=True).content.decode()
        assert in_force(SCORE) == []

    @pytest.mark.parametrize("role", ["elected", "counsellor", "rsa_office"])
    def test_others_read_and_do_not_type(self, world: World, role: str) -> None:
        client = sign_in(role)
        assert soup(client, self.url("typed")).select("form.typed-form") == []
        assert self.send(client).status_code == 403
        assert client.post(reverse("steering:withdraw", args=[SCORE, 1]), {"reason": "x"}).status_code == 403

    @pytest.mark.parametrize("indicator", ["controls_count", "orientation_within_one_month_rate", "unknown"])
    def test_only_typed_indicators_have_this_page(self, world: World, indicator: str) -> None:
        assert sign_in("steering").get(self.url("typed", indicator)).status_code == 404

    def test_planned_ones_say_what_they_wait_for(self, world: World) -> None:
        page = soup(sign_in("elected"), reverse("steering:overview"))
        row = next(tr for tr in page.select(".objective tbody tr") if "IND-05" in tr.text)
        assert "attend les contrôles, les indus et les amendes" in row.text
