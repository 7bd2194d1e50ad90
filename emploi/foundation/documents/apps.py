from emploi.foundation.apps import EmploiAppConfig


class DocumentsConfig(EmploiAppConfig):
    name = "emploi.foundation.documents"
    label = "documents"
    verbose_name = "Documents"
