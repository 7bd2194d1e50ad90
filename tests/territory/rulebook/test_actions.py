"""Loading the shipped rulebook and giving a parameter the Département's own value."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.models import FieldChange, JournalEntry
from emploi.foundation.audit.writing import acting
from emploi.foundation.errors import DomainError
from emploi.territory.rulebook import catalogue, queries
from emploi.territory.rulebook.actions import load_shipped, set_local_value
from emploi.territory.rulebook.facts import Source
from emploi.territory.rulebook.models import ParameterValue, Regime

pytestmark = pytest.mark.django_db

BY = Actor.system("Essai")
NEXT_MONTH = date(2026, 12, 1)


@pytest.fixture(autouse=True)
def _loaded() -> None:
    load_shipped(by=BY, at=clock.now())


def change(
    value: object, *, slug: str = "relaunch_days", valid_from: date = NEXT_MONTH, **more: object
) -> ParameterValue:
    """The Département changes a parameter from the first of December."""
    fields = {"reason": "Décision du comité de pilotage", "by": BY, "at": clock.now(), **more}
    return set_local_value(slug=slug, value=value, valid_from=valid_from, **fields)


class TestLoading:
    def test_every_shipped_value_is_in_force_on_its_first_day(self) -> None:
        for shipped in catalogue.shipped_values():
            found = queries.parameter(shipped.slug, shipped.valid_from)
            assert found.unit == shipped.unit
            assert found.source == shipped.source
            assert found.status == shipped.status

    def test_loading_again_changes_nothing_and_says_nothing(self) -> None:
        before = list(ParameterValue.objects.order_by("pk").values())
        told = JournalEntry.objects.count()
        again = load_shipped(by=BY, at=clock.now())
        assert (again.added, again.replaced, again.kept) == (0, 0, ())
        assert list(ParameterValue.objects.order_by("pk").values()) == before
        assert JournalEntry.objects.count() == told

    def test_a_corrected_national_value_replaces_the_shipped_one(self) -> None:
        with acting(BY):
            ParameterValue.objects.filter(slug="call_days").update(value=99, note="ancienne version")
        loaded = load_shipped(by=BY, at=clock.now())
        assert loaded.replaced == 1
        assert queries.value("call_days", clock.today()) == 5

    def test_a_local_value_is_never_overwritten(self) -> None:
        change(4)
        loaded = load_shipped(by=BY, at=clock.now())
        assert loaded.kept == ("relaunch_days",)
        assert queries.value("relaunch_days", NEXT_MONTH) == 4
        assert queries.value("relaunch_days", date(2026, 11, 30)) == 3

    def test_a_value_of_the_departments_folder_hides_the_national_one(self, settings) -> None:
        settings.DEPARTMENT = "drome"
        with acting(BY):
            ParameterValue.objects.all().delete()
        load_shipped(by=BY, at=clock.now())
        assert "PDIE" in catalogue.department.load_yaml("rulebook.yaml")["sources"]
        assert queries.parameter("first_interview_days", date(2022, 12, 31)).is_local is False
        ours = queries.parameter("first_interview_days", date(2023, 1, 1))
        assert ours.is_local
        assert "2023-2028" in ours.source.title


class TestDatabase:
    def test_two_values_on_the_same_day_are_refused(self) -> None:
        with pytest.raises(IntegrityError), acting(BY):
            ParameterValue.objects.create(
                slug="relaunch_days", value=9, unit="days", valid_from=date(2026, 1, 1), source_title="x"
            )

    def test_two_regimes_on_the_same_day_are_refused(self) -> None:
        with pytest.raises(IntegrityError), acting(BY):
            Regime.objects.create(code="R9", title="x", valid_from=date(2026, 1, 1), source_title="x")

    def test_an_anonymous_write_is_refused(self) -> None:
        with pytest.raises(DatabaseError, match="without a known actor"), transaction.atomic():
            ParameterValue.objects.update(value=1)


class TestLocalValue:
    def test_the_former_value_ends_the_day_before(self) -> None:
        change(4)
        first, second = ParameterValue.objects.filter(slug="relaunch_days").order_by("valid_from")
        assert (first.value, first.valid_to) == (3, date(2026, 11, 30))
        assert (second.value, second.valid_to, second.is_local) == (4, None, True)

    def test_it_is_journaled_with_its_reason(self) -> None:
        change(4)
        line = queries.local_changes("relaunch_days").get()
        assert line.reason == "Décision du comité de pilotage"
        assert line.payload["former"] == "3 jours calendaires"
        assert line.payload["value"] == "4 jours calendaires"

    def test_a_value_already_planned_still_comes(self) -> None:
        change("chaque_mois", slug="sanction_base", source=Source("Arrêté du 2 janvier 2027", "https://exemple.fr/"))
        assert queries.value("sanction_base", NEXT_MONTH) == "chaque_mois"
        assert queries.parameter("sanction_base", date(2027, 7, 1)).valid_from == date(2027, 7, 1)

    def test_changing_twice_from_the_same_day_keeps_one_row_and_its_history(self) -> None:
        change(4)
        change(5)
        assert queries.value("relaunch_days", NEXT_MONTH) == 5
        assert ParameterValue.objects.filter(slug="relaunch_days").count() == 2
        assert FieldChange.objects.filter(column_name="value", old="4", new="5").count() == 1

    def test_a_change_of_law_stays_to_be_confirmed(self) -> None:
        row = change(12, slug="contradictory_days", source=Source("Décret de 2027", "https://exemple.fr/"))
        assert row.status == "to_confirm"

    @pytest.mark.parametrize(
        ("more", "field", "words"),
        [
            ({"reason": "  "}, "reason", "raison"),
            ({"valid_from": date(2026, 11, 22)}, "valid_from", "ne peut pas être passée"),
            ({"value": 3}, "value", "déjà"),
            ({"slug": "contradictory_days"}, "source_title", "vient de la loi"),
        ],
    )
    def test_what_is_refused(self, more: dict, field: str, words: str) -> None:
        with pytest.raises(DomainError, match=words) as refusal:
            change(**{"value": 4, **more})
        assert refusal.value.field == field
        assert not ParameterValue.objects.filter(value=4, slug="relaunch_days").exists()


class TestReading:
    @pytest.mark.parametrize(
        ("slug", "on", "expected"),
        [
            ("orientation_months_legal", date(2024, 12, 31), 2),
            ("orientation_weeks_legal", date(2025, 1, 1), 6),
            ("first_interview_days", date(2026, 11, 23), 15),
            ("orientation_months", date(2026, 11, 23), 1),
            ("first_sanction_max_percent", date(2024, 6, 1), 80),
            ("first_sanction_max_percent", date(2025, 6, 1), 100),
            ("new_sanctions_allowed", date(2025, 3, 1), False),
            ("rsa_single_amount", date(2026, 3, 31), Decimal("646.52")),
            ("rsa_single_amount", date(2026, 4, 1), Decimal("651.69")),
            ("contract_stock_deadline", date(2026, 11, 23), date(2026, 12, 31)),
            ("legal_paths", date(2026, 11, 23), ("professionnel", "socio_professionnel", "social")),
        ],
    )
    def test_the_value_depends_on_the_day(self, slug: str, on: date, expected: object) -> None:
        assert queries.value(slug, on) == expected

    @pytest.mark.parametrize(
        ("slug", "on"), [("orientation_weeks_legal", date(2024, 12, 31)), ("inconnu", date(2026, 1, 1))]
    )
    def test_no_value_is_said_plainly(self, slug: str, on: date) -> None:
        with pytest.raises(queries.UnknownValue, match="Aucune valeur"):
            queries.value(slug, on)

    @pytest.mark.parametrize(
        ("on", "code"),
        [
            (date(2009, 6, 1), "R0"),
            (date(2012, 4, 1), "R1"),
            (date(2024, 12, 31), "R1"),
            (date(2025, 1, 1), "R2a"),
            (date(2025, 6, 1), "R2b"),
            (date(2026, 11, 23), "R2c"),
            (date(2027, 7, 1), "R2d"),
        ],
    )
    def test_the_regime_depends_on_the_day(self, on: date, code: str) -> None:
        assert queries.regime(on).code == code

    def test_a_batch_reads_the_table_once(self, django_assert_num_queries) -> None:
        with django_assert_num_queries(1), queries.cached():
            for _ in range(50):
                queries.value("relaunch_days", clock.today())
                queries.value("call_days", clock.today())

    def test_a_write_inside_a_batch_is_seen_at_once(self) -> None:
        with queries.cached():
            assert queries.value("relaunch_days", NEXT_MONTH) == 3
            change(4)
            assert queries.value("relaunch_days", NEXT_MONTH) == 4

    def test_a_write_undone_inside_a_batch_is_not_remembered(self) -> None:
        with queries.cached():
            queries.value("relaunch_days", NEXT_MONTH)
            with pytest.raises(RuntimeError), transaction.atomic():
                change(4)
                assert queries.value("relaunch_days", NEXT_MONTH) == 4
                raise RuntimeError
            assert queries.value("relaunch_days", NEXT_MONTH) == 3

    def test_one_request_does_not_see_what_another_has_read(self, client) -> None:
        client.get("/healthz")
        with acting(BY):
            ParameterValue.objects.filter(slug="call_days").update(value=6)
        assert queries.value("call_days", clock.today()) == 6
        assert isinstance(clock.now(), datetime)
