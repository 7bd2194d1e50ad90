"""Another orientation, at any time: three initiators, two routes, an answer within a delay (RG-13)."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.audit.presenters import sentence_of
from emploi.foundation.audit.writing import acting
from emploi.foundation.errors import DomainError
from emploi.pathway.beneficiaries.hooks import make_room
from emploi.pathway.orientation import actions, queries
from emploi.pathway.orientation.enums import Initiator
from emploi.pathway.orientation.models import Decision, Reorientation
from emploi.pathway.orientation.rules.reorienting import needs_opinion
from tests.pathway.orientation.cast import MORNING, SYSTEM, World, decided, entrant, ready_to_orient

LATER = datetime(2026, 12, 1, 10, 0, tzinfo=clock.ZONE)


@pytest.fixture
def first(world: World) -> Decision:
    return decided(world, ready_to_orient(world))


def asked(world: World, decision: Decision, *, at: datetime = LATER, **values: Any) -> Reorientation:
    by = values.pop("by", world.officer).as_actor()
    draft = {"initiator": "person", "asked_on": at.date(), "reason": "Je voudrais travailler petit à petit.", **values}
    return actions.ask_reorientation(
        entry_id=decision.entry_id, draft=actions.ReorientationDraft(**draft), by=by, at=at
    )


def followed(world: World, decision: Decision, slug: str = "pas_a_pas", at: datetime = LATER) -> Decision:
    draft = actions.Draft(
        modality_id=world.modality(slug).pk,
        responsible_organization_id=world.department.pk,
        interview_id=decision.interview_id,
        previous_id=decision.pk,
        override_reason="La personne préfère avancer par étapes.",
    )
    return actions.decide_orientation(entry_id=decision.entry_id, draft=draft, by=world.officer.as_actor(), at=at)


class TestAsking:
    @pytest.mark.parametrize("initiator", Initiator.values)
    def test_each_initiator_may_ask(self, world: World, first: Decision, initiator: str) -> None:
        row = asked(world, first, initiator=initiator)
        assert (row.due_on, row.silence_on) == (date(2026, 12, 31), date(2027, 2, 1))
        words = sentence_of(JournalEntry.objects.get(event="orientation.ReorientationAsked"))
        assert words.startswith("Réorientation demandée")
        assert "petit à petit" not in words

    def test_one_request_waits_at_a_time(self, world: World, first: Decision) -> None:
        row = asked(world, first)
        with pytest.raises(DomainError, match="attend déjà"):
            asked(world, first)
        with acting(SYSTEM), pytest.raises(IntegrityError, match="one_open"), transaction.atomic():
            row.pk = None
            row.save(force_insert=True)

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"asked_on": date(2026, 12, 2)}, "futur"),
            ({"asked_on": date(2026, 11, 1)}, "la demande vient après"),
            ({"reason": "  "}, "Écrivez pourquoi"),
        ],
    )
    def test_what_cannot_be_asked(self, world: World, first: Decision, wrong: dict[str, Any], said: str) -> None:
        with pytest.raises(DomainError, match=said):
            asked(world, first, **wrong)

    def test_nothing_to_change_before_an_orientation(self, world: World) -> None:
        entry = entrant("Bruno", "Costa")
        draft = actions.ReorientationDraft(initiator="person", asked_on=MORNING.date(), reason="Autre chose")
        with pytest.raises(DomainError, match="Aucune orientation"):
            actions.ask_reorientation(entry_id=entry.pk, draft=draft, by=world.officer.as_actor(), at=MORNING)


class TestAnswering:
    def test_a_new_decision_answers_and_keeps_the_former_one(self, world: World, first: Decision) -> None:
        row = asked(world, first)
        by = world.officer.as_actor()
        actions.examine_reorientation(reorientation_id=row.pk, route="interview", by=by, at=LATER)
        second = followed(world, first)
        row.refresh_from_db()
        assert (row.state, row.decision_id, row.settled_on) == ("decided", second.pk, LATER.date())
        assert second.previous_id == first.pk
        assert not Decision.objects.get(pk=first.pk).is_current
        assert [found.pk for found in queries.history_of(first.person_id)] == [second.pk, first.pk]

    def test_a_refusal_keeps_its_reason_and_leaves_the_orientation(self, world: World, first: Decision) -> None:
        row = asked(world, first)
        by = world.officer.as_actor()
        with pytest.raises(DomainError, match="raison"):
            actions.refuse_reorientation(reorientation_id=row.pk, reason=" ", by=by, at=LATER)
        actions.refuse_reorientation(reorientation_id=row.pk, reason="Le suivi vient de commencer.", by=by, at=LATER)
        row.refresh_from_db()
        assert (row.state, row.outcome_reason) == ("refused", "Le suivi vient de commencer.")
        assert Decision.objects.get(pk=first.pk).is_current
        with pytest.raises(DomainError, match="n'est plus possible"):
            actions.withdraw_reorientation(reorientation_id=row.pk, reason="Trop tard", by=by, at=LATER)
        assert asked(world, first).pk != row.pk

    def test_an_opinion_has_a_date_and_a_panel(self, world: World, first: Decision) -> None:
        row = asked(world, first)
        ask = {"reorientation_id": row.pk, "by": world.officer.as_actor(), "at": LATER}
        with pytest.raises(DomainError, match="a une date"):
            actions.examine_reorientation(route="panel", opinion="Favorable", **ask)
        with pytest.raises(DomainError, match="a une date"):
            actions.examine_reorientation(route="interview", opinion="Favorable", opinion_on=LATER.date(), **ask)
        actions.examine_reorientation(route="panel", opinion="Favorable", opinion_on=LATER.date(), **ask)
        row.refresh_from_db()
        assert (row.state, row.route, row.opinion) == ("examining", "panel", "Favorable")

    @pytest.mark.parametrize(
        ("panel", "former", "new", "needed"),
        [
            ("professionnel_vers_social", "professionnel", "social", True),
            ("professionnel_vers_social", "social", "professionnel", False),
            ("professionnel_vers_social", "professionnel", "socio_professionnel", False),
            ("facultatif", "professionnel", "social", False),
        ],
    )
    def test_when_the_panel_must_be_heard(self, panel: str, former: str, new: str, needed: bool) -> None:
        assert needs_opinion(panel, former, new) is needed

    def test_the_law_of_the_day_may_ask_for_the_panel(
        self, world: World, first: Decision, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from emploi.pathway.orientation.actions.reorienting import requests

        monkeypatch.setattr(requests, "needs_opinion", lambda *_: True)
        row = asked(world, first)
        with pytest.raises(DomainError, match="équipe pluridisciplinaire"):
            followed(world, first)
        ask = {"reorientation_id": row.pk, "by": world.officer.as_actor(), "at": LATER}
        actions.examine_reorientation(route="panel", opinion="Favorable", opinion_on=LATER.date(), **ask)
        assert followed(world, first).previous_id == first.pk

    def test_counters_by_initiator(self, world: World, first: Decision) -> None:
        asked(world, first)
        followed(world, first)
        other = decided(world, ready_to_orient(world, entrant("Bruno", "Costa")))
        asked(world, other, initiator="referent")
        lines = {line.label: line for line in queries.asked_by(Reorientation.objects.all(), date(2027, 1, 15))}
        assert (lines["La personne"].decided, lines["La personne"].waiting) == (1, 0)
        referent = lines["Le référent ou son organisme"]
        assert (referent.asked, referent.waiting, referent.late) == (1, 1, 1)


class TestTwoFilesBecomeOne:
    @pytest.mark.parametrize("earlier", ["duplicate", "staying"])
    def test_of_two_open_requests_the_earliest_continues(self, world: World, first: Decision, earlier: str) -> None:
        other = decided(world, ready_to_orient(world, entrant("Bruno", "Costa")))
        kept = asked(world, first, asked_on=LATER.date() - timedelta(days=3))
        dropped = asked(world, other)
        ids = (first.entry_id, other.entry_id) if earlier == "duplicate" else (other.entry_id, first.entry_id)
        merged_at = LATER + timedelta(days=5)
        with acting(SYSTEM):
            make_room(*ids, SYSTEM, merged_at)
        kept.refresh_from_db()
        dropped.refresh_from_db()
        assert (kept.state, dropped.state, dropped.settled_on) == ("requested", "withdrawn", merged_at.date())
        assert JournalEntry.objects.get(event__endswith="ReorientationWithdrawn").at == merged_at


class TestScreens:
    def test_from_the_card_to_the_answer(self, world: World, first: Decision, client: Client) -> None:
        with clock.frozen(LATER):
            client.force_login(world.officer)
            card = client.get(reverse("orientation:card", args=[first.person_id]))
            there = reverse("orientation:reorientation_ask", args=[first.entry_id])
            assert there in card.text
            typed = {"initiator": "person", "asked_on": "2026-12-01", "reason": "Je voudrais changer.", "wished": ""}
            refused = client.post(there, {**typed, "initiator": ""})
            assert "Dites qui demande" in refused.text and "Je voudrais changer." in refused.text
            page = client.post(there, typed, follow=True)
            assert "Réponse promise avant le" in page.text
            row = Reorientation.objects.get()
            page = client.get(reverse("orientation:reorientations"))
            assert "BENALI" in page.text or "Benali" in page.text
            assert "Réorientations à examiner" in client.get(reverse("orientation:reorientations_block")).text
            refuse = reverse("orientation:reorientation_refuse", args=[row.pk])
            assert "Indiquez la raison" in client.post(refuse, {"refuser-reason": ""}).text
            client.post(refuse, {"refuser-reason": "Le suivi vient de commencer."})
            page = client.get(reverse("orientation:reorientation", args=[row.pk]))
            assert "Le suivi vient de commencer." in page.text
            card = client.get(reverse("orientation:card", args=[first.person_id]))
            assert "Demandes de réorientation (1)" in card.text

    def test_a_provider_asks_for_its_people_and_answers_nothing(self, world: World, client: Client) -> None:
        theirs = decided(world, ready_to_orient(world, first_wish="step"), "pas_a_pas", organization=world.provider)
        other = decided(world, ready_to_orient(world, entrant("Bruno", "Costa")))
        with clock.frozen(LATER):
            client.force_login(world.provider_agent)
            typed = {"initiator": "referent", "asked_on": "2026-12-01", "reason": "Une autre voie irait mieux."}
            client.post(reverse("orientation:reorientation_ask", args=[theirs.entry_id]), typed)
            row = Reorientation.objects.get()
            assert client.get(reverse("orientation:reorientation", args=[row.pk])).status_code == 200
            refused = client.post(reverse("orientation:reorientation_refuse", args=[row.pk]), {"refuser-reason": "Non"})
            assert refused.status_code == 404
            assert client.get(reverse("orientation:reorientation_ask", args=[other.entry_id])).status_code == 404

    @pytest.mark.parametrize(
        ("initiator", "is_his", "may"),
        [("person", False, False), ("departement", False, False), ("person", True, True), ("referent", False, True)],
    )
    def test_a_provider_drops_what_it_asked_never_what_the_person_asked(
        self, world: World, client: Client, initiator: str, is_his: bool, may: bool
    ) -> None:
        theirs = decided(world, ready_to_orient(world, first_wish="step"), "pas_a_pas", organization=world.provider)
        row = asked(world, theirs, initiator=initiator, by=world.provider_agent if is_his else world.officer)
        withdraw = reverse("orientation:reorientation_withdraw", args=[row.pk])
        with clock.frozen(LATER):
            client.force_login(world.provider_agent)
            page = client.get(reverse("orientation:reorientation", args=[row.pk]))
            assert (withdraw in page.text) is may
            answer = client.post(withdraw, {"abandonner-reason": "La personne préfère continuer."})
        row.refresh_from_db()
        assert (answer.status_code, row.state) == ((302, "withdrawn") if may else (404, "requested"))

    @pytest.mark.parametrize(
        ("initiator", "today", "said"),
        [
            ("person", datetime(2027, 2, 1, 10, 0, tzinfo=clock.ZONE), "Sans réponse le 1er février 2027"),
            ("person", datetime(2027, 2, 2, 10, 0, tzinfo=clock.ZONE), "Depuis le 1er février 2027"),
            ("referent", datetime(2027, 2, 2, 10, 0, tzinfo=clock.ZONE), ""),
        ],
    )
    def test_silence_refuses_the_person_only(
        self, world: World, first: Decision, client: Client, initiator: str, today: datetime, said: str
    ) -> None:
        row = asked(world, first, initiator=initiator)
        with clock.frozen(today):
            client.force_login(world.officer)
            page = client.get(reverse("orientation:reorientation", args=[row.pk])).text
        assert "La réponse est en retard" in page
        assert said in page
        is_said = bool(said)
        assert ("la demande de la personne" in page, "règle à confirmer" in page) == (is_said, is_said)
        assert ("peut être considérée comme refusée" in page) is said.startswith("Depuis")

    def test_a_list_says_what_became_of_each_request(self, world: World, first: Decision, client: Client) -> None:
        row = asked(world, first)
        by = world.officer.as_actor()
        actions.withdraw_reorientation(reorientation_id=row.pk, reason="Elle préfère continuer.", by=by, at=LATER)
        with clock.frozen(LATER):
            client.force_login(world.officer)
            page = client.get(reverse("orientation:reorientations")).text
        assert "abandonnée le 1er déc. 2026" in page
        assert "répondue" not in page

    def test_words_of_health_are_kept_back(self, world: World, first: Decision, client: Client) -> None:
        asked(world, first, reason="Sa dépression l’empêche de travailler.")
        row = Reorientation.objects.get()
        with clock.frozen(LATER):
            client.force_login(world.office)
            page = client.get(reverse("orientation:reorientation", args=[row.pk]))
        assert page.status_code == 200
        assert "dépression" not in page.text
