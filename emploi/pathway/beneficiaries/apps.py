from emploi.foundation.apps import EmploiAppConfig


class BeneficiariesConfig(EmploiAppConfig):
    name = "emploi.pathway.beneficiaries"
    label = "beneficiaries"
    verbose_name = "Bénéficiaires"
