from emploi.foundation.apps import EmploiAppConfig


class IntakeConfig(EmploiAppConfig):
    name = "emploi.foundation.intake"
    label = "intake"
    verbose_name = "Fichiers reçus"
