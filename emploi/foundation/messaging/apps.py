from emploi.foundation.apps import EmploiAppConfig


class MessagingConfig(EmploiAppConfig):
    name = "emploi.foundation.messaging"
    label = "messaging"
    verbose_name = "Envois"
