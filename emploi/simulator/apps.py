from emploi.foundation.apps import EmploiAppConfig


class SimulatorConfig(EmploiAppConfig):
    name = "emploi.simulator"
    label = "simulator"
    verbose_name = "Simulateur"
