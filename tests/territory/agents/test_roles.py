"""The one list of permissions and what each role holds."""

from emploi.territory.agents.generated import roles_document
from emploi.territory.agents.roles import PERMISSION_LABELS, ROLE_PERMISSIONS, Permission, Role

P = Permission


def test_every_role_and_permission_is_said() -> None:
    assert set(ROLE_PERMISSIONS) == set(Role)
    assert set(PERMISSION_LABELS) == set(Permission)
    assert all(P.SEE_MY_DAY in held for held in ROLE_PERMISSIONS.values())


def test_every_permission_is_held_by_somebody() -> None:
    assert set().union(*ROLE_PERMISSIONS.values()) == set(Permission)


def test_health_is_for_those_who_accompany() -> None:
    holders = {role for role, held in ROLE_PERMISSIONS.items() if P.SEE_HEALTH in held}
    assert holders == {Role.ORIENTATION_OFFICER, Role.COUNSELLOR, Role.SOCIAL_WORKER, Role.HEAD_OF_SERVICE}


def test_those_who_steer_or_set_up_do_not_open_files() -> None:
    for role in (Role.STEERING, Role.ELECTED, Role.ADMINISTRATOR):
        assert not ROLE_PERMISSIONS[role] & {P.SEE_PERSONS, P.SEARCH_PERSONS, P.SEE_NIR, P.SEE_HEALTH}, role


def test_a_decision_is_never_the_administrators_nor_a_providers() -> None:
    deciding = {role for role, held in ROLE_PERMISSIONS.items() if P.DECIDE_ORIENTATION in held}
    assert deciding == {Role.ORIENTATION_OFFICER, Role.HEAD_OF_SERVICE}


def test_the_generated_document_says_each_right_once() -> None:
    text = roles_document()
    for permission in Permission:
        assert text.count(f"`{permission}`") == 1
    assert "Chargé d'orientation" in text
    row = next(line for line in text.splitlines() if f"`{P.MANAGE_AGENTS}`" in line)
    assert row.count("●") == 1
