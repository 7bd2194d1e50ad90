from emploi.foundation.apps import EmploiAppConfig


class ChartsConfig(EmploiAppConfig):
    name = "emploi.foundation.charts"
    label = "charts"
    verbose_name = "Graphiques"
