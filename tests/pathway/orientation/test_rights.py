"""Rights and duties are dated data: the proof keeps which text was shown, and an old one stays as it was (DIS-004)."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml

from emploi.foundation import clock, department
from emploi.pathway.orientation import actions, queries
from emploi.pathway.orientation.models import Interview, RightsText
from emploi.pathway.orientation.queries.steps import rights as reading
from emploi.pathway.orientation.rules.rights import RightsWords, words_on
from tests.pathway.orientation.cast import MORNING, World, decided, interview, ready_to_orient
from tests.pathway.orientation.test_journey import at, page, signed_in

pytestmark = pytest.mark.django_db
LATER = MORNING + timedelta(days=60)
OURS = [
    {
        "version": "2027",
        "valid_from": date(2027, 1, 1),
        "source": {"title": "Délibération du 14 décembre 2026"},
        "opening": "Notre Département vous accompagne.",
        "parts": [{"title": "Vos droits", "lines": ["Un interprète vient si vous le demandez."]}],
    }
]


@pytest.fixture
def own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A Département that writes its own words from next year on."""
    written = tmp_path / "rights.yaml"
    written.write_text(yaml.safe_dump(OURS, allow_unicode=True), encoding="utf-8")
    has, load = department.has, department.load_yaml
    monkeypatch.setattr(department, "has", lambda name: name == written.name or has(name))
    monkeypatch.setattr(
        department,
        "load_yaml",
        lambda name: yaml.safe_load(written.read_text("utf-8")) if name == written.name else load(name),
    )
    reading._versions.cache_clear()
    yield written
    reading._versions.cache_clear()


def presented(world: World, held: Interview, **typed: str) -> str:
    with clock.frozen(MORNING):
        client = signed_in(world.officer)
        shown = page(client, at(held, "rights")).select_one("input[name=shown]")["value"]
        proof = {"how": "read_together", "paper": "on", "understood": "on", "shown": shown, **typed}
        return client.post(at(held, "rights"), proof).content.decode()


def test_the_text_of_a_day() -> None:
    first, second = (RightsWords(str(year), date(year, 1, 1), "", "", {}) for year in (2025, 2027))
    own = RightsWords("ours", date(2026, 7, 1), "", "", {})
    assert words_on(date(2026, 6, 30), [first, second], [own]) is first
    assert words_on(date(2026, 7, 1), [first, second], [own]) is own
    assert words_on(date(2028, 1, 1), [first, second], []) is second
    assert words_on(date(2020, 1, 1), [first, second], [own]) is first


def test_the_proof_keeps_the_text_that_was_shown_and_says_it_everywhere(world: World) -> None:
    held = interview(world)
    presented(world, held)
    kept = RightsText.objects.get()
    assert (kept.version, kept.valid_from) == ("1", date(2025, 1, 1))
    step = queries.steps_of(held)[0]
    assert (step.state, step.details["text"], step.details["paper"]) == ("done", kept.digest, True)
    client = signed_in(world.officer)
    assert "Version 1, en vigueur depuis le 1er janvier 2025" in page(client, at(held, "rights")).text
    summary = " ".join(page(client, at(held, "summary")).text.split())
    assert "texte en vigueur depuis le 1er janvier 2025, version 1" in summary


def test_an_old_proof_stays_readable_as_it_was(world: World, own_file: Path) -> None:
    """Next year the Département has other words: the proof of this year still shows what was read."""
    held = ready_to_orient(world)
    decided(world, held)
    new = actions.start_interview
    step = queries.steps_of(held)[0]
    assert "text" not in step.details, "a proof older than the versions"
    with clock.frozen(MORNING):
        assert "la version montrée n’était pas encore notée" in page(signed_in(world.officer), at(held, "rights")).text
    proven = interview(world, None)
    presented(world, proven)
    with clock.frozen(LATER):
        client = signed_in(world.officer)
        shown = page(client, at(proven, "rights")).text
        assert "Vous choisissez avec nous la suite de votre parcours." in shown
        assert "Notre Département vous accompagne." not in shown
        fresh = page(client, at(new(entry_id=held.entry_id, by=world.officer.as_actor(), at=LATER), "rights")).text
    assert "Notre Département vous accompagne." in fresh
    assert "Délibération du 14 décembre 2026" in fresh


def test_a_text_that_changed_meanwhile_is_read_again(world: World) -> None:
    held = interview(world)
    said = presented(world, held, shown="un autre texte")
    assert "Le texte a changé pendant que vous le lisiez" in said
    assert queries.steps_of(held)[0].state == "open"
    assert not RightsText.objects.exists()


def test_a_new_text_is_presented_again_not_only_recalled(world: World, own_file: Path) -> None:
    held = interview(world)
    presented(world, held)
    by = world.officer.as_actor()
    for step in ("diagnosis", "orientation", "engagement", "next_appointment"):
        actions.leave_step_open(
            interview_id=held.pk, step=step, reason="Fatiguée", owner_id=world.officer.pk, by=by, at=MORNING
        )
    again = actions.start_interview(entry_id=held.entry_id, by=by, at=LATER)
    with clock.frozen(LATER):
        shown = page(signed_in(world.officer), at(again, "rights")).text
        signed_in(world.officer).post(at(again, "keep", "rights_and_duties"))
    assert "Le texte a changé depuis" in shown
    assert "C’est rappelé" not in shown
    assert queries.steps_of(again)[0].state == "open"


def test_the_shipped_text_is_never_changed_under_the_same_version() -> None:
    """Correcting a word makes another version: proofs name this one."""
    first = queries.rights_words(date(2026, 11, 23))
    assert first.digest.startswith("31fe637c44b7")
