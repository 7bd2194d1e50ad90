"""The short code and the birth year: locked after failures, without saying which codes exist."""

from datetime import timedelta

from emploi.foundation import clock
from emploi.foundation.actor import Actor
from emploi.foundation.audit.models import JournalEntry
from emploi.pathway.appointments import actions
from emploi.pathway.appointments.actions import Tried
from emploi.pathway.appointments.models import Invitation, InvitationOpening
from tests.pathway.appointments.world import TESTS, World

SOMEBODY = Actor.system("Page du code")
ABSENT_CODE = "ACDEFGHJ"


def try_it(code: str, year: str = "1970", minutes: int = 0) -> Tried:
    return actions.try_code(typed=code, birth_year=year, by=SOMEBODY, at=clock.now() + timedelta(minutes=minutes))


def invited(world: World) -> Invitation:
    entry = world.entry()
    actions.invite_entries(entry_ids=[entry.pk], by=world.by, at=clock.now())
    return Invitation.objects.get()


def test_the_code_and_the_year_open_the_invitation(world: World) -> None:
    invitation = invited(world)
    typed = f" {invitation.code[:4].lower()}-{invitation.code[4:]} "
    assert try_it(typed, "1988").invitation == invitation


def test_five_failures_lock_a_real_code_and_an_invented_one_alike(world: World) -> None:
    invitation = invited(world)
    real = [try_it(invitation.code) for _ in range(5)]
    invented = [try_it(ABSENT_CODE) for _ in range(5)]
    assert [t.locked_until for t in real] == [t.locked_until for t in invented]
    assert real[3].locked_until is None
    assert real[4].locked_until == clock.now() + timedelta(minutes=30)


def test_a_locked_code_refuses_even_the_right_year_until_the_end(world: World) -> None:
    invitation = invited(world)
    for _ in range(5):
        try_it(invitation.code)
    assert try_it(invitation.code, "1988", minutes=29).invitation is None
    assert try_it(invitation.code, "1988", minutes=30).invitation == invitation
    assert JournalEntry.objects.filter(event="appointments.CodeLocked").count() == 1


def test_the_right_year_forgets_the_failures(world: World) -> None:
    invitation = invited(world)
    for _ in range(4):
        try_it(invitation.code)
    assert try_it(invitation.code, "1988").invitation == invitation
    assert try_it(invitation.code).locked_until is None


def test_an_opening_is_traced_once_then_told(world: World) -> None:
    invitation = invited(world)
    for _ in range(3):
        actions.record_opening(invitation_id=invitation.pk, by=SOMEBODY, at=clock.now())
    invitation.refresh_from_db()
    assert invitation.first_opened_at == clock.now()
    assert InvitationOpening.objects.count() == 1
    assert actions.tell_openings(by=TESTS, at=clock.now() + timedelta(minutes=5)) == 1
    assert actions.tell_openings(by=TESTS, at=clock.now() + timedelta(minutes=6)) == 0
    told = JournalEntry.objects.get(event="appointments.InvitationOpened")
    assert (told.at, told.actor_kind) == (clock.now(), "person")
