from emploi.foundation.apps import EmploiAppConfig


class SteeringConfig(EmploiAppConfig):
    name = "emploi.oversight.steering"
    label = "steering"
    verbose_name = "Pilotage"
