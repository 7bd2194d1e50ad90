from emploi.foundation.apps import EmploiAppConfig


class ReceptionConfig(EmploiAppConfig):
    name = "emploi.pathway.reception"
    label = "reception"
    verbose_name = "Accueil téléphonique"
