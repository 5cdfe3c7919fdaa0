"""Where sockets come in. vioport/asgi.py puts the right origin and the cookies before them."""

from django.urls import path

from sessions.consumers import RoomConsumer
from sessions.desk_consumer import DeskConsumer

websocket_urlpatterns = [
    path("ws/sessions/<uuid:code>/", RoomConsumer.as_asgi()),
    path("ws/desk/", DeskConsumer.as_asgi()),
]
