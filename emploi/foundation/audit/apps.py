from django.db import transaction

from emploi.foundation.apps import EmploiAppConfig
from emploi.foundation.events import record_with


class AuditConfig(EmploiAppConfig):
    name = "emploi.foundation.audit"
    label = "audit"
    verbose_name = "Traces"

    def ready(self) -> None:
        super().ready()
        from emploi.foundation.audit.journal import record  # models are ready only now

        record_with(record, transaction.on_commit)
