from emploi.foundation.apps import EmploiAppConfig


class PublicConfig(EmploiAppConfig):
    name = "emploi.portal.public"
    label = "public"
    verbose_name = "Pages publiques"
