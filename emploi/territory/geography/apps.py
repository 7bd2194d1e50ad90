from emploi.foundation.apps import EmploiAppConfig


class GeographyConfig(EmploiAppConfig):
    name = "emploi.territory.geography"
    label = "geography"
    verbose_name = "Communes et territoires"
