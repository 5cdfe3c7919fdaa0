"""The desk's socket: open calls for help, on whatever page the people are who should answer them.

There is no log of a desk. Whoever stands at this door is told how things are, whenever they have changed.
"""

from uuid import UUID

from accounts.access import people_at, person_at
from sessions.protocol import plain
from sessions.services import desk, quiet
from sessions.services.turns import Refused as NotDone
from wire import codes, threads
from wire.consumer import BadCommand, StreamConsumer
from wire.entering import Entrance, Refused, Welcome
from wire.member import Member
from wire.messages import Message
from wire.models import Stream

# All desks stand at the door of one stream, on which nothing ever happens: nudges find them there.
DESKS = UUID("00000000-0000-4000-8000-00000000de5c")


class DeskConsumer(StreamConsumer):
    sockets_per_person = 20  # a staff member's open pages
    said: dict | None = None

    def ask_at_the_door(self) -> Welcome:
        self.person = person_at(self.scope)
        if self.person is None:
            raise Refused(codes.SIGNED_OUT)
        if not desk.is_needed_by(self.person):
            raise Refused(codes.NOT_YOURS)
        stream, _made = Stream.objects.get_or_create(code=DESKS)
        return Welcome(stream, self.person.pk, at_the_door=True)

    def enter(self, hello: dict) -> Entrance:
        return self._entrance(self.ask_at_the_door())

    def ask_again(self) -> Entrance:
        return self._entrance(self.ask_at_the_door())

    def _entrance(self, welcome: Welcome) -> Entrance:
        self.said = plain(desk.read_desk(self.person))
        return Entrance(welcome, [{"kind": "desk.state", "body": self.said}], welcome.stream.head)

    @classmethod
    async def ask_for_all(cls, hub, members) -> None:
        for member in await threads.look(_outdated, members):
            hub.hold(member)

    def handle(self, command: Message) -> dict:
        """`quiet.see` and `quiet.close`, for those whom the call has reached."""
        try:
            call = UUID(command.body.get("call"))
            verb = {"quiet.see": quiet.see_from_desk, "quiet.close": quiet.close_from_desk}[command.kind]
        except (KeyError, TypeError, ValueError, AttributeError):
            raise BadCommand("bad_message") from None
        try:
            verb(self.person, call)
        except NotDone as refused:
            raise BadCommand(refused.reason, refused.words) from None
        return {}


def _outdated(members: list[Member]) -> list[Member]:
    """Those whose page shows something else than what is, or whose login has ended. Asked once per person."""
    people = people_at([member.owner.scope for member in members])
    shown: dict = {}
    for person in filter(None, people):
        if person.pk not in shown:
            shown[person.pk] = plain(desk.calls_on_desk(person))
    return [
        member
        for member, person in zip(members, people, strict=True)
        if person is None or shown[person.pk] != member.owner.said
    ]
