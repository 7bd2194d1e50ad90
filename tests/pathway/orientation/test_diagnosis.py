"""Said once: answers insert on change with their source; two agents on one record; brakes."""

from datetime import date, timedelta

import pytest

from emploi.foundation.audit.writing import acting
from emploi.foundation.errors import DomainError
from emploi.pathway.beneficiaries.models import Entry, Household
from emploi.pathway.orientation import actions, queries
from emploi.pathway.orientation.models import Answer, Brake
from tests.pathway.orientation.cast import MORNING, SYSTEM, World, entrant, interview, told


class TestAnswers:
    def test_an_answer_is_written_once_and_again_only_when_it_changes(self, world: World) -> None:
        held = interview(world)
        by = world.officer.as_actor()
        first = actions.save_answers(interview_id=held.pk, answers={"ready": "now"}, by=by, at=MORNING)
        again = actions.save_answers(interview_id=held.pk, answers={"ready": "now"}, by=by, at=MORNING)
        changed = actions.save_answers(interview_id=held.pk, answers={"ready": "later"}, by=by, at=MORNING)
        assert (first.written, again.written, changed.written) == (("ready",), (), ("ready",))
        history = list(Answer.objects.filter(question="ready").order_by("id").values_list("value", flat=True))
        assert history == ["now", "later"]
        assert queries.known_answers(held.person_id)["ready"].value == "later"

    def test_an_answer_can_be_taken_back(self, world: World) -> None:
        held = interview(world)
        told(world, held, trade="Boulangère")
        told(world, held, trade="")
        assert queries.known_answers(held.person_id)["trade"].text == "Pas de réponse"

    def test_the_order_of_several_choices_is_not_a_change(self, world: World) -> None:
        held = interview(world)
        told(world, held, status=["artist", "project"])
        told(world, held, status=["project", "artist"])
        assert Answer.objects.filter(question="status").count() == 1

    def test_what_the_payer_said_is_confirmed_by_the_person_without_retyping(self, world: World) -> None:
        held = interview(world)
        assert queries.known_answers(held.person_id)["at_charge"].source == "caf"
        actions.save_answers(
            interview_id=held.pk,
            answers={"at_charge": 2},
            confirmed={"at_charge"},
            by=world.officer.as_actor(),
            at=MORNING,
        )
        shown = queries.known_answers(held.person_id, interview=held)["at_charge"]
        assert (shown.value, shown.source, shown.said_now) == (2, "person", True)
        assert Answer.objects.filter(question="at_charge").count() == 2

    def test_left_alone_a_known_answer_keeps_its_source(self, world: World) -> None:
        held = interview(world)
        told(world, held, at_charge=2)
        assert queries.known_answers(held.person_id)["at_charge"].source == "caf"

    def test_a_former_passage_is_reused_and_said_to_be_former(self, world: World) -> None:
        entry = entrant()
        told(world, interview(world, entry), trade="Cariste")
        with acting(SYSTEM):
            Entry.objects.filter(pk=entry.pk).update(closed_on=date(2026, 11, 23), closing_reason="right_ended")
            again = Entry.objects.create(
                person=entry.person,
                household=entry.household,
                opened_on=date(2027, 6, 1),
                kind="return",
                previous=entry,
            )
        later = actions.start_interview(
            entry_id=again.pk, by=world.officer.as_actor(), at=MORNING + timedelta(days=200)
        )
        shown = queries.known_answers(entry.person_id, interview=later)["trade"]
        assert shown.value == "Cariste"
        assert shown.provenance == "dit lors d’un passage précédent, le 23 novembre 2026"

    def test_a_newer_file_never_overwrites_what_the_person_said(self, world: World) -> None:
        entry = entrant()
        held = interview(world, entry)
        told(world, held, at_charge=3)
        with acting(SYSTEM):
            Household.objects.filter(pk=entry.household_id).update(dependants=5, last_reference_on=date(2026, 12, 1))
        actions.prefill(interview_id=held.pk, by=world.officer.as_actor(), at=MORNING)
        assert queries.known_answers(entry.person_id)["at_charge"].value == 3

    def test_a_newer_file_corrects_what_an_older_file_said(self, world: World) -> None:
        entry = entrant()
        held = interview(world, entry)
        with acting(SYSTEM):
            Household.objects.filter(pk=entry.household_id).update(dependants=5, last_reference_on=date(2026, 12, 1))
        actions.prefill(interview_id=held.pk, by=world.officer.as_actor(), at=MORNING)
        assert queries.known_answers(entry.person_id)["at_charge"].value == 5

    @pytest.mark.parametrize(
        ("answers", "field"),
        [({"ready": "perhaps"}, "ready"), ({"love": "yes"}, "love"), ({"at_charge": -1}, "at_charge")],
    )
    def test_an_impossible_answer_is_refused_with_its_field(
        self, world: World, answers: dict[str, object], field: str
    ) -> None:
        held = interview(world)
        with pytest.raises(DomainError) as caught:
            actions.save_answers(interview_id=held.pk, answers=answers, by=world.officer.as_actor(), at=MORNING)
        assert caught.value.field == field

    def test_a_social_security_number_is_not_kept_in_a_free_answer(self, world: World) -> None:
        held = interview(world)
        with pytest.raises(DomainError, match="sécurité sociale"):
            told(world, held, trade="2 85 05 26 362 123 45")
        assert "trade" not in queries.known_answers(held.person_id)


