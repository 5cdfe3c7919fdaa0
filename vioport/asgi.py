"""Where Daphne comes in: pages to Django, sockets to the rooms."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vioport.settings")
pages = get_asgi_application()

from channels.routing import ProtocolTypeRouter  # noqa: E402
from django.conf import settings  # noqa: E402

from sessions.routing import websocket_urlpatterns  # noqa: E402
from vioport import checks, worker  # noqa: E402
from wire.asgi import sockets, without_root_path  # noqa: E402

checks.refuse_to_start()

application = without_root_path(
    ProtocolTypeRouter({"http": pages, "websocket": sockets(websocket_urlpatterns)})
)

if settings.EMBEDDED_WORKER:
    worker.start_embedded()
