from emploi.foundation.apps import EmploiAppConfig


class UiConfig(EmploiAppConfig):
    name = "emploi.foundation.ui"
    label = "ui"
    verbose_name = "Écrans"
