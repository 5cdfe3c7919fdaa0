"""For servers that only serve pages."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vioport.settings")
application = get_wsgi_application()

from vioport import checks  # noqa: E402

checks.refuse_to_start()
