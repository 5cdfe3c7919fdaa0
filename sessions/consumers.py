"""The room's socket. It carries; `services` and `access` decide."""

import uuid
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import people_at, person_at
from sessions import access, media, pictures, signalling
from sessions.broadcasts import CannotSeal
from sessions.protocol import BadMessage, TooLong, parse, plain
from sessions.protocol.commands import AskForMedia, Hello
from sessions.protocol.fields import read_body
from sessions.services import arriving, ends, standing, turns
from sessions.services.arriving import LineGone, Standing
from sessions.services.commands import perform
from vault.sealing import StoreUnreachable
from wire import codes, log, threads
from wire.consumer import BadCommand, StreamConsumer
from wire.entering import RESUMABLE, Entrance, Refused, Welcome, last_seq
from wire.events import Frame, frame
from wire.messages import Message

RENEW_BEFORE = timedelta(minutes=4)
GONE = {"replaced": codes.REPLACED, "lost": codes.RESYNC, "left": codes.DONE}


class RoomConsumer(StreamConsumer):
    """One window of one person's, in a room or at its door."""

    signal_kinds = frozenset(signalling.PASSED_AS)
    sockets_per_person = 1

    person: int | None = None
    mode = "video"
    now: Standing | None = None  # where it stood when it was last asked
    granted_until: datetime | None = None

    async def __call__(self, scope, receive, send) -> None:
        self.code: uuid.UUID = scope["url_route"]["kwargs"]["code"]
        self.connection = uuid.uuid4()
        await super().__call__(scope, receive, send)

    # --- The door -----------------------------------------------------------------

    def ask_at_the_door(self) -> Welcome | None:
        """Is it still this person's login? Whether the room is theirs, each verb asks under its lock."""
        person = person_at(self.scope)
        if person is None or self.person not in (None, person.pk):
            self._end_stay(quickly=False)
            raise Refused(codes.SIGNED_OUT)
        self.person = person.pk
        return self.welcome

    def enter(self, hello: dict) -> Entrance:
        self.ask_at_the_door()
        self.mode = _hello(hello).mode
        self._ask(arriving.come)
        return self._come_in(last_seq(hello))

    def ask_again(self) -> Entrance:
        self.ask_at_the_door()
        was_in = self.now.is_in
        self._ask(arriving.stand_again, was_in)
        return self._stay_in() if was_in and self.now.is_in else self._come_in(None)

    def _ask(self, question, *more) -> None:
        try:
            self.now = question(self.person, self.code, self.connection, self.mode, *more)
        except LineGone as gone:
            raise Refused(GONE.get(gone.how, codes.OVER)) from None
        except (access.NotYourRoom, log.StreamClosed):
            raise self._not_theirs() from None
        except (StoreUnreachable, CannotSeal):
            raise Refused(codes.RESYNC) from None  # it comes back, and the store of keys perhaps with it

    def _not_theirs(self) -> Refused:
        """One answer for *not there*, *not yours* and *over*; another for those who had a seat."""
        had_a_seat = ends.no_longer_theirs(self.person, self.code)
        return Refused(codes.OVER if had_a_seat else codes.NOT_YOURS)

    @classmethod
    async def ask_for_all(cls, hub, members) -> None:
        sockets = {member.owner.connection: member for member in members if member.owner.now}
        for connection in await threads.look(_changed, [member.owner for member in sockets.values()]):
            hub.hold(sockets[connection])
        for member in sockets.values():
            member.owner.renew_grant()

    # --- What is told on coming in ------------------------------------------------

    def _come_in(self, last: int | None) -> Entrance:
        """To the door, with one's own admission; or in, with the room's state or what was missed of it."""
        now = self.now
        if not now.is_in:
            return Entrance(now.welcome, self._own_admission(), now.head, now.visit)
        pictures.offer(now.welcome.stream.pk, now.head, now.state["people"])
        if last is not None and now.first_seq <= last <= now.head <= last + RESUMABLE:
            return Entrance(now.welcome, self._new_grant(), last, now.visit)
        self._note_grant(now.state["media"])
        state = {"kind": "room.state", "seq": now.head, "body": now.state}
        return Entrance(now.welcome, [state], now.head, now.visit)

    def _stay_in(self) -> Entrance:
        """Go on where one was. A place for media may be new, or given up."""
        is_granted = self.granted_until is not None
        frames = self._new_grant() if self.now.seat.has_media != is_granted else []
        return Entrance(self.now.welcome, frames, None, self.now.visit)

    def _own_admission(self) -> list[dict]:
        self.granted_until = None
        return [{"kind": "waiting.state", "body": self.now.state}]

    # --- Commands -----------------------------------------------------------------

    def handle(self, command: Message) -> int:
        says, name = _read(command)
        try:
            seq = perform(self.person, self.code, self.connection, says, name)
        except turns.Refused as refused:
            raise BadCommand(refused.reason, refused.words) from None
        except LineGone as gone:
            raise Refused(GONE.get(gone.how, codes.OVER)) from None
        except access.NotYourRoom:
            raise self._not_theirs() from None
        if isinstance(says, AskForMedia):
            self.loop.call_soon_threadsafe(self.renew_grant, True)
        return seq

    def on_goodbye(self, body: dict) -> None:
        self._end_stay(quickly=body.get("quickly") is True)

    def _end_stay(self, *, quickly: bool) -> None:
        if self.now:
            arriving.goodbye(self.now.seat, self.connection, quickly=quickly)

    def lease_ended(self) -> None:
        """Lost, or replaced by another window: the door knows which."""
        self.hold()

    # --- Short-lived --------------------------------------------------------------

    def signal(self, kind: str, body: dict) -> None:
        try:
            signalling.pass_on(
                self.now.welcome.stream.pk, str(self.now.seat.seat), str(self.connection), kind, body
            )
        except BadMessage:
            raise BadCommand("bad_message") from None

    # --- Media --------------------------------------------------------------------

    def renew_grant(self, anyway: bool = False) -> None:
        """Grants are short; a fresh one comes before the last one ends. In the loop: no database."""
        is_old = self.granted_until and self.granted_until - timezone.now() < RENEW_BEFORE
        if self.now.is_in and (anyway or is_old):
            for content in self._new_grant():
                self.line.write(_frame(content))

    def _new_grant(self) -> list[dict]:
        grant = plain(media.grant(self.now.seat, self.connection, timezone.now()))
        self._note_grant(grant)
        return [{"kind": "media.granted", "body": grant}] if grant else []

    def _note_grant(self, grant: dict | None) -> None:
        self.granted_until = datetime.fromisoformat(grant["expires_at"]) if grant else None


def _hello(body: dict) -> Hello:
    """A hello that we cannot read is the plainest one."""
    try:
        return read_body(Hello, body)
    except BadMessage:
        return Hello()


def _read(command: Message) -> tuple[object, uuid.UUID]:
    try:
        heard = parse({"kind": command.kind, "id": command.id, "body": command.body})
    except TooLong:
        raise BadCommand("too_long", _("That is too long.")) from None
    except BadMessage:
        raise BadCommand("bad_message") from None
    return heard.says, heard.id


def _frame(content: dict) -> Frame:
    return frame(**content)


def _changed(sockets: list[RoomConsumer]) -> set[uuid.UUID]:
    """Those who must be asked again: their login has ended, or the room says something else of them now."""
    if not sockets:
        return set()
    people = people_at([each.scope for each in sockets])
    signed_out = {each.connection for each, person in zip(sockets, people, strict=True) if person is None}
    asked = [standing.Asked(each.person, each.connection, each.now.is_in) for each in sockets]
    return signed_out | standing.changed(sockets[0].code, asked)
