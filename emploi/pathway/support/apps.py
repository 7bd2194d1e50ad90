from emploi.foundation.apps import EmploiAppConfig


class SupportConfig(EmploiAppConfig):
    name = "emploi.pathway.support"
    label = "support"
    verbose_name = "Accompagnement"
