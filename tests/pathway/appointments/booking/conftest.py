"""The same world as the other appointments."""

from tests.pathway.appointments.conftest import world  # noqa: F401 - the fixture of these tests
