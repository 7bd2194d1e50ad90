from emploi.foundation.apps import EmploiAppConfig


class DeskConfig(EmploiAppConfig):
    name = "emploi.portal.desk"
    label = "desk"
    verbose_name = "Bureau"
