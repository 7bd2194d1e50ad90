from emploi.foundation.apps import EmploiAppConfig


class RulebookConfig(EmploiAppConfig):
    name = "emploi.territory.rulebook"
    label = "rulebook"
    verbose_name = "Règles et délais"
