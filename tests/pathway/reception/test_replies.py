"""Replies to our messages: on one list with the calls, in the right file or in none, and never forgotten."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext

from emploi.foundation import clock
from emploi.foundation.audit.models import Consultation, JournalEntry
from emploi.foundation.audit.presenters import sentence_of
from emploi.foundation.audit.writing import acting
from emploi.foundation.errors import DomainError
from emploi.foundation.messaging.actions import queue_message
from emploi.foundation.messaging.inbound.addresses import address_of
from emploi.foundation.messaging.inbound.mail import read_mail
from emploi.foundation.messaging.inbound.receiving import POST, ReceivedSms, receive_mail, receive_sms
from emploi.foundation.messaging.models import Message, Reply, SmsStop
from emploi.pathway.appointments.queries.reach import reach_of_homes
from emploi.pathway.beneficiaries import permissions as people
from emploi.pathway.beneficiaries.actions import add_contact, apply_households, mark_contact_dead
from emploi.pathway.beneficiaries.models import Contact, Person
from emploi.pathway.reception import actions, hooks, queries
from emploi.pathway.reception.facts import Holder
from emploi.pathway.reception.models import Call
from emploi.pathway.reception.rules import whose
from emploi.territory.agents.models import Agent
from emploi.territory.organizations.models import Organization
from tests.pathway.beneficiaries.builders import file, household, member, spouse
from tests.pathway.beneficiaries.conftest import BY

pytestmark = pytest.mark.usefixtures("rules")
NUMBER, EMAIL = "+33639980001", "amina@exemple.fr"


@pytest.fixture
def office(as_role: Callable[..., Client]) -> Client:
    return as_role("rsa_office")


@pytest.fixture
def couple(at: Any) -> tuple[Person, Person]:
    apply_households([household(members=(member(), spouse()))], file=file(), by=BY, at=at)
    amina, karim = Person.objects.order_by("pk")
    return amina, karim


def holds(person: Person, value: str = NUMBER, kind: str = "mobile") -> Contact:
    return add_contact(person_id=person.pk, kind=kind, value=value, source="typed", by=BY, at=clock.now())


def written(person: Person | None, channel: str = "sms", to: str = NUMBER) -> Message:
    count = Message.objects.count()
    message = queue_message(
        channel=channel, to=to, template="messaging/trial", context={"word": "essai"}, dedup_key=f"m{count}",
        person_id=person.pk if person else None, by=BY, at=clock.now() - timedelta(hours=1),
    )  # fmt: skip
    assert message is not None
    with acting(BY):
        Message.objects.filter(pk=message.pk).update(status="sent")
    return message


def answered(text: str = "Je ne peux pas venir", sender: str = NUMBER) -> Call:
    sms = ReceivedSms(identifier=f"in-{Reply.objects.count()}", sender=sender, text=text)
    reply = receive_sms(sms=sms, by=POST, at=clock.now())
    assert reply is not None
    return Call.objects.get(reply=reply)


def mailed(to: str, sender: str = EMAIL, text: str = "Je viendrai.", reference: str = "") -> Call:
    number = Reply.objects.count()
    said = f"In-Reply-To: <{reference}@x>\r\n" if reference else ""
    raw = f"From: {sender}\r\nTo: {to}\r\n{said}Subject: Re: x\r\nMessage-ID: <{number}@x>\r\n\r\n{text}"
    reply = receive_mail(mail=read_mail(raw.encode()), by=POST, at=clock.now())
    assert reply is not None
    return Call.objects.get(reply=reply)


class TestWhose:
    @pytest.mark.parametrize(
        ("how", "expected"),
        [
            ({"is_signed": True, "holders": []}, 1),
            ({"is_signed": True, "holders": [Holder(1, True)]}, 1),
            ({"is_signed": True, "holders": [Holder(2, True)]}, None),
            ({"is_signed": True, "holders": [Holder(1, True), Holder(2, True)]}, None),
            ({"holders": []}, None),
            ({"holders": [Holder(2, True)]}, 2),
            ({"holders": [Holder(1, False)]}, None),
            ({"written_to": None, "holders": [Holder(1, True), Holder(2, False)]}, None),
            # Anybody writes whatever sender they like on an e-mail.
            ({"is_sender_sure": False, "holders": [Holder(1, True)]}, None),
            ({"is_sender_sure": False, "is_signed": True, "holders": [Holder(1, True)]}, 1),
        ],
    )
    def test_words_never_go_to_a_file_by_chance(self, how: dict[str, Any], expected: int | None) -> None:
        assert whose(**{"written_to": 1, "is_signed": False, "is_sender_sure": True, **how}) == expected


class TestArrival:
    def test_the_one_who_holds_the_number_has_it_in_her_file(self, office: Client, couple: Any) -> None:
        holds(couple[0])
        written(couple[0])
        call = answered()
        assert (call.person, call.state, call.means) == (couple[0], "to_settle", "sms")
        assert "Je ne peux pas venir" in office.get("/appels/").content.decode()
        assert "réponse par SMS" in office.get(f"/personnes/{couple[0].pk}/appels/").content.decode()
        line = JournalEntry.objects.get(event="reception.AnswerReceived")
        assert (line.person_id, sentence_of(line)) == (couple[0].pk, "Réponse reçue par SMS")

    def test_a_number_shared_by_a_couple_puts_words_in_no_file(self, office: Client, couple: Any) -> None:
        amina, karim = couple
        holds(amina)
        holds(karim)
        written(amina)
        call = answered("C’est confidentiel")
        assert call.person is None
        listed = office.get("/appels/").content.decode()
        assert f"numéro partagé par {amina.full_name} et {karim.full_name}" in listed
        page = office.get(f"/appels/{call.pk}/").content.decode()
        assert "le message lui était adressé" in page
        assert "confidentiel" not in office.get(f"/personnes/{karim.pk}/appels/").content.decode()
        office.post(f"/appels/{call.pk}/personne/", {"person": karim.pk})
        call.refresh_from_db()
        assert call.person == karim
        assert JournalEntry.objects.get(event="reception.AnswerAttributed").person_id == karim.pk

    def test_a_signed_address_tells_who_unless_it_is_shared(self, settings: Any, couple: Any) -> None:
        settings.REPLY_ADDRESS = "reponses+{jeton}@exemple.fr"
        amina, karim = couple
        holds(amina, EMAIL, "email")
        message = written(amina, "email", EMAIL)
        assert mailed(address_of(message), "Amina@Exemple.fr").person == amina
        assert mailed(address_of(message), "au-travail@exemple.com").person == amina
        holds(karim, EMAIL, "email")
        assert mailed(address_of(message)).person is None

    def test_a_sender_anybody_may_forge_is_a_candidate_and_nothing_enters_her_file(
        self, office: Client, settings: Any, couple: Any
    ) -> None:
        settings.REPLY_ADDRESS = "reponses+{jeton}@exemple.fr"
        amina = couple[0]
        holds(amina, EMAIL, "email")
        message = written(amina, "email", EMAIL)
        forged = mailed("reponses@exemple.fr", EMAIL, "Annulez tout.")
        assert forged.person is None
        assert f"peut-être {amina.full_name}" in office.get(f"/appels/{forged.pk}/").content.decode()
        assert mailed("reponses@exemple.fr", EMAIL, reference=str(message.uuid)).person == amina

    def test_a_number_that_was_found_dead_leaves_a_doubt(self, couple: Any, at: Any) -> None:
        mark_contact_dead(contact_id=holds(couple[0]).pk, reason="ne répond plus", by=BY, at=at)
        call = answered()
        assert call.person is None
        assert queries.candidates_for(call) == [couple[0]]

    def test_nobody_known_is_searched_then_chosen_and_a_mistake_is_undone(self, office: Client, couple: Any) -> None:
        call = answered(sender="+33639980099")
        assert "n’est dans aucune fiche" in office.get(f"/appels/{call.pk}/").content.decode()
        assert office.get("/appels/?unknown=on").content.decode().count("06 39 98 00 99") == 1
        found = office.get(f"/appels/{call.pk}/?q={couple[0].last_name}").content.decode()
        assert couple[0].full_name in found
        office.post(f"/appels/{call.pk}/personne/", {"person": couple[0].pk})
        assert Call.objects.get().person == couple[0]
        office.post(f"/appels/{call.pk}/personne/retirer/")
        assert Call.objects.get().person is None
        line = JournalEntry.objects.get(event="reception.AnswerTakenBack")
        assert (line.person_id, "retirée de la fiche" in sentence_of(line)) == (couple[0].pk, True)

    def test_who_follows_a_call_never_says_who_called(self, office: Client, couple: Any) -> None:
        typed = {"caller": "X", "subject": "letter", "question": "a", "answer": "b"}
        office.post("/appels/noter/", typed)
        office.post(f"/appels/{Call.objects.get().pk}/personne/", {"person": couple[0].pk})
        assert Call.objects.get().person is None


class TestStop:
    def test_the_file_says_it_and_the_other_means_stay(self, office: Client, couple: Any) -> None:
        amina, karim = couple
        holds(amina)
        holds(karim)
        holds(amina, EMAIL, "email")
        call = answered("STOP")
        refused = JournalEntry.objects.filter(event="reception.SmsRefused").values_list("person_id", flat=True)
        assert set(refused) == {amina.pk, karim.pk}
        reach = reach_of_homes({amina.pk: None})[amina.pk]
        assert (reach.mobile, reach.email, reach.phone) == ("", EMAIL, NUMBER)
        assert "Plus de SMS au 06 39 98 00 01" in office.get(f"/personnes/{amina.pk}/appels/").content.decode()
        office.post(f"/appels/{call.pk}/personne/", {"person": amina.pk})
        assert "Plus aucun SMS ne part" in office.get(f"/appels/{call.pk}/").content.decode()
        office.post(f"/appels/{call.pk}/sms/")
        assert SmsStop.objects.get().lifted_at is not None
        assert reach_of_homes({amina.pk: None})[amina.pk].mobile == NUMBER

    def test_yes_or_cancel_is_read_by_somebody_and_changes_nothing(self, couple: Any) -> None:
        holds(couple[0])
        assert {answered(text).state for text in ("oui", "NON", "Annuler", "ok")} == {"to_settle"}
        assert not SmsStop.objects.exists()


class TestScreen:
    def test_what_waits_comes_first_the_oldest_first(self, office: Client) -> None:
        with clock.frozen("2026-11-23T09:00"):
            old = answered("la première", "+33639980011")
        with clock.frozen("2026-11-25T09:00"):
            done, second = answered("réglée", "+33639980012"), answered("la deuxième", "+33639980013")
        office.post(f"/appels/{done.pk}/suite/", {"note": "Rappelée."})
        with clock.frozen("2026-11-29T09:00"):
            page = office.get("/appels/").content.decode()
            assert page.index("la première") < page.index("la deuxième") < page.index("réglée")
            assert "depuis 6 jours" in page
            assert page.count("en retard") == 2
        assert "réglée" not in office.get("/appels/?state=open").content.decode()
        assert "la première" not in office.get("/appels/?means=email").content.decode()
        assert (old.state, second.state) == ("to_settle", "to_settle")

    def test_the_page_holds_the_message_answered_and_the_doors(self, office: Client, couple: Any) -> None:
        holds(couple[0])
        written(couple[0])
        call = answered()
        page = office.get(f"/appels/{call.pk}/").content.decode()
        assert "message d'essai" in page.replace("&#x27;", "'")
        assert f"/telephone/{couple[0].pk}/" in page
        assert f"/personnes/{couple[0].pk}/rendez-vous/" in page
        assert "Aucun rendez-vous à venir" in page
        assert Consultation.objects.filter(person_id=couple[0].pk, page="Appels et réponses").exists()

    def test_what_is_planned_moves_or_goes_in_one_click(
        self, office: Client, couple: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        holds(couple[0])
        call = answered("annuler")
        planned = hooks.Coming(7, clock.now(), "Premier rendez-vous", "Maison du Département", "Alice Martin")
        monkeypatch.setattr(hooks, "_coming", [lambda person_id, at: [planned] if person_id == couple[0].pk else []])
        page = office.get(f"/appels/{call.pk}/").content.decode()
        assert "/rendez-vous/7/deplacer/" in page
        assert "/rendez-vous/7/annuler/" in page

    def test_her_referent_is_one_click_away(
        self, office: Client, couple: Any, agent_of: Callable[..., Agent], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        referent = agent_of("counsellor")
        monkeypatch.setattr(hooks, "_followers", [lambda ids: dict.fromkeys(ids, referent.pk)])
        holds(couple[0])
        call = answered()
        assert f"À son référent, {referent.full_name}" in office.get(f"/appels/{call.pk}/").content.decode()
        office.post(f"/appels/{call.pk}/confier/", {"owner": str(referent.pk)})
        assert queries.waiting_for(referent).get() == call

    def test_settling_asks_for_a_note_and_keeps_its_author(self, office: Client) -> None:
        call = answered()
        refused = office.post(f"/appels/{call.pk}/suite/", {"note": ""})
        assert (refused.status_code, "la suite donnée" in refused.content.decode()) == (422, True)
        office.post(f"/appels/{call.pk}/suite/", {"note": "Rendez-vous déplacé."})
        again = office.post(f"/appels/{call.pk}/suite/", {"note": "Aussi."})
        call.refresh_from_db()
        assert (call.state, call.answer) == ("settled", "Rendez-vous déplacé.")
        assert call.closed_by is not None
        assert "s’en est déjà occupé" in again.content.decode()
        assert call.closed_by.full_name in office.get(f"/appels/{call.pk}/").content.decode()

    def test_calling_back_settles_it_too(self, office: Client) -> None:
        call = answered()
        office.post(f"/appels/{call.pk}/rappel/", {"outcome": "no_answer"})
        office.post(f"/appels/{call.pk}/rappel/", {"outcome": "reached", "answer": "Elle viendra."})
        call.refresh_from_db()
        assert (call.state, call.attempts.count()) == ("called_back", 2)

    def test_it_is_handed_to_somebody_or_to_a_service(self, office: Client, agent_of: Callable[..., Agent]) -> None:
        call, counsellor = answered(), agent_of("counsellor", "pole_insertion")
        me = Agent.objects.get(email__startswith="rsa_office")
        service = Organization.objects.get(slug="pole_insertion")
        office.post(f"/appels/{call.pk}/confier/", {"owner": f"service-{service.pk}"})
        assert (queries.waiting_for(me).count(), queries.waiting_for(counsellor).get()) == (0, call)
        handed = JournalEntry.objects.filter(event="reception.CallHandedOver").latest("pk")
        assert sentence_of(handed) == "Réponse confiée à pole_insertion"
        office.post(f"/appels/{call.pk}/confier/", {"owner": str(me.pk)})
        assert (queries.waiting_for(me).get(), queries.waiting_for(counsellor).count()) == (call, 0)

    def test_health_is_read_by_who_may_and_a_number_by_nobody(self, office: Client, as_role: Any, couple: Any) -> None:
        holds(couple[0])
        call = answered("Je suis hospitalisée, 2 68 05 86 995 804 47")
        for page in (f"/appels/{call.pk}/", "/appels/", "/appels/a-rappeler/"):
            assert "hospitalis" not in office.get(page).content.decode()
        seen = as_role("counsellor").get(f"/appels/{call.pk}/").content.decode()
        assert "hospitalisée" in seen
        assert "995 804" not in seen

    def test_a_partner_reads_neither_unknown_replies_nor_those_of_others(self, as_role: Any, couple: Any) -> None:
        partner = as_role("counsellor", "provider")
        holds(couple[0])
        known, unknown = answered(), answered(sender="+33639980099")
        assert {partner.get(f"/appels/{call.pk}/").status_code for call in (known, unknown)} == {404}
        actions.hand_over(call_id=unknown.pk, owner_id=Agent.objects.latest("pk").pk, by=BY, at=clock.now())
        assert partner.get(f"/appels/{unknown.pk}/").status_code == 200

    def test_names_out_of_reach_are_counted_and_never_said(self, as_role: Any, couple: Any) -> None:
        partner, (amina, karim) = as_role("counsellor", "provider"), couple
        holds(amina)
        holds(karim)
        shared = answered()
        holds(karim, "+33639980002")
        mark_contact_dead(contact_id=Contact.objects.latest("pk").pk, reason="x", by=BY, at=clock.now())
        alone = answered(sender="+33639980002")
        for call in (shared, alone):
            actions.hand_over(call_id=call.pk, owner_id=Agent.objects.latest("pk").pk, by=BY, at=clock.now())
        listed = partner.get("/appels/").content.decode()
        assert "numéro partagé" in listed
        assert "hors de votre suivi" in listed
        pages = listed + "".join(partner.get(f"/appels/{call.pk}/").content.decode() for call in (shared, alone))
        assert "que vous ne suivez pas" in pages
        assert not [name for name in (amina.full_name, karim.full_name) if name in pages]

    def test_one_seen_among_those_who_share_is_not_the_only_one(
        self, as_role: Any, couple: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        partner, (amina, karim) = as_role("counsellor", "provider"), couple
        monkeypatch.setattr(people, "_scopes", [lambda agent: Q(pk=amina.pk)])
        holds(amina)
        holds(karim)
        call = answered()
        actions.hand_over(call_id=call.pk, owner_id=Agent.objects.latest("pk").pk, by=BY, at=clock.now())
        listed, page = (partner.get(address).content.decode() for address in ("/appels/", f"/appels/{call.pk}/"))
        assert f"numéro partagé par {amina.full_name} et 1 autre" in listed
        assert f"par {amina.full_name} et 1 personne que vous ne suivez pas" in page
        assert "peut-être" not in listed + page

    def test_a_subject_and_the_names_of_files_pass_the_same_guard(self, office: Client, settings: Any) -> None:
        raw = (
            "From: x@y.fr\r\nTo: a@b.fr\r\nSubject: hospitalisation 2 68 05 86 995 804 47\r\nMessage-ID: <p@x>\r\n"
            'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
            "--b\r\nContent-Type: text/plain\r\n\r\nBonjour\r\n"
            '--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename="bail_signe.pdf"\r\n\r\nx\r\n'
            '--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename="mon_hospitalisation.pdf"'
            "\r\n\r\nx\r\n--b--\r\n"
        )
        reply = receive_mail(mail=read_mail(raw.encode()), by=POST, at=clock.now())
        assert reply is not None
        page = office.get(f"/appels/{reply.reception.pk}/").content.decode()
        assert "hospitalisation" not in page
        assert "995 804" not in page
        assert "bail_signe.pdf" in page

    def test_it_is_never_handed_to_who_may_not_open_it(self, office: Client, agent_of: Any, couple: Any) -> None:
        holds(couple[0])
        call, partner = answered(), agent_of("counsellor", "provider")
        page = office.get(f"/appels/{call.pk}/").content.decode()
        assert f'value="{partner.pk}"' not in page
        assert f'value="service-{Organization.objects.get(slug="provider").pk}"' not in page
        office.post(f"/appels/{call.pk}/confier/", {"owner": str(partner.pk)})
        for handed in (
            {"owner_id": partner.pk},
            {"owner_id": None, "service_id": partner.memberships.get().organization_id},
        ):
            with pytest.raises(DomainError, match="ne suit pas cette personne"):
                actions.hand_over(call_id=call.pk, **handed, by=BY, at=clock.now())
        call.refresh_from_db()
        assert (call.owner, call.service) == (None, None)

    def test_once_attributed_it_leaves_who_may_not_open_it_for_the_reception(
        self, office: Client, agent_of: Any, couple: Any
    ) -> None:
        me, partner = Agent.objects.get(email__startswith="rsa_office"), agent_of("counsellor", "provider")
        service = partner.memberships.get().organization
        unknown = [answered(sender="+33639980099") for _ in range(2)]
        actions.hand_over(call_id=unknown[0].pk, owner_id=partner.pk, by=BY, at=clock.now())
        actions.hand_over(call_id=unknown[1].pk, owner_id=None, service_id=service.pk, by=BY, at=clock.now())
        assert queries.waiting_for(me).count() == 0
        for call in unknown:
            office.post(f"/appels/{call.pk}/personne/", {"person": couple[0].pk})
        assert set(queries.waiting_for(me)) == set(unknown)

    def test_the_number_of_queries_does_not_move_with_the_replies(self, office: Client, couple: Any) -> None:
        holds(couple[0])
        holds(couple[1])
        answered()
        office.get("/appels/")
        with CaptureQueriesContext(connection) as few:
            office.get("/appels/")
        for number in range(6):
            answered(sender=f"+3363998005{number}" if number % 2 else NUMBER)
        with CaptureQueriesContext(connection) as many:
            office.get("/appels/")
        assert len(many) == len(few)


class TestUpkeep:
    def test_a_service_that_lets_people_wait_is_told_once_a_day_without_a_name(
        self, agent_of: Any, couple: Any
    ) -> None:
        agent_of("head_of_service")
        holds(couple[0])
        with clock.frozen("2026-11-23T09:00"):
            first, handed = answered(), answered()
            actions.hand_over(call_id=handed.pk, owner_id=agent_of("counsellor").pk, by=BY, at=clock.now())
        with clock.frozen("2026-11-25T07:15"):
            assert actions.tell_services(by=BY, at=clock.now()) == 0
        with clock.frozen("2026-11-26T07:15"):
            assert actions.tell_services(by=BY, at=clock.now()) == 2
            assert actions.tell_services(by=BY, at=clock.now()) == 0
        message = Message.objects.get(recipient__startswith="head_of_service")
        assert "lundi 23 novembre" in message.body
        assert couple[0].last_name.lower() not in message.body.lower()
        assert first.due_on is not None

    def test_a_very_long_address_stops_nobody_s_message(self, agent_of: Any) -> None:
        head = agent_of("head_of_service")
        with acting(BY):
            Agent.objects.filter(pk=head.pk).update(email=f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.fr")
        with clock.frozen("2026-11-23T09:00"):
            answered()
        with clock.frozen("2026-11-26T07:15"):
            assert actions.tell_services(by=BY, at=clock.now()) == 1
            assert actions.tell_services(by=BY, at=clock.now()) == 0

    def test_unknown_callers_are_forgotten_once_dealt_with(self, office: Client, couple: Any, capsys: Any) -> None:
        holds(couple[0])
        with clock.frozen("2026-01-05T09:00"):
            known, unknown, waiting = answered(), answered(sender="+33639980098"), answered(sender="+33639980097")
        office.post(f"/appels/{unknown.pk}/rappel/", {"outcome": "reached", "answer": "Erreur de numéro."})
        office.post(f"/appels/{known.pk}/suite/", {"note": "Fait."})
        call_command("forget_unknown_callers", "--dry-run")
        assert capsys.readouterr().out.startswith("À effacer : 1 ligne de la liste, 1 réponse")
        assert Call.objects.count() == 3
        call_command("forget_unknown_callers")
        assert set(Call.objects.all()) == {known, waiting}
        assert Reply.objects.count() == 2
        assert "effacé" in sentence_of(JournalEntry.objects.get(event="reception.UnknownCallersForgotten"))
