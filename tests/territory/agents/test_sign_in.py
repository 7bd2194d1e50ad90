"""From the invitation to the first page: password, second factor, lost telephone, idle desk."""

import base64
import hashlib
import hmac
import re
import struct
import time
from collections.abc import Callable, Iterator

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from emploi.foundation import clock
from emploi.foundation.audit.models import JournalEntry
from emploi.foundation.messaging.models import Message
from emploi.territory.agents import actions, sessions
from emploi.territory.agents.actions import RoleWanted
from emploi.territory.agents.models import AccountLink, Agent
from emploi.territory.organizations.models import Organization
from tests.territory.conftest import BY

pytestmark = pytest.mark.django_db

EMAIL = "lea.martin@val-exemple.fr"
PASSWORD = "quatre mots pour une phrase"
WORK = "/reglages/comptes/"


@pytest.fixture(autouse=True)
def _fresh_limits() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def link(department: None) -> str:
    """The path of the link Léa receives; she manages the accounts."""
    home = Organization.objects.get(slug="departement")
    _, address = actions.invite_agent(
        email=EMAIL, first_name="Léa", last_name="Martin", role=RoleWanted(home.pk, "administrator"), by=BY,
        at=clock.now(),
    )  # fmt: skip
    return address.split("localhost:8000")[1]


@pytest.fixture
def lea(link: str, client: Client) -> Agent:
    """Léa, who has chosen her password."""
    client.post(link, {"password": PASSWORD, "again": PASSWORD})
    return Agent.objects.get(email=EMAIL)


