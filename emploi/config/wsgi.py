"""The entry of the web servers."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "emploi.config.settings.production")

application = get_wsgi_application()
