"""Opening, correcting and closing accounts; roles between two dates; one-time links."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import DatabaseError, IntegrityError, transaction

from emploi.foundation import clock
from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.errors import DomainError
from emploi.foundation.messaging import permissions as outbox
from emploi.foundation.messaging.models import Message
from emploi.territory.agents import actions, links, queries
from emploi.territory.agents.actions import RoleWanted
from emploi.territory.agents.models import AccountLink, Agent, Membership
from emploi.territory.agents.roles import Permission, Role
from emploi.territory.geography.models import Territory
from emploi.territory.organizations.models import Organization
from tests.territory.conftest import BY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("department")]


def home() -> int:
    return Organization.objects.get(slug="departement").pk


def invite(**more: object) -> tuple[Agent, str]:
    fields = {"email": "Lea.Martin@val-exemple.fr ", "first_name": "Léa", "last_name": "Martin", **more}
    return actions.invite_agent(role=RoleWanted(home(), Role.RSA_OFFICE), by=BY, at=clock.now(), **fields)


def token_of(link: str) -> str:
    return link.rstrip("/").rsplit("/", 1)[1]


class TestInvitation:
    def test_the_link_leaves_by_email_and_its_token_is_not_kept(self) -> None:
        agent, link = invite()
        message = Message.objects.get(recipient="lea.martin@val-exemple.fr")
        assert link in message.body
        assert "Choisissez votre mot de passe" in message.body
        assert not agent.has_usable_password()
        assert AccountLink.objects.get().token_hash == links.hash_of(token_of(link))
        assert token_of(link) not in repr(list(AccountLink.objects.values()))

    def test_the_link_is_not_read_on_the_screen_of_messages(self, hire: Callable[..., Agent]) -> None:
        invite()
        for role in (Role.RSA_OFFICE, Role.ADMINISTRATOR):
            assert not outbox.visible_to(hire(role)).exists()

    def test_two_accounts_never_share_an_address(self) -> None:
        invite()
        with pytest.raises(DomainError, match="existe déjà") as refusal:
            invite(email="LEA.MARTIN@val-exemple.fr")
        assert refusal.value.field == "email"
        assert Agent.objects.filter(last_name="Martin").count() == 1

    def test_the_link_serves_once(self) -> None:
        agent, link = invite()
        by = agent.as_actor()
        actions.choose_password(token=token_of(link), password="une phrase assez longue", by=by, at=clock.now())
        agent.refresh_from_db()
        assert agent.check_password("une phrase assez longue")
        with pytest.raises(DomainError, match="plus valable"):
            actions.choose_password(token=token_of(link), password="une autre phrase", by=by, at=clock.now())

    def test_a_new_link_ends_the_former(self) -> None:
        agent, former = invite()
        new = actions.give_link(agent_id=agent.pk, purpose="invitation", by=BY, at=clock.now())
        assert queries.usable_link(token_of(former), clock.now()) is None
        assert queries.usable_link(token_of(new), clock.now()).agent == agent

    def test_a_link_grows_old(self) -> None:
        _, link = invite()
        life = timedelta(days=links.LINK_LIFE_DAYS)
        assert queries.usable_link(token_of(link), clock.now() + life - timedelta(seconds=1))
        assert queries.usable_link(token_of(link), clock.now() + life) is None


class TestRoles:
    def test_a_role_opens_its_permissions_between_its_two_days(self) -> None:
        agent, _ = invite()
        actions.give_role(
            agent_id=agent.pk, organization_id=home(), role=Role.HEAD_OF_SERVICE,
            started_on=date(2026, 12, 1), ended_on=date(2026, 12, 31), by=BY, at=clock.now(),
        )  # fmt: skip
        seen = {}
        for day in ("2026-11-30", "2026-12-01", "2026-12-31", "2027-01-01"):
            with clock.frozen(day):
                seen[day] = Agent.objects.get(pk=agent.pk).can(Permission.DECIDE_ORIENTATION)
        assert list(seen.values()) == [False, True, True, False]

    def test_the_last_day_of_a_role_is_included(self) -> None:
        agent, _ = invite()
        membership = agent.memberships.get()
        actions.end_role(membership_id=membership.pk, ended_on=clock.today(), by=BY, at=clock.now())
        assert Agent.objects.get(pk=agent.pk).can(Permission.IMPORT_FILES)
        with clock.frozen("2026-11-24"):
            assert not Agent.objects.get(pk=agent.pk).can(Permission.IMPORT_FILES)

    def test_the_same_role_on_two_territories_is_two_roles(self) -> None:
        agent, _ = invite()
        for territory in Territory.objects.filter(grid__is_default=True):
            actions.give_role(
                agent_id=agent.pk, organization_id=home(), role=Role.RSA_OFFICE, territory_id=territory.pk,
                started_on=clock.today(), by=BY, at=clock.now(),
            )  # fmt: skip
        assert agent.memberships.count() == 3
        with pytest.raises(DomainError, match="a déjà ce rôle"):
            actions.give_role(
                agent_id=agent.pk, organization_id=home(), role=Role.RSA_OFFICE, started_on=clock.today(), by=BY,
                at=clock.now(),
            )  # fmt: skip

    def test_the_database_refuses_the_same_open_role_twice(self) -> None:
        agent, _ = invite()
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.create(
                agent=agent, organization_id=home(), role=Role.RSA_OFFICE, started_on=clock.today()
            )

    def test_a_role_is_not_changed_by_an_anonymous_write(self) -> None:
        agent, _ = invite()
        with pytest.raises(DatabaseError), transaction.atomic():
            agent.memberships.update(role=Role.ADMINISTRATOR)

    def test_dates_in_disorder_are_refused(self) -> None:
        agent, _ = invite()
        with pytest.raises(DomainError, match="avant le premier") as refusal:
            actions.end_role(
                membership_id=agent.memberships.get().pk, ended_on=date(2026, 11, 22), by=BY, at=clock.now()
            )
        assert refusal.value.field == "ended_on"

    def test_agents_are_found_by_what_they_may_do_and_where(self) -> None:
        agent, _ = invite()
        north, south = Territory.objects.filter(grid__is_default=True).order_by("slug")
        actions.give_role(
            agent_id=agent.pk, organization_id=home(), role=Role.ORIENTATION_OFFICER, territory_id=north.pk,
            started_on=clock.today(), by=BY, at=clock.now(),
        )  # fmt: skip
        found = queries.agents_with(Permission.HOLD_INTERVIEW, clock.today(), north.pk)
        assert list(found) == [agent]
        assert not queries.agents_with(Permission.HOLD_INTERVIEW, clock.today(), south.pk).exists()


class TestClosing:
    def test_closing_cuts_everything_and_reopening_gives_it_back(self) -> None:
        agent, link = invite()
        actions.close_account(agent_id=agent.pk, reason="Départ", by=BY, at=clock.now())
        closed = Agent.objects.get(pk=agent.pk)
        assert not closed.can(Permission.IMPORT_FILES)
        assert queries.usable_link(token_of(link), clock.now()) is None
        with pytest.raises(DomainError, match="désactivé"):
            actions.give_link(agent_id=agent.pk, purpose="invitation", by=BY, at=clock.now())
        actions.reopen_account(agent_id=agent.pk, by=BY, at=clock.now())
        assert Agent.objects.get(pk=agent.pk).can(Permission.IMPORT_FILES)
        assert JournalEntry.objects.get(event="agents.AccountClosed").reason == "Départ"

    def test_nobody_closes_the_own_account(self, hire: Callable[..., Agent]) -> None:
        me = hire("administrator")
        with pytest.raises(DomainError, match="propre compte"):
            actions.close_account(agent_id=me.pk, reason="Essai", by=me.as_actor(), at=clock.now())

    def test_the_last_administrator_stays(self, hire: Callable[..., Agent]) -> None:
        last = hire("administrator")
        with pytest.raises(DomainError, match="Personne d'autre"):
            actions.close_account(agent_id=last.pk, reason="Essai", by=BY, at=clock.now())
        with pytest.raises(DomainError, match="Personne d'autre"):
            actions.end_role(membership_id=last.memberships.get().pk, ended_on=clock.today(), by=BY, at=clock.now())
        hire("administrator", email="second@val-exemple.fr")
        actions.close_account(agent_id=last.pk, reason="Départ", by=BY, at=clock.now())
        assert not Agent.objects.get(pk=last.pk).is_active


class TestSecondFactor:
    def test_a_lost_one_is_erased_with_a_reason(self) -> None:
        agent, _ = invite()
        Authenticator.objects.create(user=agent, type=Authenticator.Type.TOTP, data={"secret": "x"})
        with pytest.raises(DomainError, match="vérifié l'identité"):
            actions.reset_second_factor(agent_id=agent.pk, reason="", by=BY, at=clock.now())
        actions.reset_second_factor(agent_id=agent.pk, reason="Reconnu en personne", by=BY, at=clock.now())
        assert not Authenticator.objects.exists()
        assert JournalEntry.objects.get(event="agents.SecondFactorReset").reason == "Reconnu en personne"
        with pytest.raises(DomainError, match="pas de second facteur"):
            actions.reset_second_factor(agent_id=agent.pk, reason="Encore", by=BY, at=clock.now())
