from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Brings the commands that run the product: serve, web, worker, backup, restore, bench, generate_docs."""

    name = "emploi.config"
    label = "config"
    verbose_name = "Exploitation"
