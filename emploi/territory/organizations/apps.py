from emploi.foundation.apps import EmploiAppConfig


class OrganizationsConfig(EmploiAppConfig):
    name = "emploi.territory.organizations"
    label = "organizations"
    verbose_name = "Organismes"
