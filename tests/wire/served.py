"""The mouth of these tests, behind a real Daphne in a process of its own."""

import os
from types import SimpleNamespace
from urllib.parse import parse_qs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vioport.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import transaction  # noqa: E402

from wire import log  # noqa: E402
from wire.consumer import BadCommand, StreamConsumer  # noqa: E402
from wire.entering import Welcome  # noqa: E402
from wire.models import Stream  # noqa: E402

settings.WIRE_DRAIN_SECONDS = 0.5


class Mouth(StreamConsumer):
    state_kind = "room.state"

    def ask_at_the_door(self):
        asked = parse_qs(self.scope["query_string"].decode())
        self.asked = SimpleNamespace(person=int(asked["person"][0]), code=asked["code"][0])
        return Welcome(Stream.objects.get(code=self.asked.code), self.asked.person)

    def snapshot(self, welcome):
        return {"line": type(self.line).__name__}

    def handle(self, command):
        text, times = command.body.get("text"), command.body.get("times", 1)
        if type(text) is not str or type(times) is not int or times < 1:
            raise BadCommand
        with transaction.atomic():
            for _ in range(times):
                said = log.append(self.welcome.stream, "chat.said", {"text": text})
        return said


async def application(scope, receive, send):
    await Mouth()(scope, receive, send)
