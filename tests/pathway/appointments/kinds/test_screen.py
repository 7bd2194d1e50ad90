"""« Types de rendez-vous »: an administrator writes one without a developer, and nothing that exists changes."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from emploi.foundation import clock
from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.audit.presenters import sentence_of
from emploi.foundation.audit.writing import acting
from emploi.pathway.appointments import actions
from emploi.pathway.appointments.enums import BookedVia
from emploi.pathway.appointments.models import Kind, Slot
from tests.pathway.appointments.world import MONDAY, TESTS, World

TUESDAY = MONDAY + timedelta(days=1)


def url(name: str, *args: object) -> str:
    return reverse(f"appointments:{name}", args=args)


def typed(**changes: Any) -> dict[str, Any]:
    """A workshop, as an administrator types it."""
    return {
        "name": "Atelier mobilité", "presentation": "Nous cherchons comment vous déplacer.",
        "what_to_bring": "Votre permis, si vous en avez un", "duration_minutes": "50",
        "modalities": ["physical", "phone"], "default_modality": "phone", "bookable_by_person": "on",
        "booking_horizon_days": "30", "booking_notice_hours": "24", "can_be_invited": "on",
        "invitation_validity_days": "21", "absence_after_invitation": "Vous pourrez choisir un autre atelier.",
        "convocation_notice_days": "", "absence_after_convocation": "", "reminders": "ecrits",
        "hours_1": "72", "channels_1": ["email"], "hours_2": "24", "channels_2": ["sms", "email"],
        "save": "1", **changes,
    }  # fmt: skip


def as_typed(browser: Client, kind: Kind, **changes: Any) -> dict[str, Any]:
    """The form of a kind as its page shows it, with what an administrator changes."""
    form = browser.get(url("kind_edit", kind.pk)).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    kept = {name: value for name, value in shown.items() if value not in (None, False, "")}
    return {name: value for name, value in {**kept, "save": "1", **changes}.items() if value is not None}


def test_an_administrator_creates_a_kind_without_a_developer(world: World, browser: Client) -> None:
    page = browser.post(url("kind_new"), typed(), follow=True).content.decode()
    assert "« Atelier mobilité » est créé" in page
    kind = Kind.objects.get(name="Atelier mobilité")
    assert (kind.slug, kind.modalities, kind.default_modality) == ("atelier-mobilite", ["phone", "physical"], "phone")
    assert (kind.duration_minutes, kind.invitation_validity_days, kind.booking_notice_hours) == (50, 21, 24)
    assert kind.reminders == [{"hours": 72, "channels": ["email"]}, {"hours": 24, "channels": ["sms", "email"]}]
    assert not kind.is_first_interview
    assert kind.position == max(Kind.objects.values_list("position", flat=True))
    told = JournalEntry.objects.latest("pk")
    assert sentence_of(told) == "Type de rendez-vous créé : Atelier mobilité."


def test_what_a_person_will_read_is_seen_before_anything_is_kept(world: World, browser: Client) -> None:
    """The preview says the name, the consequence, the validity and each reminder; nothing is created."""
    asked = typed(can_be_summoned="on", absence_after_convocation="Nous vous écrirons de nouveau.")
    del asked["save"]
    page = browser.post(url("kind_new"), {**asked, "preview": "1"}).content.decode()
    assert "Vous recevez le RSA" in page
    assert "Nous vous écrirons de nouveau." in page
    assert "Vous pourrez choisir un autre atelier." in page
    assert "Rappel, 72 heures avant (E-mail)" in page
    assert "Rappel, 24 heures avant (SMS)" in page
    assert "50 minutes, par téléphone ou sur place" in page
    assert not Kind.objects.filter(name="Atelier mobilité").exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "Donnez un nom à ce type de rendez-vous."),
        ({"name": "  PREMIER rendez-vous d'orientation"}, "Un autre type de rendez-vous porte déjà ce nom."),
        ({"duration_minutes": "3"}, "Écrivez un nombre entre 5 et 600."),
        ({"duration_minutes": "une heure"}, "Écrivez un nombre entre 5 et 600."),
        ({"modalities": []}, "Choisissez au moins une façon de se rencontrer."),
        ({"default_modality": "video"}, "La façon par défaut doit être parmi celles proposées."),
        ({"physical_required": "on"}, "« Sur place » doit être proposé, et par défaut."),
        ({"can_be_summoned": "on"}, "Écrivez ce qu’entraîne une absence"),
        ({"convocation_notice_days": "2"}, "Une lettre met 4 jours à arriver"),
        ({"booking_horizon_days": "1", "booking_notice_hours": "24"}, "la personne ne pourrait choisir aucun créneau"),
        ({"is_collective": "on", "with_referent_only": "on"}, "ne se prend pas avec son seul référent"),
        ({"hours_2": "72"}, "Deux rappels partiraient à la même heure"),
        ({"channels_1": []}, "Dites par quel moyen part chaque rappel"),
        ({"hours_1": ""}, "Dites combien d’heures avant part ce rappel."),
        ({"hours_1": "", "channels_1": [], "hours_2": "", "channels_2": []}, "Écrivez au moins un rappel"),
    ],
)
def test_a_bad_value_is_refused_in_french_and_nothing_typed_is_lost(
    world: World, browser: Client, changes: dict[str, Any], said: str
) -> None:
    before = Kind.objects.count()
    response = browser.post(url("kind_new"), typed(**changes))
    page = response.content.decode()
    assert response.status_code == 422
    assert said in page.replace("&#x27;", "'")
    assert "Nous cherchons comment vous déplacer." in page
    assert Kind.objects.count() == before


def test_what_exists_keeps_its_length_and_the_page_says_so(world: World, browser: Client) -> None:
    """An hour becomes half an hour: the appointment taken and the slots already open stay an hour."""
    world.opening()
    entry = world.entry()
    booked = actions.book(
        slot_id=world.slot(TUESDAY, 9).pk, entry_id=entry.pk, via=BookedVia.PHONE, by=world.by, at=clock.now()
    )
    before = list(Slot.objects.order_by("pk").values_list("starts_at", "ends_at"))
    page = browser.post(
        url("kind_edit", world.kind.pk), as_typed(browser, world.kind, duration_minutes="30"), follow=True
    ).content.decode()
    assert "Ce qui existe déjà n’a pas changé" in page
    assert "1 rendez-vous à venir garde" in page
    booked.refresh_from_db()
    assert booked.ends_at - booked.starts_at == timedelta(minutes=60)
    assert list(Slot.objects.order_by("pk").values_list("starts_at", "ends_at")) == before
    assert Kind.objects.get(pk=world.kind.pk).duration_minutes == 30
    assert "durée en minutes (60 → 30)" in sentence_of(JournalEntry.objects.latest("pk"))


def test_openings_given_otherwise_go_on_and_are_counted(world: World, browser: Client) -> None:
    kind = Kind.objects.create(name="Suivi", slug="suivi", duration_minutes=60, physical_required=False)
    world.opening(kind_id=kind.pk)
    browser.post(
        url("kind_edit", kind.pk), as_typed(browser, kind, presentation="Faire le point.", places=[world.village.pk])
    )
    kind.refresh_from_db()
    assert list(kind.places.all()) == [world.village]
    assert "1 permanence ne correspond plus" in browser.get(url("kind_edit", kind.pk)).content.decode()
    assert Slot.objects.filter(kind=kind, closed_at=None).exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"is_collective": "on"}, "Le premier rendez-vous est toujours individuel."),
        ({"default_modality": "phone"}, "« Sur place » doit être proposé, et par défaut."),
        ({"physical_required": None}, "Le premier rendez-vous a lieu sur place, sauf raison."),
        ({"can_be_invited": None}, "On invite toujours au premier rendez-vous."),
        ({"with_referent_only": "on"}, "nul n’a encore de référent"),
        ({"starts_support": "on"}, "vient avant l’accompagnement"),
    ],
)
def test_the_first_interview_stays_individual_physical_and_proposed(
    world: World, browser: Client, change: dict[str, Any], said: str
) -> None:
    response = browser.post(url("kind_edit", world.kind.pk), as_typed(browser, world.kind, **change))
    assert said in response.content.decode()
    assert response.status_code == 422
    stop = browser.post(url("kind_stop", world.kind.pk), {"reason": "Trop long"})
    assert "Le premier rendez-vous est toujours proposé" in stop.content.decode()
    assert Kind.objects.get(pk=world.kind.pk).is_active


def test_a_kind_is_withdrawn_with_a_reason_then_proposed_again(world: World, browser: Client) -> None:
    kind = Kind.objects.get(slug="reorientation")
    assert "Indiquez la raison" in browser.post(url("kind_stop", kind.pk), {"reason": ""}).content.decode()
    browser.post(url("kind_stop", kind.pk), {"reason": "Remplacé par un autre"})
    kind.refresh_from_db()
    assert not kind.is_active
    told = JournalEntry.objects.latest("pk")
    assert (told.reason, "n’est plus proposé" in sentence_of(told)) == ("Remplacé par un autre", True)
    browser.post(url("kind_resume", kind.pk))
    kind.refresh_from_db()
    assert kind.is_active


def test_an_opening_without_a_length_or_a_way_takes_those_of_its_kind(world: World) -> None:
    kind = Kind.objects.get(slug="plateforme-telephonique")
    officer = Client()
    officer.force_login(world.officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    typed = {
        "agent": world.officer.pk, "place": world.town.pk, "kind": kind.pk, "first_on": "2026-11-24",
        "last_on": "2026-11-24", "weekdays": ["2"], "starts_at": "09:00", "ends_at": "10:00", "slot_minutes": "",
    }  # fmt: skip
    officer.post(url("opening_new"), typed)
    slots = Slot.objects.filter(kind=kind)
    assert [slot.ends_at - slot.starts_at for slot in slots] == [timedelta(minutes=30)] * 2
    assert {slot.modality for slot in slots} == {"phone"}


def test_an_opening_of_a_withdrawn_kind_still_changes_its_hours(world: World, browser: Client) -> None:
    kind = Kind.objects.get(slug="suite-orientation")
    opening = world.opening(kind_id=kind.pk)
    browser.post(url("kind_stop", kind.pk), {"reason": "Remplacé"})
    officer = Client()
    officer.force_login(world.officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    form = officer.get(url("opening_edit", opening.pk)).context["form"]
    assert kind in form.fields["kind"].queryset
    fresh = officer.get(url("opening_new")).context["form"]
    assert kind not in fresh.fields["kind"].queryset


def test_the_order_is_the_administrator_s(world: World, browser: Client) -> None:
    before = list(Kind.objects.values_list("slug", flat=True))
    third = Kind.objects.get(slug=before[2])
    browser.post(url("kind_up", third.pk))
    assert list(Kind.objects.values_list("slug", flat=True)) == [before[0], before[2], before[1], *before[3:]]
    page = browser.post(url("kind_up", Kind.objects.get(slug=before[0]).pk), follow=True).content.decode()
    assert "déjà au bout de la liste" in page


def test_two_administrators_do_not_overwrite_each_other(world: World, browser: Client) -> None:
    kind = Kind.objects.get(slug="reorientation")
    mine = as_typed(browser, kind, name="Nouvelle orientation")
    browser.post(url("kind_edit", kind.pk), as_typed(browser, kind, name="Changer de route"))
    page = browser.post(url("kind_edit", kind.pk), mine).content.decode()
    assert "Quelqu’un a modifié ce type pendant que vous l’écriviez" in page
    assert "Nouvelle orientation" in page
    assert Kind.objects.get(pk=kind.pk).name == "Changer de route"


def test_only_those_who_manage_references_write_kinds(world: World) -> None:
    client = Client()
    client.force_login(world.officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(url("kinds")).status_code == 403
    assert client.post(url("kind_new"), typed()).status_code == 403


def test_the_list_costs_the_same_whatever_the_kinds(
    world: World, browser: Client, django_assert_max_num_queries: Any
) -> None:
    for rank in range(12):
        Kind.objects.create(name=f"Type {rank}", slug=f"type-{rank}", duration_minutes=30)
    with django_assert_max_num_queries(14):
        browser.get(url("kinds"))


def test_a_closed_place_stays_with_the_kind_given_there_only(world: World, browser: Client) -> None:
    kind = world.kind
    kind.places.add(world.village)
    world.village.is_active, world.village.closing_reason = False, "Bail fini"
    with acting(TESTS):
        world.village.save()
    form = as_typed(browser, kind, name="Premier rendez-vous")
    page = browser.get(url("kind_edit", kind.pk)).content.decode()
    assert "Permanence de Bourg-Témoin (lieu fermé)" in page
    browser.post(url("kind_edit", kind.pk), form)
    kind.refresh_from_db()
    assert kind.name == "Premier rendez-vous"
    assert list(kind.places.all()) == [world.village]
    assert "(lieu fermé)" not in browser.get(url("kind_new")).content.decode()


def test_as_many_lines_as_reminders_may_be(world: World, browser: Client) -> None:
    written = [{"hours": hours, "channels": ["sms"]} for hours in (120, 96, 72, 48, 24)]
    world.kind.reminders = written
    world.kind.save()
    browser.post(url("kind_edit", world.kind.pk), as_typed(browser, world.kind, name="Premier rendez-vous"))
    world.kind.refresh_from_db()
    assert (world.kind.name, world.kind.reminders) == ("Premier rendez-vous", written)
