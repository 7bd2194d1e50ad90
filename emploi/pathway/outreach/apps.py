from emploi.foundation.apps import EmploiAppConfig


class OutreachConfig(EmploiAppConfig):
    name = "emploi.pathway.outreach"
    label = "outreach"
    verbose_name = "Accès aux droits"
