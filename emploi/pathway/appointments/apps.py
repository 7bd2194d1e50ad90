from emploi.foundation.apps import EmploiAppConfig


class AppointmentsConfig(EmploiAppConfig):
    name = "emploi.pathway.appointments"
    label = "appointments"
    verbose_name = "Rendez-vous"
