from emploi.foundation.apps import EmploiAppConfig


class ClocksConfig(EmploiAppConfig):
    name = "emploi.pathway.clocks"
    label = "clocks"
    verbose_name = "Délais"
