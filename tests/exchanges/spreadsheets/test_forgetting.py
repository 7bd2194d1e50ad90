"""The lines of an old spreadsheet go; what they brought stays, and nothing can be done with what is no longer there."""

import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from emploi.exchanges.spreadsheets.engine.correcting import can_correct
from emploi.exchanges.spreadsheets.engine.forgetting import Forgotten, forget_lines
from emploi.exchanges.spreadsheets.engine.inspecting import seen_sheet
from emploi.exchanges.spreadsheets.engine.ledger import Report
from emploi.exchanges.spreadsheets.inbound import apply_run, preview_run, receive
from emploi.exchanges.spreadsheets.models import SheetFile, StagedRow
from emploi.foundation import clock
from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.audit.writing import acting
from emploi.foundation.errors import DomainError
from emploi.foundation.intake import actions
from emploi.foundation.intake.models import Attempt, Row, Run
from emploi.foundation.intake.sealing import unseal
from emploi.pathway.beneficiaries.models import Person
from emploi.territory.rulebook import queries as rulebook
from tests.exchanges.spreadsheets.conftest import BY, CLAIRE, HEADER, PAUL, csv_bytes

pytestmark = pytest.mark.django_db
BAD = ("Mme", "Petit", "", "31/02/1990", "0777777", "Demandeur", "", "", "", "")
Load = Callable[..., Report]


def later(days: int) -> Any:
    return clock.now() + timedelta(days=days)


@pytest.fixture
def kept(load: Load) -> int:
    """A file of two people and a refused line, and the days its lines are kept."""
    load([HEADER, CLAIRE, PAUL, BAD])
    return int(rulebook.value("spreadsheet_lines_days", clock.today()))


def test_nothing_goes_before_its_time(kept: int) -> None:
    assert forget_lines(by=BY, at=later(kept - 1)) == Forgotten()
    assert StagedRow.objects.count() == 2


def test_a_dry_run_only_counts(kept: int) -> None:
    out = io.StringIO()
    with clock.frozen(later(kept + 1)):
        call_command("forget_sheets", "--dry-run", "--json", stdout=out)
    assert json.loads(out.getvalue()) == {"status": "done", "files": 1, "lines": 2, "refused": 1, "dry_run": True}
    assert StagedRow.objects.count() == 2


def test_old_lines_go_and_people_stay(kept: int) -> None:
    assert forget_lines(by=BY, at=later(kept + 1)) == Forgotten(files=1, lines=2, refused=1)
    assert (StagedRow.objects.count(), Person.objects.count()) == (0, 2)
    row, sheet = Row.objects.get(), SheetFile.objects.get()
    assert "Petit" not in unseal(row.raw).decode() and "31/02" not in row.reason and not row.key
    seen = seen_sheet(sheet)
    assert (seen.header(sheet.header_row), seen.samples(sheet.header_row)) == (list(HEADER), [])
    assert JournalEntry.objects.get(event="spreadsheets.SheetForgotten").payload["lines"] == 3
    # Once is enough.
    assert forget_lines(by=BY, at=later(kept + 2)) == Forgotten()


def test_what_is_erased_is_neither_corrected_nor_replayed(kept: int) -> None:
    forget_lines(by=BY, at=later(kept + 1))
    run = Run.objects.get()
    assert not can_correct(run, 4)
    assert not actions.replay(row=Row.objects.get(), by=BY, at=clock.now())
    assert "Ligne effacée" in Row.objects.get().reason


def test_the_page_of_an_erased_file_still_opens(kept: int, sign_in: Callable[[str], Client]) -> None:
    forget_lines(by=BY, at=later(kept + 1))
    run = Run.objects.get()
    office = sign_in("rsa_office")
    page = office.get(f"/imports/tableurs/{run.pk}/").content.decode()
    assert "ont été effacées" in page
    assert office.get(f"/imports/tableurs/{run.pk}/lignes/4/").status_code == 200


def test_a_file_never_decided_goes_too_and_is_previewed_again_before_it_is_recorded(office: Any) -> None:
    content = io.BytesIO(csv_bytes([HEADER, CLAIRE]))
    run = receive(file_name="l.csv", content=content, received_on=clock.today(), by=BY, at=clock.now())
    preview_run(run=run, by=BY, at=clock.now())
    days = int(rulebook.value("spreadsheet_lines_days", clock.today()))
    assert forget_lines(by=BY, at=later(days + 1)).files == 1
    run.refresh_from_db()
    actions.queue(run=run, by=BY, at=clock.now())
    report = apply_run(run=run, by=BY, at=clock.now())
    assert (report.status, "refaites son aperçu" in report.error) == ("not_done", True)
    assert not Person.objects.exists()


@pytest.mark.parametrize("state", [{"status": "running"}, {"status": "waiting", "approved_at": later(0)}])
def test_a_file_being_worked_on_or_about_to_be_is_left_alone(kept: int, state: dict[str, Any]) -> None:
    Run.objects.update(**state)
    assert forget_lines(by=BY, at=later(kept + 1)) == Forgotten()


def test_a_file_whose_columns_nobody_confirmed_goes_too(office: Any) -> None:
    content = io.BytesIO(csv_bytes([HEADER, CLAIRE]))
    run = receive(file_name="l.csv", content=content, received_on=clock.today(), by=BY, at=clock.now())
    assert run.status == "waiting"
    days = int(rulebook.value("spreadsheet_lines_days", clock.today()))
    assert forget_lines(by=BY, at=later(days + 1)).files == 1
    sheet = SheetFile.objects.get()
    assert (seen_sheet(sheet).header(1), seen_sheet(sheet).samples(1)) == (list(HEADER), [])


def test_the_tries_of_a_refused_line_go_and_a_new_preview_starts_afresh(office: Any) -> None:
    content = io.BytesIO(csv_bytes([HEADER, CLAIRE, BAD]))
    run = receive(file_name="l.csv", content=content, received_on=clock.today(), by=BY, at=clock.now())
    preview_run(run=run, by=BY, at=clock.now())
    row = Row.objects.get()
    with acting(BY):
        Attempt.objects.create(row=row, at=clock.now(), by_label="Noé", ok=False, message="« 31/02/1990 » n’existe pas")
    days = int(rulebook.value("spreadsheet_lines_days", clock.today()))
    forget_lines(by=BY, at=later(days + 1))
    assert "31/02" not in Attempt.objects.get().message
    run.refresh_from_db()
    assert preview_run(run=run, by=BY, at=clock.now()).status == "done"
    assert not Attempt.objects.exists()
    assert (Row.objects.count(), StagedRow.objects.count()) == (1, 1)
    assert "Petit" in unseal(Row.objects.get().raw).decode()


def test_only_one_process_at_a_time(kept: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from emploi.foundation.intake import locks

    def busy(_kind: str) -> Any:
        raise locks.Busy("Un autre fichier de même nature est en cours de lecture.")

    monkeypatch.setattr(locks, "alone", busy)
    with pytest.raises(DomainError):
        forget_lines(by=BY, at=later(kept + 1))
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("forget_sheets", "--json", stdout=out, stderr=err)
    answer = json.loads(out.getvalue())
    assert (stopped.value.code, answer["status"], answer["lines"]) == (2, "not_done", 0)
    assert answer["error"] in err.getvalue()


def test_the_command_says_it_in_good_french(kept: int) -> None:
    out = io.StringIO()
    with clock.frozen(later(kept + 1)):
        call_command("forget_sheets", stdout=out)
    assert out.getvalue().strip() == "Effacé : 2 lignes et 1 refus, dans 1 tableur."
