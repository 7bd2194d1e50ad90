from emploi.foundation.apps import EmploiAppConfig


class FranceTravailConfig(EmploiAppConfig):
    name = "emploi.exchanges.france_travail"
    label = "france_travail"
    verbose_name = "France Travail"
