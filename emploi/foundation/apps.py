"""The base of every application's configuration: it loads the modules an app may offer, by name."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig

# What an app may bring besides its models; loaded once all models are known.
OFFERED_MODULES = ("permissions", "subscriptions", "web.presenters", "cards", "tasks")


class EmploiAppConfig(AppConfig):
    """Loads `subscriptions`, `web.presenters`, `cards`, `permissions` and `tasks` when the app has them."""

    default_auto_field = "django.db.models.BigAutoField"
    default = False

    def __init_subclass__(cls) -> None:
        # Each apps.py sees this class too: without a word Django would choose neither and load a bare AppConfig.
        cls.default = True

    def ready(self) -> None:
        for offered in OFFERED_MODULES:
            if self._exists(offered):
                import_module(f"{self.name}.{offered}")

    def _exists(self, offered: str) -> bool:
        parent, _, _ = offered.rpartition(".")
        if parent and find_spec(f"{self.name}.{parent}") is None:
            return False
        return find_spec(f"{self.name}.{offered}") is not None
