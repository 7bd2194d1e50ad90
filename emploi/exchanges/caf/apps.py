from emploi.foundation.apps import EmploiAppConfig


class CafConfig(EmploiAppConfig):
    name = "emploi.exchanges.caf"
    label = "caf"
    verbose_name = "Fichiers CAF et MSA"
