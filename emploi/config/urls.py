"""The addresses: each app brings its own `web/urls.py`, with its own prefixes."""

from importlib.util import find_spec

from django.apps import apps
from django.urls import include, path

from emploi.config import health, metrics
from emploi.foundation.apps import EmploiAppConfig

handler400 = "emploi.config.errors.bad_request"
handler403 = "emploi.config.errors.forbidden"
handler404 = "emploi.config.errors.not_found"
handler500 = "emploi.config.errors.server_error"


def _has_urls(app: EmploiAppConfig) -> bool:
    return find_spec(f"{app.name}.web") is not None and find_spec(f"{app.name}.web.urls") is not None


urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("compte/", include("emploi.territory.agents.web.sign_in_urls")),
    *(
        path("", include(f"{app.name}.web.urls"))
        for app in apps.get_app_configs()
        if isinstance(app, EmploiAppConfig) and _has_urls(app)
    ),
]
