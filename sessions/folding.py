"""`fold(log)` is the room's state. This is the fold: what each event does to the picture of a room.

Sockets keep one picture per room and process, so that short-lived signals are checked without a database.
Tests hold it, the rows and the browser's own fold together.
"""

from dataclasses import dataclass, field


@dataclass
class Picture:
    """A room as its log tells it. Seats by name, as text."""

    seq: int = 0
    people: dict[str, dict] = field(default_factory=dict)
    hands: list[str] = field(default_factory=list)
    flags: dict[str, bool] = field(default_factory=dict)

    def may_signal(self, sender: str, connection: str, receiver: str, their_connection: str) -> bool:
        """Whether both are in the room with media, each by the very connection that is named."""
        return self._is_line(sender, connection) and self._is_line(receiver, their_connection)

    def _is_line(self, seat: str, connection: str) -> bool:
        person = self.people.get(seat)
        return bool(
            person
            and person["has_media"]
            and person["state"] != "lost"
            and person["connection"] == connection
        )

    def apply(self, seq: int, kind: str, body: dict) -> None:
        """Take the next event. Those that are in the picture already change nothing."""
        if seq <= self.seq:
            return
        self.seq = seq
        if kind in FOLDS:
            FOLDS[kind](self, body)

    def change(self, seat: str, **values) -> None:
        if seat in self.people:
            self.people[seat] |= values

    def take_out(self, body: dict) -> None:
        self.people.pop(body["seat"], None)
        self.lower(body)

    def lower(self, body: dict) -> None:
        self.hands = [seat for seat in self.hands if seat != body["seat"]]

    def raise_hand(self, body: dict) -> None:
        self.lower(body)
        self.hands.append(body["seat"])

    def come(self, body: dict) -> None:
        self.people[body["seat"]] = dict(body)

    def come_back(self, body: dict) -> None:
        away = self.people.get(body["seat"], {}).get("stepped_out")
        self.change(
            body["seat"],
            state="away" if away else "in",
            connection=body["connection"],
            mode=body["mode"],
        )

    def step_out(self, body: dict) -> None:
        self.change(body["seat"], stepped_out=body["on"], state="away" if body["on"] else "in")

    def mute(self, body: dict) -> None:
        for seat in body["seats"]:
            self.change(seat, microphone_on=False)


FOLDS = {
    "person.joined": Picture.come,
    "person.returned": Picture.come_back,
    "person.lost": lambda room, body: room.change(body["seat"], state="lost", connection=None),
    "person.left": Picture.take_out,
    "person.shown_out": Picture.take_out,
    "person.stepped_out": Picture.step_out,
    "media.seated": lambda room, body: room.change(body["seat"], has_media=body["has_media"]),
    "microphone.changed": lambda room, body: room.change(body["seat"], microphone_on=body["on"]),
    "microphones.muted": Picture.mute,
    "camera.changed": lambda room, body: room.change(body["seat"], camera_on=body["on"]),
    "mode.changed": lambda room, body: room.change(body["seat"], mode=body["mode"]),
    "screen.shared": lambda room, body: room.change(body["seat"], is_sharing=True),
    "screen.stopped": lambda room, body: room.change(body["seat"], is_sharing=False),
    "sharing.allowed": lambda room, body: room.change(body["seat"], may_share=body["on"]),
    "hand.raised": Picture.raise_hand,
    "hand.lowered": Picture.lower,
    "hands.lowered": lambda room, body: room.hands.clear(),
    "room.locked": lambda room, body: room.flags.update(is_locked=body["on"]),
    "room.paused": lambda room, body: room.flags.update(is_paused=body["on"]),
    "room.held": lambda room, body: room.flags.update(is_held=body["on"]),
    "chat.not_kept": lambda room, body: room.flags.update(keeps_chat=False),
    "room.ended": lambda room, body: room.people.clear(),
}
