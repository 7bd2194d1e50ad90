"""The history copied in bulk is what the real import would have written, file after file."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.writing import acting
from emploi.pathway.beneficiaries import models as people
from emploi.pathway.beneficiaries.actions import apply_households
from emploi.pathway.beneficiaries.facts import FileFacts, HouseholdFacts
from emploi.pathway.clocks.models import Deadline
from emploi.simulator.caf_files.writing import world_of
from emploi.simulator.history.facts import facts_of
from emploi.simulator.history.notices import Notice, horizon_on, notices_of
from emploi.simulator.history.people_rows import PeopleTables
from emploi.simulator.history.places import live
from emploi.simulator.history.rows import write_all
from emploi.simulator.history.runs import Runs
from emploi.simulator.life.dossier import dossier_of, snapshot
from emploi.simulator.life.months import month_number
from emploi.simulator.life.tenancies import STOCK, Place
from emploi.territory.geography.actions import load_geography
from emploi.territory.rulebook.actions import load_shipped

pytestmark = pytest.mark.django_db
HOUSEHOLDS, TODAY = 50, date(2026, 11, 23)
BY = Actor.system("Simulateur")

FIELDS: dict[type[Any], tuple[str, ...]] = {
    people.Household: (
        "claim_number", "payer", "payer_organism", "payer_number", "payer_number_hash", "previous_claim_number",
        "claimed_on", "right_origin_on", "state", "motive", "family_situation", "homeless", "dependants",
        "single_parent", "commune_id", "transferred_in_on", "transferred_out_on",
    ),
    people.Person: (
        "name_key", "title", "last_name", "birth_name", "first_name", "birth_date", "birth_date_precision",
        "birth_rank", "sex", "nir_hash", "nir_valid", "france_travail_number", "search_text", "sort_name",
    ),
    people.HouseholdRole: (
        "household__claim_number", "person__name_key", "role", "started_on", "ended_on", "subject_to_duties",
        "pole_emploi_number",
    ),
    people.RightState: (
        "household__claim_number", "reference_on", "received_on", "source", "state", "motive", "amount",
    ),
    people.DutyState: (
        "household__claim_number", "person__name_key", "role", "reference_on", "received_on", "source", "subject",
    ),
    people.Address: (
        "household__claim_number", "rank", "source", "postal_code", "insee", "commune_id", "city", "country",
        "valid_from", "received_on", "is_current",
    ),
    people.Entry: (
        "person__name_key", "household__claim_number", "opened_on", "kind", "previous__opened_on", "claimed_on",
        "right_origin_on", "duties_since_on", "caf_known_on", "commune_id", "is_stock", "interrupted_on",
        "reopened_on", "closed_on", "closing_reason", "closed_known_on",
    ),
    people.ReviewItem: ("person__name_key", "other__name_key", "household__claim_number", "kind", "outcome"),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _reference() -> None:
    at = clock.now()
    load_geography(by=BY, at=at)
    load_shipped(by=BY, at=at)


def rows() -> dict[str, list[tuple[Any, ...]]]:
    return {
        model.__name__: sorted(map(str, model._default_manager.values_list(*names))) for model, names in FIELDS.items()
    }


def replay_through_the_real_import() -> dict[str, list[tuple[Any, ...]]]:
    world, horizon = world_of(1), horizon_on(TODAY)
    files: dict[tuple[date, date, str, bool], list[HouseholdFacts]] = defaultdict(list)
    for slot in range(HOUSEHOLDS):
        first_months: dict[int, int] = {}
        for tenancy in Place(slot, world.seed, world.figures).tenancies(month_number(TODAY)):
            first_months.setdefault(tenancy.core, tenancy.first_month)
            dossier = dossier_of(tenancy, first_months[tenancy.core], world)
            for notice in notices_of(dossier, horizon, world.figures):
                view = snapshot(dossier, notice.reference_on, world.figures)
                assert view is not None
                stock = tenancy.kind == STOCK and month_number(notice.reference_on) == world.figures.origin
                key = (notice.created_on, notice.reference_on, notice.source, stock)
                files[key].append(facts_of(view, f"{notice.reference_on}{notice.source}"))
    for (created_on, reference_on, source, first_load), batch in sorted(files.items(), key=lambda item: item[0]):
        file = FileFacts(reference_on, created_on, created_on, source, 1, first_load)
        apply_households(batch, file=file, by=BY, at=clock.at_noon(created_on))
    return rows()


def load_by_copy() -> dict[str, list[tuple[Any, ...]]]:
    world, horizon = world_of(1), horizon_on(TODAY)
    with acting(BY):
        runs = Runs(world.figures, horizon, HOUSEHOLDS)
        runs.start()
        tables = PeopleTables()
        tables.start()
        for slot in range(HOUSEHOLDS):
            lived = live(slot, world, horizon, runs, gap=4, oriented=lambda passage, on: False)
            tables.add(lived.ledger, lived.lasts, {}, {})
        write_all(tables.in_order())
    return rows()


def test_fifty_households_copied_are_fifty_households_imported() -> None:
    with transaction.atomic():
        imported = replay_through_the_real_import()
        deadlines = Deadline.objects.count()
        transaction.set_rollback(True)
    copied = load_by_copy()

    assert deadlines > 0
    assert {name: len(found) for name, found in copied.items()} == {
        name: len(found) for name, found in imported.items()
    }
    for name, found in imported.items():
        assert copied[name] == found, name
    assert len(imported["Entry"]) > HOUSEHOLDS
    assert len(imported["RightState"]) > 3 * HOUSEHOLDS


def test_a_file_older_than_what_is_known_tells_nothing() -> None:
    world, horizon = world_of(1), horizon_on(TODAY)
    for slot in range(200):
        for tenancy in Place(slot, world.seed, world.figures).tenancies(month_number(TODAY)):
            found: list[Notice] = notices_of(dossier_of(tenancy, tenancy.first_month, world), horizon, world.figures)
            assert [(n.reference_on, n.created_on) for n in found] == sorted(
                (n.reference_on, n.created_on) for n in found
            )
            assert [n.created_on for n in found] == sorted(n.created_on for n in found)
