"""WSGI entry point. Production names its settings; everything else goes through manage.py."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sosbca.settings.production")
site = get_wsgi_application()

# Needs Django to be set up.
from sosbca.core.page_cache.installed import wrap  # noqa: E402

application = wrap(site)
