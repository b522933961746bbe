"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hacktiv.settings.prod")
# A held row must not keep all threads: they are free again before the health check of docker-compose.yml gives up.
os.environ.setdefault("DATABASE_LOCK_TIMEOUT", "4s")
os.environ.setdefault("DATABASE_STATEMENT_TIMEOUT", "20s")

application = get_wsgi_application()
