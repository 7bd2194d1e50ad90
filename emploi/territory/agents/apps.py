from emploi.foundation.apps import EmploiAppConfig


class AgentsConfig(EmploiAppConfig):
    name = "emploi.territory.agents"
    label = "agents"
    verbose_name = "Comptes professionnels"
