from emploi.foundation.apps import EmploiAppConfig


class OrientationConfig(EmploiAppConfig):
    name = "emploi.pathway.orientation"
    label = "orientation"
    verbose_name = "Orientation"
