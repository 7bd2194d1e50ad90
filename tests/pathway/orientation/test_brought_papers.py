"""Papers asked for at the interview: seen, to bring, not concerned; said once for the next ones (RG-09)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from emploi.foundation.audit.writing import acting
from emploi.foundation.documents.access import may_open
from emploi.foundation.errors import DomainError
from emploi.pathway.orientation import actions, queries
from emploi.pathway.orientation.models import BroughtPaper, Interview
from emploi.pathway.orientation.rules.papers import expected, parse_papers
from emploi.territory.agents.roles import ROLE_PERMISSIONS, Permission, Role
from tests.pathway.orientation.cast import MORNING, SYSTEM, World, entrant, interview
from tests.pathway.orientation.test_journey import HTMX, at, html, signed_in

SOON = date(2026, 12, 8)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def noted(world: World, held: Interview, paper: str, state: str, until: date | None = None, **values: object) -> object:
    note = actions.PaperNote(paper=paper, state=state, until=until)
    by = values.pop("by", world.officer)
    return actions.note_papers(
        interview_id=held.pk,
        notes=[note],
        by=by.as_actor(),  # type: ignore[attr-defined]
        at=values.pop("at", MORNING),  # type: ignore[arg-type]
        **values,  # type: ignore[arg-type]
    )


def typed(held: Interview, **states: str) -> dict[str, str]:
    """What the form sends: one state a paper, by its place in the list."""
    lines = queries.papers_said(held.person_id, interview=held, sees_health=True)
    ranks = {line.paper.slug: rank for rank, line in enumerate(lines)}
    return {f"state_{ranks[slug]}": state for slug, state in states.items()}


def rank_of(held: Interview, slug: str) -> int:
    lines = queries.papers_said(held.person_id, interview=held, sees_health=True)
    return next(rank for rank, line in enumerate(lines) if line.paper.slug == slug)


class TestTheList:
    def test_the_line_of_the_kind_that_says_the_same_is_not_asked_twice(self) -> None:
        papers = parse_papers([{"slug": "cv", "label": "CV", "covers": ["cv"]}])
        shown = expected(papers, ["Votre CV, si vous en avez un", "Une photo d’identité"])
        assert [paper.label for paper in shown] == ["CV", "Une photo d’identité"]
        assert shown[1].slug == "kind:une-photo-d-identite"

    def test_a_line_of_the_kind_that_speaks_of_health_is_sensitive(self) -> None:
        shown = expected((), ["Le courrier de votre psychiatre", "Une photo d’identité"])
        assert [paper.is_sensitive for paper in shown] == [True, False]

    def test_nothing_is_asked_before_somebody_asks(self, world: World) -> None:
        lines = queries.papers_said(interview(world).person_id, sees_health=True)
        assert len(lines) >= 8 and all(line.said is None for line in lines)


class TestNoting:
    def test_said_once_and_known_at_the_next_interview(self, world: World) -> None:
        held = interview(world)
        noted(world, held, "identity", "seen")
        noted(world, held, "cv", "later", SOON)
        with acting(SYSTEM):
            Interview.objects.filter(pk=held.pk).update(closed_at=MORNING)
        again = actions.start_interview(
            entry_id=held.entry_id, by=world.colleague.as_actor(), at=MORNING + timedelta(days=20)
        )
        known = {
            line.paper.slug: line for line in queries.papers_said(again.person_id, interview=again, sees_health=True)
        }
        assert known["identity"].said is not None and known["identity"].said.recorded_by == world.officer
        assert known["cv"].said is not None and known["cv"].said.until == SOON

    def test_the_history_stays_and_the_same_is_not_written_twice(self, world: World) -> None:
        held = interview(world)
        noted(world, held, "cv", "later", SOON)
        noted(world, held, "cv", "later", SOON)
        noted(world, held, "cv", "seen")
        assert list(BroughtPaper.objects.order_by("pk").values_list("state", flat=True)) == ["later", "seen"]

    @pytest.mark.parametrize(
        ("state", "until", "said"),
        [
            ("later", None, "jusqu’à quand"),
            ("later", date(2026, 11, 1), "date est passée"),
            ("seen", SOON, "à apporter a une date"),
            ("lost", None, "vu, à apporter"),
        ],
    )
    def test_what_cannot_be_noted(self, world: World, state: str, until: date | None, said: str) -> None:
        with pytest.raises(DomainError, match=said):
            noted(world, interview(world), "cv", state, until)

    def test_a_day_already_past_blocks_nothing_of_the_page(self, world: World) -> None:
        held = interview(world)
        noted(world, held, "cv", "later", SOON)
        after = MORNING + timedelta(days=30)
        notes = [
            actions.PaperNote(paper="cv", state="later", until=SOON),
            actions.PaperNote(paper="identity", state="seen"),
        ]
        done = actions.note_papers(interview_id=held.pk, notes=notes, by=world.officer.as_actor(), at=after)
        assert done.written == ("identity",)
        with pytest.raises(DomainError, match="date est passée"):
            noted(world, held, "cv", "later", SOON + timedelta(days=1), at=after)

    def test_the_database_wants_a_day_for_what_is_to_bring(self, world: World) -> None:
        held = interview(world)
        noted(world, held, "cv", "seen")
        row = BroughtPaper.objects.get()
        row.pk, row.state = None, "later"
        with acting(SYSTEM), pytest.raises(IntegrityError, match="until_a_day"), transaction.atomic():
            row.save(force_insert=True)

    def test_a_colleague_s_later_note_is_never_covered_unseen(self, world: World) -> None:
        held = interview(world)
        seen = queries.papers_seen_up_to(held.person_id)
        noted(world, held, "cv", "seen", by=world.colleague, seen=seen)
        mine = noted(world, held, "cv", "not_needed", seen=seen)
        assert [row.recorded_by_id for row in mine.conflicts] == [world.colleague.pk]  # type: ignore[attr-defined]
        assert BroughtPaper.objects.get().state == "seen"


class TestCopies:
    def keep(self, world: World, held: Interview, content: bytes = PDF, paper: str = "identity") -> BroughtPaper:
        return actions.keep_copy(
            interview_id=held.pk,
            paper=paper,
            upload=BytesIO(content),
            name="../carte.pdf",
            by=world.officer.as_actor(),
            at=MORNING,
        )

    def test_a_copy_is_known_by_its_content_and_opens_for_who_holds_interviews(self, world: World) -> None:
        row = self.keep(world, interview(world))
        assert (row.state, row.copy.name) == ("seen", "carte.pdf")  # type: ignore[union-attr]
        assert may_open(world.officer, row.copy)  # type: ignore[arg-type]
        assert not may_open(world.office, row.copy)  # type: ignore[arg-type]
        assert not may_open(world.provider_agent, row.copy)  # type: ignore[arg-type]

    def test_a_file_that_lies_about_itself_is_refused(self, world: World) -> None:
        with pytest.raises(DomainError, match="en réalité"):
            self.keep(world, interview(world), b"MZ\x90\x00 this is a program")

    def test_a_health_paper_needs_its_own_right(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        held = interview(world)
        row = self.keep(world, held, paper="rqth")
        without = ROLE_PERMISSIONS[Role.ORIENTATION_OFFICER] - {Permission.SEE_HEALTH}
        monkeypatch.setitem(ROLE_PERMISSIONS, Role.ORIENTATION_OFFICER, without)
        assert not may_open(world.colleague, row.copy)  # type: ignore[arg-type]
        client = signed_in(world.colleague)
        for there in (at(held, "papers"), at(held, "summary")):
            assert "RQTH" not in html(client, there)
        upload = {"paper": "rqth", "file": SimpleUploadedFile("r.pdf", PDF)}
        answer = client.post(at(held, "paper_copy"), upload)
        assert "pas dans la liste" in answer.text


class TestScreens:
    def test_saved_at_each_choice_then_read_back_and_on_the_card(self, world: World) -> None:
        held = interview(world)
        client = signed_in(world.officer)
        shown = html(client, at(held, "papers"))
        assert "Aucun papier n’est obligatoire" in shown
        data = {**typed(held, identity="seen", cv="later"), f"until_{rank_of(held, 'cv')}": "2026-12-08", "seen": "0"}
        saved = client.post(at(held, "papers"), data, **HTMX)
        assert "Enregistré à" in saved.text
        read = html(client, at(held, "summary"))
        assert "8 décembre 2026" in read
        card = html(client, f"/personnes/{held.person_id}/diagnostic/")
        assert "CV : à apporter avant le" in card

    def test_a_missing_day_is_said_and_nothing_is_lost(self, world: World) -> None:
        held = interview(world)
        data = {**typed(held, identity="seen", cv="later"), f"until_{rank_of(held, 'cv')}": ""}
        client = signed_in(world.officer)
        assert "Pas enregistré" in client.post(at(held, "papers"), data, **HTMX).text
        answer = client.post(at(held, "papers"), data)
        assert "jusqu’à quand" in answer.text
        assert 'value="later"' in answer.text and not BroughtPaper.objects.exists()

    def test_the_list_costs_the_same_with_one_paper_or_nine(
        self, world: World, django_assert_max_num_queries: object
    ) -> None:
        held = interview(world)
        for slug in ("identity", "payer", "cv", "housing"):
            noted(world, held, slug, "seen")
        with django_assert_max_num_queries(4):  # type: ignore[operator]
            queries.papers_said(held.person_id, interview=held, sees_health=True)


def test_the_link_reminds_of_what_others_may_read_only(world: World) -> None:
    held = interview(world, entrant("Bruno", "Costa"))
    noted(world, held, "cv", "later", SOON)
    noted(world, held, "residence", "later", SOON)
    noted(world, held, "rqth", "later", SOON, at=datetime(2026, 11, 23, 9, 30, tzinfo=MORNING.tzinfo))
    assert queries.papers_to_remind(held.person_id) == ["CV"]


@pytest.mark.parametrize(
    ("paper", "label", "is_sensitive", "is_named"),
    [
        ("kind:une-photo", "Une photo", False, True),
        ("kind:un-courrier", "Le courrier de votre psychiatre", False, False),
        ("kind:une-photo", "Une photo", True, False),
        ("withdrawn", "Dossier MDPH", True, False),
        ("withdrawn", "Jugement", False, False),
    ],
)
def test_a_paper_out_of_the_list_is_never_named_on_a_link(
    world: World, paper: str, label: str, is_sensitive: bool, is_named: bool
) -> None:
    held = interview(world)
    noted(world, held, "cv", "later", SOON)
    with acting(SYSTEM):
        BroughtPaper.objects.update(paper=paper, label=label, is_sensitive=is_sensitive)
    assert queries.papers_to_remind(held.person_id) == ([label] if is_named else [])
