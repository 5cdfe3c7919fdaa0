"""Channels as its tutorial teaches it: a group per room, a consumer per member, RedisChannelLayer."""

import os

import django
from django.conf import settings

settings.configure(
    SECRET_KEY="bench",
    INSTALLED_APPS=["channels"],
    CHANNEL_LAYERS={
        "default": {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            "CONFIG": {"hosts": [{"address": os.environ["REDIS_URL"], "socket_timeout": None}]},
        }
    },
)
django.setup()

from urllib.parse import parse_qs  # noqa: E402

from channels.generic.websocket import AsyncJsonWebsocketConsumer  # noqa: E402


class Chat(AsyncJsonWebsocketConsumer):
    async def connect(self):
        self.room = "room_" + parse_qs(self.scope["query_string"].decode())["room"][0]
        await self.channel_layer.group_add(self.room, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.room, self.channel_name)

    async def receive_json(self, content):
        await self.channel_layer.group_send(self.room, {"type": "chat.message", "message": content["text"]})

    async def chat_message(self, event):
        await self.send_json({"kind": "said", "text": event["message"]})


application = Chat.as_asgi()
