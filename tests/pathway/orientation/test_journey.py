"""The whole interview in the browser's place: five steps, without JavaScript and with HTMX."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from emploi.foundation.audit.models import Consultation
from emploi.pathway.appointments.models import Appointment, Kind
from emploi.pathway.orientation import actions, queries
from emploi.pathway.orientation.models import Answer, Brake, Decision, EngagementContract, Interview
from emploi.territory.agents.models import Agent
from tests.pathway.orientation.cast import (
    MORNING,
    World,
    appointment,
    decided,
    entrant,
    free_slot,
    interview,
    ready_to_orient,
    told,
)

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


def signed_in(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def page(client: Client, address: str) -> BeautifulSoup:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return BeautifulSoup(answer.content, "html.parser")


def html(client: Client, address: str) -> str:
    """A page as it is sent, attributes included."""
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def at(held: Interview, name: str, *args: object) -> str:
    return reverse(f"orientation:{name}", args=[held.pk, *args])


class TestFiveSteps:
    """Given an entrant who came to her appointment, then the officer holds the five steps with her."""

    def test_from_the_appointment_to_the_next_one(self, world: World) -> None:
        from datetime import timedelta

        entry = entrant()
        booked = appointment(world, entry)
        client = signed_in(world.officer)

        begun = client.post(reverse("orientation:start"), {"entry": entry.pk, "appointment": booked.pk})
        held = Interview.objects.get()
        assert begun["Location"] == at(held, "rights")
        shown = page(client, at(held, "rights"))
        assert "Vos devoirs" in shown.text
        assert shown.select_one(".steps [aria-current=step]").get_text(strip=True).startswith("1Vos droits")

        text = shown.select_one("input[name=shown]")["value"]
        done = client.post(
            at(held, "rights"), {"how": "read_together", "paper": "on", "understood": "on", "shown": text}
        )
        assert done["Location"] == at(held, "diagnosis")

        first = page(client, at(held, "diagnosis"))
        assert "CAF, fichier du 1er novembre 2026 : 2" in " ".join(first.text.split())
        saved = client.post(
            at(held, "section", "situation"), {"housing": "own", "at_charge": "2", "confirm": "at_charge"}
        )
        assert saved["Location"] == at(held, "section", "work")
        assert queries.known_answers(entry.person_id)["at_charge"].source == "person"
        client.post(
            at(held, "add_brake"),
            {"kind": "mobility", "subtype": "licence", "severity": "2", "wants_help": "on", "note": "Code passé"},
        )
        assert Brake.objects.get().wants_help
        client.post(at(held, "section", "wishes"), {"first_wish": "job"})
        client.post(at(held, "section", "distance"), {"ready": "now"})

        proposed = client.post(at(held, "diagnosis_done"))
        assert proposed["Location"] == at(held, "orientation")
        shown = page(client, at(held, "orientation"))
        assert shown.select_one(".pathway-first h3").text == "Emploi direct"
        assert "Vous voulez un travail vite, et vous pouvez commencer bientôt." in shown.text
        assert "Prêt à commencer : Oui, tout de suite" in " ".join(shown.text.split())

        form = page(client, at(held, "orientation") + "?voie=emploi_direct")
        proposal = form.select_one("input[name=proposal]")["value"]
        choice = {
            "voie": "emploi_direct",
            "proposal": proposal,
            "responsible_organization": world.department.pk,
            "referent": world.colleague.pk,
            "opinion": "agrees",
            "person_opinion": "Ça me convient",
        }
        assert client.post(at(held, "orientation"), choice).status_code == 302
        decision = Decision.objects.get()
        assert decision.agreed_with_person

        lines = {"ligne-TOTAL_FORMS": "2", "ligne-INITIAL_FORMS": "2"}
        lines |= {"ligne-0-text": "Finir mon CV", "ligne-0-who": "person", "ligne-0-by": "vendredi"}
        lines |= {"ligne-1-text": "Vous inscrire à l’atelier", "ligne-1-who": "officer", "ligne-1-by": ""}
        assert client.post(at(held, "engagement"), lines).status_code == 302
        read = page(client, at(held, "engagement")).select_one("input[name=read]")["value"]
        for party in ("person", "officer"):
            client.post(at(held, "agree"), {"party": party, "read": read})
        assert EngagementContract.objects.get().is_complete
        assert "Imprimer le contrat" in page(client, at(held, "engagement")).text

        kind = Kind.objects.get(slug="rendez-vous-conseiller")
        slot = free_slot(world, MORNING + timedelta(days=3), kind=kind, agent=world.colleague)
        assert "jeudi 26 novembre" in page(client, at(held, "next_appointment")).text
        client.post(at(held, "next_appointment"), {"slot": slot.pk})
        assert Appointment.objects.filter(kind=kind, entry=entry).exists()
        held.refresh_from_db()
        assert held.closed_at is not None

        client.post(reverse("orientation:notify", args=[decision.pk]), {"means": "handed"})
        decision.refresh_from_db()
        assert decision.notified_on == MORNING.date()
        read_back = " ".join(page(client, at(held, "summary")).text.split())
        for words in ("Finir mon CV (vendredi)", "Mobilité : pas de permis", "Emploi direct", "26 novembre 2026"):
            assert words in read_back

    def test_the_current_page_is_always_the_next_thing_to_do(self, world: World) -> None:
        held = interview(world)
        client = signed_in(world.officer)
        assert client.get(at(held, "interview"))["Location"] == at(held, "rights")
        text = page(client, at(held, "rights")).select_one("input[name=shown]")["value"]
        client.post(at(held, "rights"), {"how": "explained", "understood": "on", "shown": text})
        assert client.get(at(held, "interview"))["Location"] == at(held, "diagnosis")

    def test_errors_are_sentences_and_nothing_typed_is_lost(self, world: World) -> None:
        held = interview(world)
        client = signed_in(world.officer)
        answer = client.post(at(held, "rights"), {"how": "explained"})
        shown = BeautifulSoup(answer.content, "html.parser")
        assert "tant que la personne n’a pas dit avoir compris" in shown.select_one("[data-error-summary]").text
        assert shown.select_one("input[value=explained]").has_attr("checked")

        answer = client.post(at(held, "section", "wishes"), {"trade": "NIR 2850526362123", "hours": "part"})
        shown = BeautifulSoup(answer.content, "html.parser")
        assert "numéro de sécurité sociale" in shown.select_one("[data-error-summary]").text
        assert shown.select_one("input[name=trade]")["value"] == "NIR 2850526362123"
        assert not Answer.objects.filter(question="hours").exists()

    def test_a_step_is_left_open_from_its_page(self, world: World) -> None:
        held = interview(world)
        client = signed_in(world.officer)
        link = page(client, at(held, "rights")).select_one(".later a")["href"]
        client.post(link, {"reason": "Interprète absent", "owner": world.colleague.pk})
        block = page(signed_in(world.colleague), reverse("orientation:to_finish"))
        assert "Interprète absent" in block.text
        assert "Amina Benali" in block.text
        assert "laissé ouvert, suivi par Hugo Petit" in page(client, at(held, "diagnosis")).text

    def test_another_choice_than_the_first_asks_why(self, world: World) -> None:
        held = ready_to_orient(world)
        client = signed_in(world.officer)
        client.post(at(held, "recompute"))
        form = page(client, at(held, "orientation") + "?voie=appui_social")
        choice = {
            "voie": "appui_social",
            "proposal": form.select_one("input[name=proposal]")["value"],
            "responsible_organization": world.department.pk,
            "opinion": "prefers_other",
            "person_opinion": "Je voulais un travail",
        }
        answer = client.post(at(held, "orientation"), choice)
        assert "écrivez pourquoi vous choisissez celle-ci" in answer.content.decode()
        assert "Je voulais un travail" in answer.content.decode()
        client.post(at(held, "orientation"), {**choice, "override_reason": "Son logement d’abord"})
        assert Decision.objects.get().override_reason == "Son logement d’abord"

    def test_answers_changed_after_the_proposal_stop_the_decision(self, world: World) -> None:
        held = ready_to_orient(world)
        client = signed_in(world.officer)
        client.post(at(held, "recompute"))
        told(world, held, ready="later")
        shown = page(client, at(held, "orientation") + "?voie=emploi_direct")
        assert "Les réponses ont changé" in shown.text
        assert shown.select_one("#decision") is None

    def test_the_contract_starts_from_the_help_the_person_asked_for(self, world: World) -> None:
        """RG-55: every difficulty has its answer; health is never suggested on a paper others may read."""
        held = ready_to_orient(world)
        for kind, help_wanted in (("mobility", True), ("money", False), ("health", True)):
            actions.add_brake(
                interview_id=held.pk,
                kind=kind,
                severity=1,
                wants_help=help_wanted,
                by=world.officer.as_actor(),
                at=MORNING,
            )
        decided(world, held)
        shown = page(signed_in(world.officer), at(held, "engagement"))
        written = [field["value"] for field in shown.select("input[name$='-text']") if field.get("value")]
        assert written == ["Chercher une solution avec vous : mobilité"]

    def test_a_second_interview_offers_to_keep_the_orientation(self, world: World) -> None:
        first = ready_to_orient(world)
        decided(world, first)
        for step in ("engagement", "next_appointment"):
            actions.leave_step_open(
                interview_id=first.pk,
                step=step,
                reason="Plus le temps",
                owner_id=world.officer.pk,
                by=world.officer.as_actor(),
                at=MORNING,
            )
        again = ready_to_orient(world, first.entry)
        client = signed_in(world.officer)
        shown = page(client, at(again, "orientation"))
        assert "Garder cette orientation" in shown.text
        kept = client.post(at(again, "keep", "orientation"))
        assert kept["Location"] == at(again, "engagement")

    def test_a_day_given_is_shown_again(self, world: World) -> None:
        """A browser ignores a day that is not written 2026-11-23."""
        decided(world, ready_to_orient(world))
        shown = page(signed_in(world.office), reverse("orientation:transmission"))
        assert shown.select_one("input[name=on]")["value"] == "2026-11-23"


class TestHtmx:
    def test_each_change_is_saved_and_says_so(self, world: World) -> None:
        held = interview(world)
        client = signed_in(world.officer)
        answer = client.post(at(held, "section", "distance"), {"ready": "now", "seen": "0"}, **HTMX)
        text = answer.content.decode()
        assert "Enregistré à 9 h" in text
        assert "<html" not in text
        fragment = BeautifulSoup(text, "html.parser")
        assert fragment.select_one("#known-ready[hx-swap-oob]").get_text(strip=True) == "Dit pendant cet entretien"
        assert fragment.select_one("#id_seen")["value"] == str(Answer.objects.latest("id").pk)

    def test_what_cannot_be_saved_is_said(self, world: World) -> None:
        held = interview(world)
        answer = signed_in(world.officer).post(at(held, "section", "situation"), {"at_charge": "-3"}, **HTMX)
        assert "Pas enregistré : Combien de personnes" in answer.content.decode()

    def test_a_colleague_writing_at_the_same_time_is_announced(self, world: World) -> None:
        held = interview(world)
        told(world, held, ready="now")
        seen = Answer.objects.latest("id").pk
        signed_in(world.colleague).post(at(held, "section", "distance"), {"ready": "months", "seen": seen}, **HTMX)
        answer = signed_in(world.officer).post(
            at(held, "section", "distance"), {"ready": "later", "seen": seen}, **HTMX
        )
        text = " ".join(BeautifulSoup(answer.content, "html.parser").text.split())
        assert "Hugo Petit a répondu autrement pendant ce temps" in text
        assert "« Dans les trois mois »" in text
        assert queries.known_answers(held.person_id)["ready"].value == "months"

    def test_a_brake_is_added_and_settled_in_place(self, world: World) -> None:
        held = interview(world)
        client = signed_in(world.officer)
        added = client.post(at(held, "add_brake"), {"kind": "housing", "severity": "3"}, **HTMX).content.decode()
        assert "bloque" in BeautifulSoup(added, "html.parser").select_one(".brake-said").text
        brake = Brake.objects.get()
        settled = client.post(at(held, "end_brake", brake.pk), **HTMX).content.decode()
        assert ".brake-said" not in settled
        assert not queries.active_brakes(held.person_id).exists()

    def test_a_brake_without_its_weight_is_refused_with_a_sentence(self, world: World) -> None:
        held = interview(world)
        answer = signed_in(world.officer).post(at(held, "add_brake"), {"kind": "housing", "note": "Hébergée"}, **HTMX)
        text = answer.content.decode()
        assert "Dites si cela gêne un peu" in text
        assert "Hébergée" in text

    def test_cards_answer_a_fragment_and_a_whole_page(self, world: World) -> None:
        held = ready_to_orient(world)
        decided(world, held)
        client = signed_in(world.officer)
        for name in ("card", "diagnosis_card"):
            address = reverse(f"orientation:{name}", args=[held.person_id])
            assert "<html" not in client.get(address, **HTMX).content.decode()
            assert "<html" in client.get(address).content.decode()
        assert "Emploi direct" in client.get(reverse("orientation:card", args=[held.person_id])).content.decode()


def test_opening_an_interview_leaves_a_trace_of_who_looked(world: World) -> None:
    held = interview(world)
    page(signed_in(world.colleague), at(held, "rights"))
    trace = Consultation.objects.get()
    assert (trace.agent_id, trace.person_id, trace.page) == (world.colleague.pk, held.person_id, "Entretien")


def test_the_shared_screen_never_shows_the_spouse_nor_the_loads(world: World) -> None:
    """Two people look at this screen (definitions.md, Entretien)."""
    held = ready_to_orient(world)
    from emploi.foundation.audit.writing import acting
    from emploi.pathway.beneficiaries.models import HouseholdRole, Person
    from tests.pathway.orientation.cast import SYSTEM

    with acting(SYSTEM):
        spouse = Person.objects.create(first_name="Karim", last_name="Secret", sort_name="secret karim")
        HouseholdRole.objects.create(
            person=spouse, household=held.entry.household, role="CJT", started_on=held.entry.opened_on
        )
    actions.compute_proposal(entry_id=held.entry_id, by=world.officer.as_actor(), at=MORNING)
    client = signed_in(world.officer)
    for name in ("rights", "diagnosis", "orientation", "engagement", "next_appointment", "summary"):
        text = page(client, at(held, name)).text
        assert "Karim" not in text
        for word in ("quota", "charge de travail", "contrôle", "objectif"):
            assert word not in text.lower(), (name, word)
