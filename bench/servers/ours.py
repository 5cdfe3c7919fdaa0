"""The wire of this house. LOG=database writes every event down, as in earnest; LOG=memory only numbers it.

In both, a message is parsed, counted against its allowance and given a seq; the audience decides who gets
what; the doorbell rings for other processes. Only the rate is lifted, since one socket here speaks for many.
"""

import os
from datetime import UTC, datetime
from urllib.parse import parse_qs

import django
from django.conf import settings

settings.configure(
    SECRET_KEY="bench",
    INSTALLED_APPS=["channels", "wire"],
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ["BENCH_DATABASE"],
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 10,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
            },
        }
    },
    CHANNEL_LAYERS={
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {
                "hosts": [{"address": os.environ["REDIS_URL"], "socket_timeout": None}],
                "symmetric_encryption_keys": ["bench"],
            },
        }
        if os.environ.get("REDIS_URL")
        else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    },
)
django.setup()

from django.db import transaction  # noqa: E402

from wire import limits, log, quick_frames, threads  # noqa: E402
from wire.consumer import StreamConsumer  # noqa: E402
from wire.entering import Welcome  # noqa: E402
from wire.events import Event, encoded, frame  # noqa: E402
from wire.models import Stream  # noqa: E402

limits.Doorstep.SOCKETS = 10_000
limits.Bucket.take = lambda bucket, now, take=limits.Bucket.take: take(bucket, now) or True
seqs: dict[int, int] = {}


class Mouth(StreamConsumer):
    def ask_at_the_door(self):
        room = int(parse_qs(self.scope["query_string"].decode())["room"][0])
        return Welcome(Stream.objects.get(pk=room), None, frozenset({"members"}))

    @classmethod
    async def ask_for_all(cls, hub, members):
        """As a room does it: one query for all who are in it."""
        if not await threads.look(Stream.objects.filter(pk=hub.stream).exists):
            for member in members:
                hub.hold(member)

    def snapshot(self, welcome):
        seqs.setdefault(welcome.stream.pk, welcome.stream.head)
        return {}

    def handle(self, command):
        with transaction.atomic():
            return log.append(self.welcome.stream, "said", command.body, person=1, client_id=command.id)


class Numbering(Mouth):
    """As above, without the thread and the database: what delivering costs by itself."""

    def _take(self, message, is_signal):
        if message.kind != "chat.say":
            super()._take(message, is_signal)
            return
        stream = self.welcome.stream.pk
        seqs[stream] += 1
        event = Event(stream, seqs[stream], "said", datetime.now(UTC), encoded(message.body))
        self.hubs.hear_here(event)
        self.line.write(frame(re=message.id, seq=event.seq))


quick_frames.install()
application = (Numbering if os.environ.get("LOG") == "memory" else Mouth).as_asgi()