def one_time_code(secret: str, at: float | None = None) -> str:
    """What the telephone shows (RFC 6238), computed apart from the product."""
    counter = struct.pack(">Q", int((at or time.time()) // 30))
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def sign_in(client: Client, password: str = PASSWORD) -> str:
    return client.post("/compte/login/", {"login": EMAIL, "password": password}, follow=True).content.decode()


def set_up_telephone(client: Client) -> str:
    """Photographs the square and types the code; returns the secret the telephone keeps."""
    page = client.get("/compte/2fa/totp/activate/").content.decode()
    secret = re.search(r"<code>([A-Z2-7]+)</code>", page).group(1)
    client.post("/compte/2fa/totp/activate/", {"code": one_time_code(secret)})
    return secret


class TestPassword:
    def test_reading_the_link_changes_nothing(self, link: str, client: Client) -> None:
        for _ in range(3):
            assert "choisissez votre mot de passe" in client.get(link).content.decode()
        assert AccountLink.objects.get().used_at is None

    @pytest.mark.parametrize(
        ("typed", "again", "words"),
        [
            ("court", "court", "12 caractères"),
            (PASSWORD, "autre chose", "Les deux mots de passe sont différents."),
            ("", "", "Choisissez un mot de passe."),
            ("lea.martin@val-exemple.fr", "lea.martin@val-exemple.fr", "trop semblable"),
            ("supernatural", "supernatural", "trop courant"),
        ],
    )
    def test_weak_or_different_words_are_refused(
        self, link: str, client: Client, typed: str, again: str, words: str
    ) -> None:
        answer = client.post(link, {"password": typed, "again": again})
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert not Agent.objects.get(email=EMAIL).has_usable_password()

    def test_a_used_link_says_what_to_do(self, link: str, lea: Agent, client: Client) -> None:
        answer = client.get(link)
        assert answer.status_code == 410
        assert "Ce lien n'est plus valable" in answer.content.decode().replace("&#x27;", "'")

    def test_nobody_signs_up(self, department: None, client: Client) -> None:
        page = client.get("/compte/signup/").content.decode()
        assert "On ne s'inscrit pas soi-même" in page
        client.post("/compte/signup/", {"email": "x@y.fr", "password1": PASSWORD})
        assert not Agent.objects.filter(email="x@y.fr").exists()

    def test_a_wrong_password_is_said_in_french_without_saying_who_exists(self, lea: Agent, client: Client) -> None:
        wrong = sign_in(client, "pas le bon mot")
        unknown = client.post("/compte/login/", {"login": "inconnu@val-exemple.fr", "password": "x"}, follow=True)
        for page in (wrong, unknown.content.decode()):
            assert "L’adresse e-mail ou le mot de passe sont incorrects." in page

    def test_too_many_tries_are_stopped(self, lea: Agent, client: Client) -> None:
        for _ in range(6):
            page = sign_in(client, "pas le bon mot")
        assert "Trop de tentatives" in page
        assert "Trop de tentatives" in sign_in(client)

    def test_a_forgotten_password_is_replaced_by_our_own_link(self, lea: Agent, client: Client) -> None:
        before = Message.objects.count()
        client.post("/compte/password/reset/", {"email": "inconnu@val-exemple.fr"})
        assert Message.objects.count() == before
        client.post("/compte/password/reset/", {"email": EMAIL})
        body = Message.objects.latest("pk").body
        path = re.search(r"(/compte/activation/\S+)", body).group(1)
        client.post(path, {"password": "une toute autre phrase", "again": "une toute autre phrase"})
        lea.refresh_from_db()
        assert lea.check_password("une toute autre phrase")


class TestSecondFactor:
    @pytest.fixture(autouse=True)
    def _required(self, settings) -> None:
        settings.SECOND_FACTOR_REQUIRED = True

    def test_the_whole_way_in(self, lea: Agent, client: Client) -> None:
        page = sign_in(client)
        assert "Ajoutez un second moyen" in page
        assert client.get(WORK).headers["Location"] == "/compte/2fa/"
        secret = set_up_telephone(client)
        assert client.get(WORK).status_code == 200
        assert JournalEntry.objects.filter(event="agents.SignedIn", actor_id=lea.pk).count() == 1

        another_day = Client()
        page = sign_in(another_day)
        assert "Code de votre application" in page
        assert another_day.get(WORK).status_code == 302
        refused = another_day.post("/compte/2fa/authenticate/", {"code": "000000"})
        assert "Ce code n'est pas le bon" in refused.content.decode().replace("&#x27;", "'")
        cache.clear()  # the same code is refused twice within its half minute, by design
        another_day.post("/compte/2fa/authenticate/", {"code": one_time_code(secret)})
        assert another_day.get(WORK).status_code == 200

    def test_the_secret_is_not_readable_in_the_database(self, lea: Agent, client: Client) -> None:
        sign_in(client)
        secret = set_up_telephone(client)
        kept = Authenticator.objects.get(user=lea, type=Authenticator.Type.TOTP).data["secret"]
        assert secret not in kept

    def test_recovery_codes_open_the_door_once(self, lea: Agent, client: Client) -> None:
        sign_in(client)
        set_up_telephone(client)
        page = client.get("/compte/2fa/recovery-codes/").content.decode()
        code = re.findall(r"<li><code>([0-9]+)</code></li>", page)[0]
        for expected in (200, 302):
            lost = Client()
            sign_in(lost)
            lost.post("/compte/2fa/authenticate/", {"code": code})
            assert lost.get(WORK).status_code == expected

    def test_the_only_second_factor_cannot_be_taken_away(self, lea: Agent, client: Client) -> None:
        sign_in(client)
        set_up_telephone(client)
        client.post("/compte/2fa/totp/deactivate/")
        assert Authenticator.objects.filter(user=lea, type=Authenticator.Type.TOTP).exists()

    def test_a_lost_telephone_is_replaced_by_the_administrator(
        self, lea: Agent, client: Client, as_role: Callable[[str], Client], settings
    ) -> None:
        sign_in(client)
        set_up_telephone(client)
        settings.SECOND_FACTOR_REQUIRED = False
        colleague = as_role("administrator")
        address = f"/reglages/comptes/{lea.pk}/second-facteur/"
        assert colleague.post(address, {"reason": ""}).status_code == 422
        colleague.post(address, {"reason": "Reconnue à son bureau"})
        settings.SECOND_FACTOR_REQUIRED = True
        again = Client()
        assert "Ajoutez un second moyen" in sign_in(again)

    def test_too_many_codes_are_stopped(self, lea: Agent, client: Client) -> None:
        sign_in(client)
        secret = set_up_telephone(client)
        thief = Client()
        sign_in(thief)
        for _ in range(6):
            thief.post("/compte/2fa/authenticate/", {"code": "000000"})
        thief.post("/compte/2fa/authenticate/", {"code": one_time_code(secret)})
        assert thief.get(WORK).status_code == 302


class TestSession:
    def test_a_demonstration_asks_no_second_factor(self, lea: Agent, client: Client) -> None:
        sign_in(client)
        assert client.get(WORK).status_code == 200

    def test_an_idle_desk_is_closed(self, lea: Agent, client: Client, settings) -> None:
        sign_in(client)
        client.get(WORK)
        session = client.session
        session[sessions.SEEN] = time.time() - settings.SESSION_IDLE_SECONDS - 1
        session.save()
        answer = client.get(WORK, follow=True)
        assert answer.redirect_chain[0][0] == "/compte/login/"
        assert "Vous avez été déconnecté" in answer.content.decode()

    def test_a_closed_account_is_out_at_once(self, lea: Agent, client: Client, hire: Callable[..., Agent]) -> None:
        sign_in(client)
        assert client.get(WORK).status_code == 200
        hire("administrator")
        actions.close_account(agent_id=lea.pk, reason="Départ", by=BY, at=clock.now())
        assert client.get(WORK).status_code == 302
        assert "désactivé" in sign_in(Client())

    def test_signing_out(self, lea: Agent, client: Client) -> None:
        sign_in(client)
        client.post("/compte/logout/")
        assert client.get(WORK).status_code == 302

    @pytest.mark.parametrize("path", ["email/", "confirm-email/", "login/code/", "phone/verify/", "3rdparty/"])
    def test_pages_of_the_library_we_do_not_use_are_closed(self, client: Client, path: str) -> None:
        assert client.get(f"/compte/{path}").status_code == 404


class TestBehindOurProxy:
    """One proxy of ours terminates TLS: every connection is its own, the client's address is the one it added."""

    def fail(self, client: Client, forwarded: str, times: int, login: str = "x{}@y.fr") -> str:
        page = ""
        for n in range(times):
            form = {"login": login.format(n), "password": "faux"}
            page = client.post("/compte/login/", form, HTTP_X_FORWARDED_FOR=forwarded).content.decode()
        return page

    def test_a_stranger_who_tries_does_not_lock_the_others(self, lea: Agent, client: Client, settings) -> None:
        settings.TRUSTED_PROXY_HOPS = 1
        assert "Trop de" in self.fail(client, "203.0.113.9", 11)
        assert "Trop de" not in self.fail(client, "198.51.100.7", 1)

    def test_an_address_the_client_wrote_himself_does_not_count(self, lea: Agent, client: Client, settings) -> None:
        settings.TRUSTED_PROXY_HOPS = 1
        for n in range(10):
            self.fail(client, f"10.0.0.{n}, 203.0.113.9", 1, login=f"z{n}@y.fr")
        assert "Trop de" in self.fail(client, "10.0.0.99, 203.0.113.9", 1)

    def test_without_proxy_the_header_is_not_believed(self, lea: Agent, client: Client, settings) -> None:
        settings.TRUSTED_PROXY_HOPS = 0
        for n in range(10):
            self.fail(client, f"10.0.0.{n}", 1, login=f"z{n}@y.fr")
        assert "Trop de" in self.fail(client, "10.0.0.99", 1)
