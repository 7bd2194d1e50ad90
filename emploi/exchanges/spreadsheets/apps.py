from emploi.foundation.apps import EmploiAppConfig


class SpreadsheetsConfig(EmploiAppConfig):
    name = "emploi.exchanges.spreadsheets"
    label = "spreadsheets"
    verbose_name = "Tableurs"
