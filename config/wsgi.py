"""The WSGI entry point of the web server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from config.production import refuse_unsafe_start  # noqa: E402 (it asks the models)
from operations import patience  # noqa: E402

refuse_unsafe_start()
patience.begin()
