from emploi.foundation.apps import EmploiAppConfig


class AccessConfig(EmploiAppConfig):
    name = "emploi.foundation.access"
    label = "access"
    verbose_name = "Accès"