class TestTwoAgents:
    def test_the_second_is_told_and_nothing_is_overwritten(self, world: World) -> None:
        held = interview(world)
        told(world, held, ready="now")
        seen = queries.known_answers(held.person_id)["ready"].id
        actions.save_answers(
            interview_id=held.pk, answers={"ready": "months"}, seen=seen, by=world.colleague.as_actor(), at=MORNING
        )
        saved = actions.save_answers(
            interview_id=held.pk,
            answers={"ready": "later", "immersion": "yes"},
            seen=seen,
            by=world.officer.as_actor(),
            at=MORNING,
        )
        assert [(c.question, c.mine, c.theirs.recorded_by) for c in saved.conflicts] == [
            ("ready", "later", "Hugo Petit")
        ]
        known = queries.known_answers(held.person_id)
        assert known["ready"].value == "months"
        assert known["immersion"].value == "yes", "what nobody else touched is kept"

    def test_an_answer_i_did_not_touch_never_comes_back_over_theirs(self, world: World) -> None:
        """The whole form is sent each time: an old value shown on my screen is not an answer."""
        held = interview(world)
        told(world, held, ready="now")
        seen = queries.known_answers(held.person_id)["ready"].id
        actions.save_answers(
            interview_id=held.pk, answers={"ready": "later"}, seen=seen, by=world.colleague.as_actor(), at=MORNING
        )
        saved = actions.save_answers(
            interview_id=held.pk,
            answers={"ready": "now", "hours": "part"},
            seen=seen,
            by=world.officer.as_actor(),
            at=MORNING,
        )
        assert saved.conflicts == ()
        assert queries.known_answers(held.person_id)["ready"].value == "later"

    def test_having_read_theirs_i_may_change_it(self, world: World) -> None:
        held = interview(world)
        told(world, held, ready="now")
        theirs = actions.save_answers(
            interview_id=held.pk, answers={"ready": "later"}, by=world.colleague.as_actor(), at=MORNING
        )
        saved = actions.save_answers(
            interview_id=held.pk,
            answers={"ready": "months"},
            seen=theirs.seen,
            by=world.officer.as_actor(),
            at=MORNING,
        )
        assert saved.written == ("ready",)


class TestBrakes:
    def add(self, world: World, **values: object) -> Brake:
        held = interview(world)
        return actions.add_brake(
            **{"interview_id": held.pk, "kind": "mobility", "severity": 2, "by": world.officer.as_actor(), **values},
            at=MORNING,
        )

    def test_a_brake_keeps_its_weight_and_the_wish_of_the_person(self, world: World) -> None:
        brake = self.add(world, subtype="licence", wants_help=True, note="Code déjà passé")
        assert (brake.kind, brake.subtype, brake.severity, brake.wants_help) == ("mobility", "licence", 2, True)
        assert brake.found_on == date(2026, 11, 23)

    def test_said_again_it_replaces_what_was_said_and_the_former_is_kept(self, world: World) -> None:
        held = interview(world)
        by = world.officer.as_actor()
        for severity in (1, 3):
            actions.add_brake(interview_id=held.pk, kind="housing", severity=severity, by=by, at=MORNING)
        assert [brake.severity for brake in queries.active_brakes(held.person_id)] == [3]
        assert Brake.objects.count() == 2

    def test_what_a_colleague_just_noted_is_not_replaced_unseen(self, world: World) -> None:
        held = interview(world)
        mine = {"interview_id": held.pk, "kind": "housing", "by": world.officer.as_actor(), "at": MORNING}
        actions.add_brake(**{**mine, "by": world.colleague.as_actor()}, severity=3)
        with pytest.raises(DomainError, match=r"Hugo Petit vient de noter cette difficulté \(bloque\)"):
            actions.add_brake(**mine, severity=1, seen=0)
        assert [brake.severity for brake in queries.active_brakes(held.person_id)] == [3]
        actions.add_brake(**mine, severity=1, seen=Brake.objects.get().pk)
        assert [brake.severity for brake in queries.active_brakes(held.person_id)] == [1]

    def test_it_ends_and_stays_in_the_history(self, world: World) -> None:
        brake = self.add(world)
        actions.end_brake(brake_id=brake.pk, by=world.officer.as_actor(), at=MORNING)
        assert not queries.active_brakes(brake.person_id).exists()
        assert Brake.objects.get().ended_on == date(2026, 11, 23)

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"kind": "love"}, "kind"),
            ({"subtype": "eviction"}, "subtype"),
            ({"severity": 7}, "severity"),
            ({"note": "NIR 2850526362123"}, "note"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, world: World, values: dict[str, object], field: str) -> None:
        with pytest.raises(DomainError) as caught:
            self.add(world, **values)
        assert caught.value.field == field
        assert not Brake.objects.exists()
