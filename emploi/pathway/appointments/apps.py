from contextlib import suppress
from typing import Any

from django.apps import apps as installed
from django.apps.registry import Apps
from django.db.models.signals import post_migrate

from emploi.foundation.apps import EmploiAppConfig


class AppointmentsConfig(EmploiAppConfig):
    name = "emploi.pathway.appointments"
    label = "appointments"
    verbose_name = "Rendez-vous"

    def ready(self) -> None:
        super().ready()
        post_migrate.connect(_kinds_again, sender=self, dispatch_uid="appointments.kinds")


def _kinds_again(apps: Apps = installed, **_: Any) -> None:
    """A database emptied without being dropped (flush) finds its kinds of appointment again."""
    from emploi.pathway.appointments.shipped import ship_kinds

    with suppress(LookupError):  # the tables of this app may be migrated away
        ship_kinds(apps.get_model("appointments", "Kind"))
