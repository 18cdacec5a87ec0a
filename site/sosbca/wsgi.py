"""WSGI entry point. Production names its settings; everything else goes through manage.py."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sosbca.settings.production")
application = get_wsgi_application()
