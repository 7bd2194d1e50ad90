from emploi.foundation.apps import EmploiAppConfig


class CitizenConfig(EmploiAppConfig):
    name = "emploi.portal.citizen"
    label = "citizen"
    verbose_name = "Espace de la personne"
